"""Universes: named sets of instruments whose members join and leave on dates; a past date has its own members."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q
from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError, InvalidInputError, NotFoundError
from titan_graphql.models.market_universes import Universe, UniverseMember
from titan_graphql.models.markets import Instrument
from titan_graphql.services.pages import LIST_MAX, Order, Page, PageRequest, fetch_page
from titan_graphql.services.texts import check_text
from titan_graphql.services.users import Viewer, owned_by

NAME_MAX, NOTE_MAX = 100, 10_000
MEMBERS_MAX = 5_000


@dataclass(frozen=True, slots=True)
class Stay:
    """An instrument's membership from `since` until before `until`; None means without end."""

    instrument_id: UUID
    since: date | None = None
    until: date | None = None

    def overlaps(self, other: "Stay") -> bool:
        """Whether both hold on some day."""
        return (self.since or date.min) < (other.until or date.max) and (other.since or date.min) < (
            self.until or date.max
        )


async def create(viewer: Viewer, name: str, note: str | None, stays: Sequence[Stay]) -> Universe:
    """Make a universe.

    Raises:
        InvalidInputError: NAME_INVALID, NOTE_TOO_LONG, MEMBERSHIP_INVALID or LIST_TOO_LONG.
        NotFoundError: INSTRUMENT_NOT_FOUND.
        ConflictError: UNIVERSE_EXISTS.
    """
    check_text(name, ["name"])
    check_text(note or "", ["note"])
    clean = name.strip()
    if not 1 <= len(clean) <= NAME_MAX or not clean.isprintable():
        raise InvalidInputError("NAME_INVALID", f"A name has 1 to {NAME_MAX} printable characters", ["name"])
    if note is not None and len(note) > NOTE_MAX:
        raise InvalidInputError("NOTE_TOO_LONG", f"A note has at most {NOTE_MAX} characters", ["note"])
    await _check(stays, [])
    try:
        async with in_transaction():
            universe = await Universe.create(owner_id=viewer.user_id, name=clean, note=note)
            await _add(universe, stays)
    except IntegrityError as error:
        raise ConflictError("UNIVERSE_EXISTS", f"You already have a universe named {clean}", ["name"]) from error
    return universe


async def add_members(viewer: Viewer, universe_id: UUID, stays: Sequence[Stay]) -> Universe:
    """Let instruments join a universe.

    Raises:
        NotFoundError: UNIVERSE_NOT_FOUND or INSTRUMENT_NOT_FOUND.
        InvalidInputError: MEMBERSHIP_INVALID or LIST_TOO_LONG.
    """
    universe = await find(viewer, universe_id, "universeId")
    async with in_transaction():
        await Universe.select_for_update().get(id=universe.id)
        known = await UniverseMember.filter(universe_id=universe.id)
        await _check(stays, [Stay(row.instrument_id, row.since, row.until) for row in known])  # type: ignore[attr-defined]  # made by Tortoise
        await _add(universe, stays)
    return universe


async def remove(viewer: Viewer, universe_id: UUID) -> Universe:
    """Forget a universe; its instruments stay.

    Raises:
        NotFoundError: UNIVERSE_NOT_FOUND.
    """
    universe = await find(viewer, universe_id)
    await universe.delete()
    return universe


async def find(viewer: Viewer, universe_id: UUID, field: str = "id") -> Universe:
    """One universe; `field` says which input named it.

    Raises:
        NotFoundError: no such universe, or somebody else's.
    """
    found = await Universe.filter(owned_by(viewer), id=universe_id).get_or_none()
    if found is None:
        raise NotFoundError("UNIVERSE_NOT_FOUND", "There is no such universe", [field])
    return found


async def page(viewer: Viewer, request: PageRequest) -> Page[Universe]:
    """The viewer's universes by name."""
    return await fetch_page(Universe.filter(owned_by(viewer)), request, Order("name"))


async def members(universe: Universe, day: date | None) -> list[Instrument]:
    """Who belongs to a universe on a day by symbol; without a day, everybody who ever did."""
    return await members_of(universe.id, day)


async def members_of(universe_id: UUID, day: date | None) -> list[Instrument]:
    """The same of a universe that is known by its id."""
    rows = UniverseMember.filter(universe_id=universe_id)
    if day is not None:
        rows = rows.filter((Q(since=None) | Q(since__lte=day)) & (Q(until=None) | Q(until__gt=day)))
    ids = await rows.distinct().values_list("instrument_id", flat=True)
    return await Instrument.filter(id__in=list(ids)).order_by("symbol", "id")


async def stays(universe: Universe) -> list[UniverseMember]:
    """Every membership, oldest first."""
    rows = UniverseMember.filter(universe_id=universe.id).select_related("instrument")
    return sorted(await rows, key=lambda row: (row.since or date.min, row.instrument.symbol))


async def _check(fresh: Sequence[Stay], known: Sequence[Stay]) -> None:
    if len(fresh) > LIST_MAX or len(known) + len(fresh) > MEMBERS_MAX:
        message = f"Give at most {LIST_MAX} members at once, {MEMBERS_MAX:,} in all"
        raise InvalidInputError("LIST_TOO_LONG", message, ["members"])
    seen: dict[UUID, list[Stay]] = {}
    for stay in known:
        seen.setdefault(stay.instrument_id, []).append(stay)
    for k, stay in enumerate(fresh):
        if stay.since is not None and stay.until is not None and stay.since >= stay.until:
            message = f"A membership must begin before it ends: {stay.since} is not before {stay.until}"
            raise InvalidInputError("MEMBERSHIP_INVALID", message, ["members", str(k), "until"])
        if any(stay.overlaps(other) for other in seen.get(stay.instrument_id, [])):
            message = "The instrument is a member already on some of these days"
            raise InvalidInputError("MEMBERSHIP_INVALID", message, ["members", str(k)])
        seen.setdefault(stay.instrument_id, []).append(stay)
    wanted = {stay.instrument_id for stay in fresh}
    if wanted and await Instrument.filter(id__in=list(wanted)).count() < len(wanted):
        raise NotFoundError("INSTRUMENT_NOT_FOUND", "There is no such instrument", ["members"])


async def _add(universe: Universe, fresh: Sequence[Stay]) -> None:
    rows = [
        UniverseMember(universe_id=universe.id, instrument_id=stay.instrument_id, since=stay.since, until=stay.until)
        for stay in fresh
    ]
    await UniverseMember.bulk_create(rows)
