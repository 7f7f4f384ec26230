"""Lists of backtests and of trades: every order walks every row once, filters choose, cursors fit one list only."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tortoise.models import Model

from tests import make
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.backtests import Backtest, Direction, ExitReason, Trade
from titan_graphql.models.jobs import JobState
from titan_graphql.models.markets import Instrument
from titan_graphql.models.pairs import Pair
from titan_graphql.resolvers.backtests import BacktestOrder, TradeOrder
from titan_graphql.services import backtest_runs, backtests, pairs
from titan_graphql.services.pages import Order, Page, PageRequest
from titan_graphql.services.users import Viewer

pytestmark = pytest.mark.usefixtures("db", "dispatching")
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
# Started so many hours after noon, of the legs, its job's state, Sharpe ratio and total return.
RUNS = {
    "a": (0, "AB", JobState.SUCCEEDED, 1.5, 0.25),
    "b": (1, "AB", JobState.FAILED, None, None),
    "c": (1, "CB", JobState.SUCCEEDED, -0.5, 0.25),
    "d": (2, "CB", JobState.QUEUED, None, None),
    "e": (3, "AB", JobState.SUCCEEDED, 1.5, -0.125),
    "f": (3, "AC", JobState.SUCCEEDED, None, 0.0),
}
REASONS = [ExitReason.EXIT, ExitReason.STOP, ExitReason.EXIT, ExitReason.TIME, ExitReason.OPEN]
Reader = Callable[[PageRequest], Awaitable[Page[Any]]]


async def bare_pair(owner: Viewer, legs: str) -> Pair:
    """A pair without prices; its instruments are made when they are not there."""
    for symbol in legs:
        if not await Instrument.exists(symbol=symbol):
            await make.instrument(symbol)
    return await pairs.create(owner, *legs)


async def bare_backtest(owner: Viewer, pair: Pair, state: JobState = JobState.QUEUED, **columns: Any) -> Backtest:
    """The row of a backtest that nothing runs."""
    job = await make.job(owner, state=state)
    return await Backtest.create(owner_id=owner.user_id, pair=pair, job=job, spec={}, **columns)


async def make_runs(owner: Viewer) -> dict[Any, str]:
    """The rows of RUNS, as names by id."""
    kept: dict[str, Pair] = {}
    names = {}
    for name, (hours, legs, state, sharpe, total_return) in RUNS.items():
        if legs not in kept:
            kept[legs] = await bare_pair(owner, legs)
        run = await bare_backtest(owner, kept[legs], state, sharpe=sharpe, total_return=total_return)
        await Backtest.filter(id=run.id).update(created_at=NOON + timedelta(hours=hours))
        names[run.id] = name
    return names


async def make_trades(owner: Viewer) -> Backtest:
    """A backtest of five trades, the last of them open."""
    backtest = await bare_backtest(owner, await bare_pair(owner, "AB"))
    legs = {"quantity_y": 1.0, "quantity_x": -1.0, "entry_y": 1.0, "entry_x": 1.0}
    await Trade.bulk_create(
        Trade(
            backtest_id=backtest.id,
            number=number,
            direction=Direction.LONG if number % 2 else Direction.SHORT,
            signal_at=NOON + timedelta(days=number),
            entered_at=NOON + timedelta(days=number),
            exited_at=None if reason is ExitReason.OPEN else NOON + timedelta(days=20 - number % 3),
            bars_held=number % 3,
            costs=[0.1, 0.3, 0.1, 0.2, 1e-300][number - 1],
            pnl=[-1.5, 0.1 + 0.2, 0.3, -1.5, 1e300][number - 1],
            exit_reason=reason,
            **legs,
        )
        for number, reason in enumerate(REASONS, 1)
    )
    return backtest


def in_order(rows: list[Any], order: Order) -> list[Any]:
    """Ids as Python sorts them: by value, then by id, rows without a value last."""
    by_id = sorted(rows, key=lambda row: row.id, reverse=order.descending)
    valued = [row for row in by_id if getattr(row, order.column) is not None]
    valued.sort(key=lambda row: getattr(row, order.column), reverse=order.descending)
    return [row.id for row in [*valued, *(row for row in by_id if getattr(row, order.column) is None)]]


async def walk(read: Reader, size: int, *, forward: bool) -> list[Any]:
    """The ids on all pages, one page after the other."""
    seen: list[Model] = []
    cursor: str | None = None
    while True:
        request = PageRequest(first=size, after=cursor) if forward else PageRequest(last=size, before=cursor)
        page = await read(request)
        seen = [*seen, *page.nodes] if forward else [*page.nodes, *seen]
        info = page.page_info
        if not (info.has_next_page if forward else info.has_previous_page):
            return [row.pk for row in seen]
        cursor = info.end_cursor if forward else info.start_cursor


@pytest.mark.parametrize("order", BacktestOrder, ids=lambda order: order.name)
async def test_each_order_of_backtests_walks_every_row_once(order: BacktestOrder):
    viewer = await make.viewer()
    await make_runs(viewer)
    expected = in_order(await Backtest.all(), order.value)

    for size in (1, 2, 6):
        for forward in (True, False):
            seen = await walk(lambda at: backtests.page(viewer, at, order.value), size, forward=forward)
            assert seen == expected


@pytest.mark.parametrize("order", TradeOrder, ids=lambda order: order.name)
async def test_each_order_of_trades_walks_every_row_once(order: TradeOrder):
    backtest = await make_trades(await make.viewer())
    expected = in_order(await Trade.all(), order.value)

    for size in (1, 2, 5):
        for forward in (True, False):
            seen = await walk(lambda at: backtests.trades(backtest, at, order.value), size, forward=forward)
            assert seen == expected


async def test_trades_by_entry_are_those_by_number():
    backtest = await make_trades(await make.viewer())

    async def numbers(order: TradeOrder) -> list[int]:
        page = await backtests.trades(backtest, PageRequest(first=9), order.value)
        return [trade.number for trade in page.nodes]

    assert await numbers(TradeOrder.ENTRY_ASC) == [1, 2, 3, 4, 5]
    assert await numbers(TradeOrder.ENTRY_DESC) == [5, 4, 3, 2, 1]
    assert (await numbers(TradeOrder.PROFIT_DESC))[:3] == [5, 2, 3]
    assert (await numbers(TradeOrder.EXIT_ASC))[-1] == (await numbers(TradeOrder.EXIT_DESC))[-1] == 5


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        (None, "abcdef"),
        ({}, "abcdef"),
        ({"state": {"eq": JobState.SUCCEEDED}}, "acef"),
        ({"state": {"ne": JobState.SUCCEEDED}}, "bd"),
        ({"state": {"in": [JobState.QUEUED, JobState.FAILED]}}, "bd"),
        ({"state": {"in": []}}, ""),
        ({"y": {"eq": "A"}}, "abef"),
        ({"y": {"eq": "A"}, "x": {"eq": "B"}}, "abe"),
        ({"x": {"contains": "c"}}, "f"),
        ({"created_at": {"gt": NOON + timedelta(hours=1)}}, "def"),
        ({"created_at": {"gte": NOON + timedelta(hours=1), "lt": NOON + timedelta(hours=3)}}, "bcd"),
        ({"created_at": {"lte": NOON}}, "a"),
        ({"sharpe": {"gt": -0.5}}, "ae"),
        ({"sharpe": {"lte": 1.5}}, "ace"),
        ({"total_return": {"eq": 0.0}}, "f"),
        ({"total_return": {"lt": 0.25}, "state": {"eq": JobState.SUCCEEDED}}, "ef"),
        ({"OR": [{"sharpe": {"lt": 0.0}}, {"state": {"eq": JobState.QUEUED}}]}, "cd"),
        ({"AND": [{"y": {"eq": "A"}}, {"OR": [{"x": {"eq": "C"}}, {"sharpe": {"gte": 1.5}}]}]}, "aef"),
        ({"OR": []}, ""),
    ],
)
async def test_filters_of_backtests(criteria: dict | None, expected: str):
    viewer = await make.viewer()
    names = await make_runs(viewer)

    for order in (BacktestOrder.CREATED_ASC, BacktestOrder.SHARPE_DESC):
        page = await backtests.page(viewer, PageRequest(first=9), order.value, criteria)
        assert "".join(sorted(names[row.id] for row in page.nodes)) == expected
        assert await page.count() == len(expected)


async def test_somebody_elses_backtests_are_not_listed():
    await make_runs(await make.viewer())
    stranger = await make.viewer()

    page = await backtests.page(stranger, PageRequest(first=9), BacktestOrder.SHARPE_DESC.value, {"OR": [{}]})
    assert (page.nodes, await page.count()) == ([], 0)


async def test_a_cursor_fits_its_own_order_filter_and_pair_only():
    viewer = await make.viewer()
    await make_runs(viewer)
    pair = await pairs.find_by_symbols(viewer, "A", "B")
    succeeded = {"state": {"eq": JobState.SUCCEEDED}}
    best = BacktestOrder.SHARPE_DESC.value
    lists: list[tuple[Order, dict | None, Pair | None]] = [
        (backtests.NEWEST, None, None),
        (best, None, None),
        (BacktestOrder.SHARPE_ASC.value, None, None),
        (best, succeeded, None),
        (best, None, pair),
        (best, succeeded, pair),
    ]
    cursors = [(await backtests.page(viewer, PageRequest(first=1), *of)).page_info.end_cursor for of in lists]

    for number, of in enumerate(lists):
        for other, cursor in enumerate(cursors):
            request = PageRequest(first=9, after=cursor)
            if other == number:
                assert (await backtests.page(viewer, request, *of)).page_info.has_previous_page
                continue
            with pytest.raises(InvalidInputError) as refused:
                await backtests.page(viewer, request, *of)
            assert (refused.value.code, refused.value.path) == ("CURSOR_INVALID", ["after"])


async def test_a_cursor_fits_the_trades_of_its_own_run_and_order_only():
    viewer = await make.viewer()
    backtest = await make_trades(viewer)
    other = await bare_backtest(viewer, await bare_pair(viewer, "CD"))
    cursor = (await backtests.trades(backtest, PageRequest(first=1))).page_info.end_cursor

    for run, order in ((other, backtests.AS_ENTERED), (backtest, TradeOrder.PROFIT_ASC.value)):
        with pytest.raises(InvalidInputError) as refused:
            await backtests.trades(run, PageRequest(first=1, after=cursor), order)
        assert refused.value.code == "CURSOR_INVALID"


@pytest.mark.parametrize("entry", [1.5, 50.0])
async def test_a_run_leaves_the_figures_it_is_sorted_by(entry: float):
    backtest = await make.backtest(await make.viewer(), entry=entry)
    assert (backtest.sharpe, backtest.total_return) == (None, None)
    await backtest_runs.run(backtest.job_id)

    row = await Backtest.get(id=backtest.id)
    figures = backtests.metrics(row)
    assert figures is not None
    assert (row.sharpe, row.total_return) == (figures.sharpe.value, figures.total_return.value)
    assert (row.sharpe is None, row.total_return == 0.0) == (entry == 50.0, entry == 50.0)
