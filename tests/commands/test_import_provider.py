"""titan import --provider as a user runs it: the real client against an exchange on this machine."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bad_files import parquet, text
from tests.commands.conftest import Installation
from tests.feeds.binance import Binance, exchange
from titan_graphql.__main__ import main
from titan_graphql.feeds.providers.registry import BUILT_IN

MINUTE = 60_000
FIRST = 1_704_067_200_000  # 2024-01-01


@pytest.fixture
async def binance() -> AsyncIterator[Binance]:
    async with exchange() as running:
        yield running


def revisions(installation: Installation) -> list[tuple[str, str, int, int]]:
    query = """SELECT market.code, symbol, dataset.revision, dataset.bar_count FROM dataset
        JOIN series ON series.id = series_id JOIN instrument ON instrument.id = instrument_id
        JOIN market ON market.id = market_id ORDER BY symbol, dataset.revision"""
    with sqlite3.connect(installation.data_dir / "titan.sqlite3") as database:
        return database.execute(query).fetchall()


async def test_an_exchange_is_imported_resumed_and_its_corrections_noticed(migrated: Installation, binance: Binance):
    async def run(*symbols: str) -> tuple[int, str, str]:
        given = ("--symbols", ",".join(symbols), "--since", "2024-01-01", "--timeframe", "1m")
        words = ("import", "--provider", "ccxt", "--exchange", "binance", "--option", f"url={binance.url}", *given)
        return await asyncio.to_thread(migrated.run, *words)

    closes = [100.0 + k % 9 for k in range(1_500)]
    binance.put("BTCUSDT", "1m", FIRST, closes)
    binance.put("ETHUSDT", "1m", FIRST, closes[:5])
    binance.now = FIRST + 1_499 * MINUTE + 30_000
    binance.refusals = [(429, "0")]
    first = await run("BTC/USDT", "DOGE/USDT", "ETH/USDT")
    assert (first[0], first[1].splitlines(), first[2]) == (
        1,
        [
            "titan: BTC/USDT: 1,499 bars added, 0 restated (2024-01-01 00:00 to 2024-01-02 00:58 UTC)",
            "titan: ETH/USDT: 5 bars added, 0 restated (2024-01-01 00:00 to 2024-01-01 00:04 UTC)",
            "titan: 2 series from ccxt (binance), 0 of them unchanged: 1,504 bars added, 0 restated; 1 refused",
        ],
        "titan: DOGE/USDT: INSTRUMENT_NOT_FOUND: binance has no instrument 'DOGE/USDT'\n",
    )

    binance.asked.clear()
    binance.put("BTCUSDT", "1m", FIRST + 1_495 * MINUTE, [55.0])
    binance.now += 5 * MINUTE
    second = await run("BTC/USDT", "ETH/USDT")
    assert (second[0], second[1].splitlines(), second[2]) == (
        0,
        [
            "titan: BTC/USDT: 1 bars added, 1 restated (2024-01-02 00:48 to 2024-01-02 00:59 UTC)",
            "titan: ETH/USDT: unchanged (2024-01-01 00:00 to 2024-01-01 00:04 UTC)",
            "titan: 2 series from ccxt (binance), 1 of them unchanged: 1 bars added, 1 restated",
        ],
        "",
    )
    assert int(binance.asked[0]["startTime"]) == FIRST + (1_498 - 10) * MINUTE
    assert revisions(migrated) == [
        ("BINANCE", "BTC/USDT", 1, 1_499), ("BINANCE", "BTC/USDT", 2, 1_500), ("BINANCE", "ETH/USDT", 1, 5),
    ]  # fmt: skip


def test_the_sample_and_files_come_through_the_same_command(migrated: Installation, tmp_path: Path):
    code, out, err = migrated.run("import", "--provider", "sample", "--symbols", "KO,PEP", "--since", "2020-01-01")
    last_line = "titan: 2 series from sample (skfolio sp500_dataset.csv.gz), 0 of them unchanged: 1,508 bars added"
    assert (code, err, out.splitlines()[-1]) == (0, "", f"{last_line}, 0 restated")
    stooq = tmp_path / "bp_uk_d.csv"
    stooq.write_bytes(text("Date,Open,High,Low,Close,Volume", "2024-01-02,1,2,1,2,5", "2024-01-03,2,3,2,3,5"))
    assert migrated.run("import", "--provider", "stooq", "--option", "market=uk", str(stooq))[0] == 0
    table = tmp_path / "table.parquet"
    table.write_bytes(parquet(Date=["2024-01-02", "2024-01-03"], Close=[1.0, 2.0]))
    assert migrated.run("import", "--provider", "parquet", str(table))[0] == 0
    assert migrated.run("import", "--provider", "csv", str(table)) == (
        1, "", "titan: FILE_FORMAT_WRONG: table.parquet is PARQUET, not CSV\n"
    )  # fmt: skip
    assert revisions(migrated) == [("UK", "BP", 1, 2), ("US", "KO", 1, 754), ("US", "PEP", 1, 754),
                                   ("OTHER", "TABLE", 1, 2)]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--provider", "nope"), f"There is no provider 'nope'; there are {', '.join(BUILT_IN)}"),
        (("--provider", "ccxt"), "The provider ccxt needs the option exchange"),
        (("--provider", "sample", "--option", "seed"), "--option is written as NAME=VALUE"),
        (("--provider", "sample", "--timeframe", "1m"), "'M1' is not one of the timeframes D1"),
        (
            ("--provider", "sample", "--timeframe", "7m"),
            "'7m' is not one of the timeframes M1, M5, M15, M30, H1, H4, D1",
        ),
        (("--provider", "sample", "--since", "yesterday"), "--since is a date such as 2024-01-31, not 'yesterday'"),
        (("--provider", "sample", "--since", "2024-01-02", "--until", "2024-01-01"), "--since lies before --until"),
        (("--provider", "sample", "--overlap", "-1"), "--overlap is from 0 to 100,000 bars"),
        (("--provider", "stooq"), "stooq (stooq.com) lists no instruments; say which with --symbols A,B"),
        ((), "name a file, or a --provider"),
    ],
)  # fmt: skip
def test_a_refusal_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], message: str
):
    ending = main(["import", "--data-dir", str(tmp_path), *words])
    assert (ending, *capsys.readouterr()) == (1, "", f"titan: {message}\n")
