"""Replays: what is played, in which order, from where on, and what cannot be played."""

from typing import Any

import pytest

from tests import make
from titan_graphql.errors import TitanError
from titan_graphql.models.markets import Timeframe
from titan_graphql.services import market_replay
from titan_graphql.services.market_replay import ReplaySpec

pytestmark = pytest.mark.usefixtures("db")
FAST = 60_000.0


async def two_markets() -> None:
    """KO and PEP of the US, whose days differ by one, and BP of London."""
    await make.listed("KO", [1, 2, 3], "2024-01-01")
    await make.listed("PEP", [5, 6, 7], "2024-01-02", volume=[1, float("nan"), 3])
    london = await make.instrument("BP", on=await make.market("UK"))
    await make.write(london, [9], "2024-01-03")


async def played(last: str | None = None, rounds: int = 1, **asked: Any) -> list[list[tuple[str, float]]]:
    """Symbols and closes of each moment."""
    spec = ReplaySpec(**{"market": "US", "speed": FAST, **asked})
    programme = await market_replay.programme(spec)
    assert programme is not None
    symbols = {series.id: series.instrument.symbol for series in programme.bars}
    found = []
    after = None if last is None else market_replay.to_ms(make.day(last))
    async for bars in market_replay.play(programme, spec, after):
        found.append(sorted((symbols[bar.series_id], bar.values.close) for bar in bars))
        if len(found) == rounds * len(programme.moments):
            break
    return found


async def test_moments_follow_one_another_with_all_their_bars():
    await two_markets()

    assert await played() == [[("KO", 1)], [("KO", 2), ("PEP", 5)], [("KO", 3), ("PEP", 6)], [("PEP", 7)]]
    assert await played(symbols=("PEP",)) == [[("PEP", 5)], [("PEP", 6)], [("PEP", 7)]]
    assert await played(market="UK") == [[("BP", 9)]]


async def test_it_goes_on_after_the_bar_that_was_played_last():
    await two_markets()

    assert await played("2024-01-02") == [[("KO", 3), ("PEP", 6)], [("PEP", 7)]]
    assert len(await played("2024-01-04")) == 4
    assert len(await played("2023-01-01")) == 4
    assert await played("2024-01-02", start=make.day("2024-01-04")) == [[("PEP", 7)]]


async def test_a_loop_begins_again():
    await two_markets()

    assert await played(symbols=("KO",), loop=True, rounds=2) == [[("KO", close)] for close in (1, 2, 3, 1, 2, 3)]
    assert await played("2024-01-02", symbols=("KO",), loop=True) == [[("KO", close)] for close in (3, 1, 2)]


async def test_what_is_unknown_is_no_number():
    await two_markets()
    spec = ReplaySpec(symbols=("PEP",), speed=FAST)
    programme = await market_replay.programme(spec)
    assert programme is not None

    bars = [bar async for (bar,) in market_replay.play(programme, spec)]
    assert [(bar.values.open, bar.values.volume) for bar in bars] == [(None, 1.0), (None, None), (None, 3.0)]


async def test_without_a_start_the_last_year_of_bars_is_played():
    await make.listed("KO", range(1, 301))

    assert [moment[0][1] for moment in await played()] == list(range(49, 301))


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"speed": 0.0}, "PARAMETER_OUT_OF_RANGE"),
        ({"speed": -1.0}, "PARAMETER_OUT_OF_RANGE"),
        ({"speed": float("nan")}, "PARAMETER_OUT_OF_RANGE"),
        ({"speed": float("inf")}, "PARAMETER_OUT_OF_RANGE"),
        ({"symbols": ("KO", "NOPE")}, "INSTRUMENT_NOT_FOUND"),
        ({"symbols": ("K\x00",)}, "TEXT_INVALID"),
        ({"symbols": ("KO",), "market": "UK"}, "INSTRUMENT_NOT_FOUND"),
        ({"symbols": ("KO",), "timeframe": Timeframe.M5}, "INSTRUMENT_NOT_FOUND"),
        ({"market": "MARS"}, "NO_DATA"),
        ({"start": make.day("2030-01-01")}, "NO_DATA"),
    ],
)
async def test_what_cannot_be_played_is_refused(asked: dict[str, Any], code: str):
    await two_markets()

    with pytest.raises(TitanError) as refused:
        await played(**asked)
    assert refused.value.code == code


async def test_without_sample_data_there_is_no_programme():
    await two_markets()

    assert await market_replay.programme(ReplaySpec()) is None
