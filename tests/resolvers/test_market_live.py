"""Feeds, lists of instruments in any order, and bars of any timeframe, asked for as a client asks."""

import numpy as np

from tests import make
from tests.resolvers.conftest import Caller
from tests.sql import recorded_sql
from titan_graphql.models.markets import Timeframe
from titan_graphql.services import market_feeds, market_live
from titan_graphql.services.market_live import ClosedBar, Values
from titan_graphql.services.market_revisions import Provenance, write_revision

FEEDS = "{ feeds { name kind label replay running lastBarAt lastReceivedAt startedAt } }"
HOURS = """{ instrument(symbol: "KO") { timeframes bars(timeframe: H1) {
  count time close resampledFrom live reason dataset { barCount } } } }"""


async def test_a_replay_is_called_one_wherever_it_shows(reader: Caller):
    assert await reader.data(FEEDS) == {"feeds": []}
    series = await make.series(await make.instrument(), Timeframe.M1)
    run = await market_feeds.begin("replay", "replay", "Replay of the sample data", replay=True)
    bar = ClosedBar(series.id, make.to_ms(make.day("2022-12-28")), Values(None, None, None, 1.0, None))
    await market_live.record([bar], run)

    (feed,) = (await reader.data(FEEDS))["feeds"]
    assert feed.pop("lastReceivedAt") >= feed.pop("startedAt")
    assert feed == {
        "name": "replay", "kind": "replay", "label": "Replay of the sample data", "replay": True, "running": True,
        "lastBarAt": "2022-12-28T00:00:00Z",
    }  # fmt: skip
    await market_feeds.end(run)
    assert (await reader.data("{ feeds { running } }")) == {"feeds": [{"running": False}]}


async def test_instruments_are_sorted_and_filtered(reader: Caller):
    await make.listed("KO", [1, 2, 3])
    await make.listed("PEP", [1, 2])
    await make.instrument("BARE")
    document = """query ($where: InstrumentFilter, $order: InstrumentOrder!) {
      instruments(first: 9, where: $where, orderBy: $order) { nodes { symbol barCount firstBar lastBar } } }"""

    with recorded_sql() as statements:
        data = await reader.data(document, order="LAST_BAR_DESC")
    first = "2020-01-01T00:00:00Z"
    assert data["instruments"]["nodes"] == [
        {"symbol": "KO", "barCount": 3, "firstBar": first, "lastBar": "2020-01-03T00:00:00Z"},
        {"symbol": "PEP", "barCount": 2, "firstBar": first, "lastBar": "2020-01-02T00:00:00Z"},
        {"symbol": "BARE", "barCount": 0, "firstBar": None, "lastBar": None},
    ]
    assert len([one for one in statements if '"instrument"' in one]) == 1
    daily = {"timeframe": {"eq": "D1"}, "market": {"eq": "US"}, "symbol": {"contains": "e"}}
    data = await reader.data(document, order="BAR_COUNT_ASC", where=daily)
    assert [row["symbol"] for row in data["instruments"]["nodes"]] == ["PEP"]


async def test_hours_are_made_of_minutes_and_the_live_ones_are_counted(reader: Caller):
    instrument = await make.instrument("KO")
    minutes = await make.series(instrument, Timeframe.M1)
    start = make.to_ms(make.day("2020-01-01"))
    stored = make.Bars(start + 60_000 * np.arange(90, dtype=np.int64), {"close": np.arange(90.0)})
    await write_revision(minutes, stored, Provenance("test", "minutes"))
    run = await market_feeds.begin("exchange", "ccxt", "Live", replay=False)
    live = ClosedBar(minutes.id, start + 90 * 60_000, Values(None, None, None, 7.0, None))
    await market_live.record([live], run)

    assert (await reader.data(HOURS))["instrument"] == {
        "timeframes": ["M1"],
        "bars": {
            "count": 2, "time": [start, start + 3_600_000], "close": [59.0, 7.0], "resampledFrom": "M1", "live": 1,
            "reason": None, "dataset": {"barCount": 90},
        },
    }  # fmt: skip


async def test_a_day_is_not_split_into_hours(reader: Caller):
    await make.listed("KO", [1, 2])

    assert (await reader.data(HOURS))["instrument"]["bars"] == {
        "count": 0, "time": [], "close": [], "resampledFrom": None, "live": 0,
        "reason": "The shortest bars stored are D1, which cannot be split into H1", "dataset": None,
    }  # fmt: skip
