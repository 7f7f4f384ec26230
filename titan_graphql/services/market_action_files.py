"""Files of splits and dividends: every line belongs to an instrument that is known, and all are kept or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tortoise.transactions import in_transaction

from titan_graphql.errors import ConflictError, InvalidInputError
from titan_graphql.feeds.action_table import ActionLine
from titan_graphql.models.markets import ActionKind, Instrument
from titan_graphql.services import market_actions, markets
from titan_graphql.services.market_actions import NewAction


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a file: how many actions it says, and of how many instruments."""

    instruments: int
    actions: int


async def keep(lines: Sequence[ActionLine], symbol: str, market: str | None, source: str) -> Kept:
    """Make the actions of a file known; `symbol` is whose they are where the file does not say.

    Raises:
        NotFoundError: INSTRUMENT_NOT_FOUND.
        InvalidInputError: ACTION_INVALID or SYMBOL_AMBIGUOUS.
        ConflictError: somebody imported bars at the same time.
    """
    by_symbol: dict[str, list[ActionLine]] = {}
    for line in lines:
        by_symbol.setdefault(line.symbol or symbol, []).append(line)
    actions = {name: _checked(own) for name, own in by_symbol.items()}
    async with in_transaction():
        instruments = {name: await markets.get_instrument(name, "symbol", market) for name in actions}
        await _write(instruments, actions, source)
    return Kept(len(actions), sum(map(len, actions.values())))


async def _write(
    instruments: Mapping[str, Instrument], actions: Mapping[str, Sequence[NewAction]], source: str
) -> None:
    for name, own in actions.items():
        await market_actions.write(instruments[name], own, source)


def _checked(lines: Sequence[ActionLine]) -> list[NewAction]:
    known: dict[tuple[str, object], ActionLine] = {}
    for line in lines:
        first = known.setdefault((line.kind, line.ex_date), line)
        if first.value != line.value:
            message = f"Rows {first.row} and {line.row} give the {line.kind.lower()} of {line.ex_date} different values"
            raise ConflictError("ACTION_INVALID", message, ["file"])
        try:
            market_actions.check([NewAction(ActionKind(line.kind), line.ex_date, line.value)])
        except InvalidInputError as error:
            raise InvalidInputError(error.code, f"Row {line.row}: {error.message}", ["file"]) from error
    return [NewAction(ActionKind(line.kind), line.ex_date, line.value) for line in known.values()]
