"""Pages: every row once, in order, whatever is inserted meanwhile; cursors fit only the query that made them."""

import base64
from datetime import UTC, datetime, timedelta

import orjson
import pytest

from tests import make
from titan_graphql.errors import InvalidInputError
from titan_graphql.models.jobs import Job
from titan_graphql.models.markets import Instrument, InstrumentKind, Timeframe
from titan_graphql.services import markets
from titan_graphql.services.market_revisions import Provenance, write_revision
from titan_graphql.services.pages import Edge, Order, Page, PageRequest, _digest, fetch_page, where

pytestmark = pytest.mark.usefixtures("db")
BY_SYMBOL, BY_NAME = Order("symbol"), Order("name")
FILTERS = {"symbol": "symbol", "name": "name"}


async def list_symbols(symbols: str, **columns: str) -> None:
    for symbol in symbols:
        await make.instrument(symbol, **columns)


async def page(order: Order = BY_SYMBOL, criteria: dict | None = None, **request: object) -> Page[Instrument]:
    return await markets.instruments(PageRequest(**request), order, criteria)


def symbols(found: Page[Instrument]) -> str:
    return "".join(row.symbol for row in found.nodes)


async def walk(order: Order, size: int, *, forward: bool = True) -> list[str]:
    """All pages, one after the other."""
    pages, cursor = [], None
    while True:
        request = {"first": size, "after": cursor} if forward else {"last": size, "before": cursor}
        found = await page(order, **request)
        pages.append(symbols(found))
        info = found.page_info
        if not (info.has_next_page if forward else info.has_previous_page):
            return pages
        cursor = info.end_cursor if forward else info.start_cursor


async def test_forward_walks_every_row_once():
    await list_symbols("CAEBD")

    assert await walk(BY_SYMBOL, 2) == ["AB", "CD", "E"]
    assert await walk(Order("symbol", descending=True), 2) == ["ED", "CB", "A"]


async def test_backward_walks_from_the_end_in_the_same_order():
    await list_symbols("CAEBD")

    assert await walk(BY_SYMBOL, 2, forward=False) == ["DE", "BC", "A"]
    assert await walk(Order("symbol", descending=True), 2, forward=False) == ["BA", "DC", "E"]


async def test_page_info_tells_what_lies_beyond():
    await list_symbols("ABC")
    head = await page(first=2)
    tail = await page(first=2, after=head.page_info.end_cursor)
    middle = await page(last=1, before=tail.page_info.start_cursor)

    infos = [(p.page_info.has_previous_page, p.page_info.has_next_page, symbols(p)) for p in (head, tail, middle)]
    assert infos == [(False, True, "AB"), (True, False, "C"), (True, True, "B")]
    assert [edge.cursor for edge in head.edges] == [head.page_info.start_cursor, head.page_info.end_cursor]
    assert await head.count() == 3


async def test_an_empty_page_has_no_cursors():
    found = await page(first=10)

    assert (found.edges, found.page_info.start_cursor, found.page_info.end_cursor) == ([], None, None)
    assert (found.page_info.has_next_page, found.page_info.has_previous_page) == (False, False)
    assert await found.count() == 0


@pytest.mark.parametrize("descending", [False, True])
async def test_ties_are_broken_by_id(descending: bool):
    await list_symbols("ABCDEFG", name="Same")

    forward = await walk(Order("name", descending), 3)
    backward = await walk(Order("name", descending), 3, forward=False)
    assert sorted("".join(forward)) == list("ABCDEFG")
    assert "".join(reversed(backward)) == "".join(forward)


async def test_rows_inserted_before_or_after_the_cursor_neither_repeat_nor_hide_any():
    await list_symbols("CEG")
    head = await page(first=2)
    await list_symbols("ADH")

    assert symbols(head) == "CE"
    assert symbols(await page(first=9, after=head.page_info.end_cursor)) == "GH"


async def test_the_row_of_the_cursor_may_be_deleted():
    await list_symbols("ABC")
    head = await page(first=2)
    await Instrument.filter(symbol="B").delete()

    assert symbols(await page(first=9, after=head.page_info.end_cursor)) == "C"


async def test_moments_a_microsecond_apart_are_told_apart():
    viewer = await make.viewer()
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    for microsecond in (1, 0, 2, 2, 999_999):
        made = await make.job(viewer)
        await Job.filter(id=made.id).update(created_at=noon + timedelta(microseconds=microsecond))

    seen, cursor = [], None
    for _ in range(5):
        found = await fetch_page(Job.all(), PageRequest(first=1, after=cursor), Order("created_at", descending=True))
        seen += [row.created_at.microsecond for row in found.nodes]
        cursor = found.page_info.end_cursor
    assert (seen, found.page_info.has_next_page) == ([999_999, 2, 2, 1, 0], False)


