"""Files that people send: streamed to the data directory under their id, never under their name."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from uuid import UUID, uuid4

from titan_graphql.errors import LimitExceededError, NotFoundError, UnavailableError
from titan_graphql.feeds.files import FILE_BYTES_MAX, check_file_name
from titan_graphql.models.market_imports import Upload
from titan_graphql.services.users import Viewer, owned_by

KEPT = timedelta(days=1)
FOLDER = "uploads"
STORAGE_FULL = "The disk of this installation is full; nothing was kept"
_directory: Path | None = None


@asynccontextmanager
async def opened(data_dir: Path) -> AsyncIterator[Path]:
    """The folder of uploads, for the life of a process."""
    global _directory
    _directory = data_dir / FOLDER
    _directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield _directory
    finally:
        _directory = None


def path_of(upload_id: UUID) -> Path:
    """Where the bytes of an upload are."""
    if _directory is None:
        raise RuntimeError("the folder of uploads is not opened")
    return _directory / upload_id.hex


async def receive(viewer: Viewer, name: str, chunks: AsyncIterator[bytes]) -> Upload:
    """Keep a file as it comes in; a stream that breaks off leaves nothing behind.

    Raises:
        FileRefusedError: FILE_NAME_INVALID.
        LimitExceededError: FILE_TOO_LARGE.
        UnavailableError: STORAGE_FULL.
    """
    file_name = check_file_name(name)
    upload_id = uuid4()
    await purge()
    target = path_of(upload_id)
    part = target.with_suffix(".part")
    try:
        size, content_hash = await _write(part, chunks)
        part.rename(target)
        return await Upload.create(
            id=upload_id, owner_id=viewer.user_id, file_name=file_name, size=size, content_hash=content_hash
        )
    except OSError as error:
        target.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise UnavailableError("STORAGE_FULL", STORAGE_FULL) from error
        raise
    finally:
        part.unlink(missing_ok=True)


async def find(viewer: Viewer, upload_id: UUID) -> Upload:
    """An upload that is still here.

    Raises:
        NotFoundError: no such upload, somebody else's, or one that was imported or has expired.
    """
    upload = await Upload.filter(owned_by(viewer), id=upload_id).get_or_none()
    if upload is None or not path_of(upload_id).is_file():
        raise NotFoundError("UPLOAD_NOT_FOUND", "There is no such upload; uploads are kept for a day", ["uploadId"])
    return upload


async def remove(upload_id: UUID) -> None:
    """Forget an upload."""
    path_of(upload_id).unlink(missing_ok=True)
    await Upload.filter(id=upload_id).delete()


async def purge() -> None:
    """Forget uploads that nobody imported within a day."""
    expired = await Upload.filter(created_at__lt=datetime.now(UTC) - KEPT).values_list("id", flat=True)
    for upload_id in expired:
        await remove(UUID(str(upload_id)))


async def _write(part: Path, chunks: AsyncIterator[bytes]) -> tuple[int, str]:
    size, digest = 0, blake2b(digest_size=32)
    # O_EXCL: the name is new, so nothing that exists is ever written to.
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > FILE_BYTES_MAX:
                message = f"A file has at most {FILE_BYTES_MAX // 1024**2} MiB"
                raise LimitExceededError("FILE_TOO_LARGE", message, ["file"])
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    return size, digest.hexdigest()
