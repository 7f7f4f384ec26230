"""All configuration: one frozen Settings, read once from TITAN_* environment variables."""

import hashlib
import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BUDGET, BUDGET_PER_SECOND = 100_000, 5_000  # tokens: ten seconds of a core at once, and half a core all the time
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
UNIX_SOCKET_PATH_MAX = 100  # the kernel's limit is 108 bytes with the terminator


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where the data lives, which services to use and where to listen."""

    data_dir: Path
    database_url: str
    redis_url: str
    redis_embedded: bool
    queue_url: str
    host: str
    port: int
    workers: int
    log_level: str
    budget: int
    budget_per_second: int
    webhook_allow: tuple[str, ...] = ()

    @property
    def redis_socket(self) -> Path:
        """The socket of the private Valkey."""
        return redis_socket(self.data_dir)

    @property
    def public_url(self) -> str:
        """The address a browser on this machine opens."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 (read, not bound)
        return f"http://{host}:{self.port}"

    def environment(self) -> dict[str, str]:
        """The TITAN_* variables from which a child process reads exactly these settings."""
        redis = {} if self.redis_embedded else {"TITAN_REDIS_URL": self.redis_url}
        queue = {} if self.queue_url == self.redis_url else {"TITAN_QUEUE_URL": self.queue_url}
        return {
            "TITAN_DATA_DIR": str(self.data_dir),
            "TITAN_DATABASE_URL": self.database_url,
            "TITAN_HOST": self.host,
            "TITAN_PORT": str(self.port),
            "TITAN_WORKERS": str(self.workers),
            "TITAN_LOG_LEVEL": self.log_level,
            "TITAN_BUDGET": str(self.budget),
            "TITAN_BUDGET_PER_SECOND": str(self.budget_per_second),
            **redis,
            **queue,
            **({"TITAN_WEBHOOK_ALLOW": ",".join(self.webhook_allow)} if self.webhook_allow else {}),
        }


def read_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; unset variables mean the embedded services in the data directory.

    Raises:
        ValueError: a variable is not what it must be; the message names it and says what to do.
    """
    env = os.environ if environ is None else environ
    data_dir = Path(env.get("TITAN_DATA_DIR") or default_data_dir(env)).expanduser().absolute()
    redis_url = env.get("TITAN_REDIS_URL")
    redis_address = redis_url or f"unix://{redis_socket(data_dir)}?db=0"
    return Settings(
        data_dir=data_dir,
        database_url=env.get("TITAN_DATABASE_URL") or f"sqlite://{data_dir / 'titan.sqlite3'}",
        redis_url=redis_address,
        redis_embedded=not redis_url,
        queue_url=env.get("TITAN_QUEUE_URL") or redis_address,
        host=env.get("TITAN_HOST") or "127.0.0.1",
        port=_whole_number(env, "TITAN_PORT", 8000, low=1, high=65535),
        workers=_whole_number(env, "TITAN_WORKERS", 1, low=1, high=256),
        budget=_whole_number(env, "TITAN_BUDGET", BUDGET, low=10_000, high=10**9),
        budget_per_second=_whole_number(env, "TITAN_BUDGET_PER_SECOND", BUDGET_PER_SECOND, low=1, high=10**9),
        log_level=_one_of(env, "TITAN_LOG_LEVEL", LOG_LEVELS, default="INFO"),
        webhook_allow=_places(env, "TITAN_WEBHOOK_ALLOW"),
    )


def default_data_dir(env: Mapping[str, str]) -> Path:
    """$XDG_DATA_HOME/titan, by default ~/.local/share/titan."""
    base = env.get("XDG_DATA_HOME")
    return (Path(base) if base else Path("~/.local/share")) / "titan"


def redis_socket(data_dir: Path) -> Path:
    """The Valkey socket in the data directory, or in the temporary folder where that path is too long."""
    socket = data_dir / "valkey.sock"
    if len(os.fsencode(socket)) <= UNIX_SOCKET_PATH_MAX:
        return socket
    name = hashlib.blake2b(os.fsencode(data_dir), digest_size=8).hexdigest()
    return Path(tempfile.gettempdir()) / f"titan-{name}.sock"


def _whole_number(env: Mapping[str, str], name: str, default: int, *, low: int, high: int) -> int:
    text = env.get(name)
    if not text:
        return default
    try:
        value = int(text)
    except ValueError:
        value = low - 1
    if not low <= value <= high:
        raise ValueError(f"{name} must be a whole number from {low} to {high}, not {text!r}")
    return value


def _places(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    """Hosts with ports, separated by commas."""
    places = tuple(place.strip() for place in (env.get(name) or "").split(",") if place.strip())
    for place in places:
        host, _, port = place.rpartition(":")
        if not host or not port.isdecimal():
            raise ValueError(f"{name} must list places such as 127.0.0.1:8080, not {place!r}")
    return places


def _one_of(env: Mapping[str, str], name: str, choices: Sequence[str], *, default: str) -> str:
    text = (env.get(name) or default).upper()
    if text not in choices:
        raise ValueError(f"{name} must be one of {', '.join(choices)}, not {text!r}")
    return text