@pytest.mark.parametrize("size", [1, 2, 5])
@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", ["bar_count", "first_bar", "last_bar", "created_at"])
async def test_instruments_without_bars_come_last_in_either_direction(column: str, descending: bool, size: int):
    bars = {"B": ("2020-01-01", 2), "C": ("2019-12-31", 9), "E": ("2020-01-01", 2), "F": ("2020-01-01", 2)}
    for symbol in "ABCDEF":
        if symbol in bars:
            await make.listed(symbol, range(1, bars[symbol][1] + 1), bars[symbol][0])
        else:
            await make.instrument(symbol)
    rows = sorted(await Instrument.all(), key=lambda row: row.id, reverse=descending)
    valued = [row for row in rows if getattr(row, column) is not None]
    valued.sort(key=lambda row: getattr(row, column), reverse=descending)
    expected = "".join(row.symbol for row in [*valued, *(row for row in rows if getattr(row, column) is None)])

    forward = await walk(Order(column, descending), size)
    backward = await walk(Order(column, descending), size, forward=False)
    assert "".join(forward) == expected
    assert "".join(reversed(backward)) == expected


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"timeframe": {"eq": Timeframe.D1}}, "AB"),
        ({"timeframe": {"in": [Timeframe.D1, Timeframe.M5]}}, "ABC"),
        ({"timeframe": {"eq": Timeframe.H1}}, ""),
        ({"timeframe": {"in": []}}, ""),
        ({"timeframe": {"eq": Timeframe.M5}, "market": {"eq": "US"}}, "A"),
        ({"kind": {"eq": InstrumentKind.CRYPTO}}, "C"),
        ({"kind": {"in": [InstrumentKind.CRYPTO, InstrumentKind.EQUITY]}}, "ABCD"),
        ({"synthetic": {"eq": True}}, "D"),
        ({"symbol": {"contains": "c"}}, "C"),
        ({"OR": [{"synthetic": {"eq": True}}, {"timeframe": {"eq": Timeframe.M5}}]}, "ACD"),
    ],
)
async def test_filters_of_instruments(criteria: dict, expected: str):
    crypto = await make.market("CRYPTO")
    await make.listed("A", [1, 2])
    await make.listed("B", [1, 2])
    await make.instrument("C", on=crypto, kind=InstrumentKind.CRYPTO)
    await make.series(await make.instrument("D", synthetic=True), Timeframe.H1)  # not one bar of it
    for symbol in "AC":
        minutes = await make.series(await Instrument.get(symbol=symbol), Timeframe.M5)
        await write_revision(minutes, make.bars([1, 2]), Provenance("test", "minutes"))

    assert symbols(await page(BY_SYMBOL, criteria, first=10)) == expected


@pytest.mark.parametrize(
    ("request_", "path"),
    [
        ({}, ["first"]),
        ({"first": 1, "last": 1}, ["first"]),
        ({"first": 0}, ["first"]),
        ({"first": -1}, ["first"]),
        ({"first": 101}, ["first"]),
        ({"last": 0}, ["last"]),
        ({"last": 101}, ["last"]),
        ({"first": 1, "before": "x"}, ["first"]),
        ({"last": 1, "after": "x"}, ["last"]),
    ],
)
async def test_a_page_has_one_size_from_1_to_100(request_: dict, path: list[str]):
    with pytest.raises(InvalidInputError) as refused:
        await page(**request_)
    assert (refused.value.code, refused.value.path) == ("PAGE_SIZE_INVALID", path)


async def cursor_of(order: Order = BY_SYMBOL, criteria: dict | None = None) -> str:
    (edge,) = (await page(order, criteria, first=1)).edges
    assert isinstance(edge, Edge)
    return edge.cursor


def tampered(cursor: str) -> str:
    raw = bytearray(base64.urlsafe_b64decode(cursor))
    raw[-3] ^= 1
    return base64.urlsafe_b64encode(raw).decode()


async def assert_refused(order: Order = BY_SYMBOL, criteria: dict | None = None, **request: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await page(order, criteria, **request)
    assert refused.value.code == "CURSOR_INVALID"
    assert refused.value.path == ["after" if "after" in request else "before"]


@pytest.mark.parametrize("text", ["", "x", "é", "\x00", "=" * 8, "A" * 5000, "\ud800", "bnVsbA=="])
async def test_nonsense_is_no_cursor(text: str):
    await list_symbols("AB")

    await assert_refused(first=1, after=text)
    await assert_refused(last=1, before=text)


async def test_an_altered_cursor_is_refused():
    await list_symbols("AB")

    await assert_refused(first=1, after=tampered(await cursor_of()))


@pytest.mark.parametrize("payload", [["A", "x"], ["A", 5], [5, "x"], ["A"], {}, None, "A", [["A"], ["B"]]])
async def test_a_forged_cursor_is_refused(payload: object):
    binding = orjson.dumps(
        ["Instrument", "symbol", False, {"market": None, "where": None}], option=orjson.OPT_SORT_KEYS
    )
    raw = orjson.dumps(payload)
    await list_symbols("AB")

    await assert_refused(first=1, after=base64.urlsafe_b64encode(_digest(raw, binding) + raw).decode())


async def test_a_cursor_fits_its_own_order_and_filter_only():
    await list_symbols("AB")
    cursor, other = await cursor_of(), {"symbol": {"ne": "Z"}}

    await assert_refused(BY_NAME, first=1, after=cursor)
    await assert_refused(Order("symbol", descending=True), first=1, after=cursor)
    await assert_refused(BY_SYMBOL, other, first=1, after=cursor)
    await assert_refused(BY_SYMBOL, None, first=1, after=await cursor_of(BY_SYMBOL, other))
    assert symbols(await page(first=1, after=cursor)) == "B"


async def test_a_cursor_fits_its_own_market_only():
    us, eu = await make.market("US"), await make.market("EU")
    await make.instrument("A", on=us)
    await make.instrument("B", on=eu)
    (edge,) = (await markets.instruments(PageRequest(first=1), BY_SYMBOL, None, us)).edges

    with pytest.raises(InvalidInputError) as refused:
        await markets.instruments(PageRequest(first=1, after=edge.cursor), BY_SYMBOL, None, eu)
    assert refused.value.code == "CURSOR_INVALID"


@pytest.mark.parametrize(
    ("criteria", "expected"),
    [
        ({"symbol": {"eq": "A"}}, "A"),
        ({"symbol": {"eq": "a"}}, ""),
        ({"symbol": {"ne": "A"}}, "BCD"),
        ({"symbol": {"in": ["A", "C", "Z"]}}, "AC"),
        ({"symbol": {"in": []}}, ""),
        ({"name": {"contains": "ELT"}}, "D"),
        ({"name": {"contains": "%"}}, "C"),
        ({"name": {"contains": "_"}}, "B"),
        ({"name": {"contains": "\\"}}, "A"),
        ({"name": {"contains": "'"}}, "D"),
        ({"symbol": {"ne": "A", "in": ["A", "B"]}}, "B"),
        ({"OR": [{"symbol": {"eq": "A"}}, {"symbol": {"eq": "D"}}]}, "AD"),
        ({"AND": [{"symbol": {"ne": "A"}}, {"symbol": {"ne": "D"}}]}, "BC"),
        ({"OR": [{"AND": [{"symbol": {"ne": "A"}}, {"symbol": {"ne": "B"}}]}, {"symbol": {"eq": "A"}}]}, "ACD"),
        ({"symbol": {"ne": "D"}, "OR": [{"symbol": {"eq": "A"}}, {"symbol": {"eq": "D"}}]}, "A"),
        ({"AND": []}, "ABCD"),
        ({"OR": []}, ""),
        ({"OR": [{}]}, "ABCD"),
        ({"OR": [{}, {"symbol": {"eq": "A"}}]}, "ABCD"),
        ({}, "ABCD"),
    ],
)
async def test_filters(criteria: dict, expected: str):
    for symbol, name in {"A": "back\\slash", "B": "under_score", "C": "per%cent", "D": "O'Delta"}.items():
        await make.instrument(symbol, name=name)

    assert symbols(await page(BY_SYMBOL, criteria, first=10)) == expected


@pytest.mark.parametrize(
    ("criteria", "path"),
    [
        ({"symbol": {"in": ["x"] * 251}}, ["where", "symbol"]),
        ({"OR": [{}] * 251}, ["where", "OR"]),
        ({"OR": [{"AND": [{"name": {"in": ["x"] * 251}}]}]}, ["where", "name"]),
    ],
)
def test_long_lists_are_refused(criteria: dict, path: list[str]):
    with pytest.raises(InvalidInputError) as refused:
        where(criteria, FILTERS)
    assert (refused.value.code, refused.value.path) == ("LIST_TOO_LONG", path)


@pytest.mark.parametrize("value", ["K\x00O", "\ud800"])
@pytest.mark.parametrize("operator", ["eq", "ne", "contains", "in"])
def test_texts_that_no_database_stores_are_refused(operator: str, value: str):
    with pytest.raises(InvalidInputError) as refused:
        where({"OR": [{"symbol": {operator: [value] if operator == "in" else value}}]}, FILTERS)
    assert (refused.value.code, refused.value.path) == ("TEXT_INVALID", ["where", "symbol"])


@pytest.mark.parametrize("test", [{"eq": "x" * 41}, {"ne": "x" * 10_001}, {"in": ["A", "x" * 41]}])
async def test_a_text_longer_than_its_column_is_refused(test: dict):
    await list_symbols("AB")

    with pytest.raises(InvalidInputError) as refused:
        await page(BY_SYMBOL, {"symbol": test}, first=1)
    assert (refused.value.code, refused.value.path) == ("TEXT_TOO_LONG", ["where"])


async def test_different_from_holds_for_rows_without_a_value():
    viewer = await make.viewer()
    for code in (None, "INTERNAL", "POISON"):
        await make.job(viewer, error_code=code)

    found = await Job.filter(where({"code": {"ne": "INTERNAL"}}, {"code": "error_code"}))
    assert {row.error_code for row in found} == {None, "POISON"}
