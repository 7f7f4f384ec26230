"""Backtests to take away: the same numbers in every format, texts that no spreadsheet runs, an offline page."""

import csv
import io
import re
from xml.etree import ElementTree

import numpy as np
import orjson
import pandas as pd
import pyarrow.parquet as pq
import pytest

from tests import make
from titan_graphql.errors import ConflictError, NotFoundError
from titan_graphql.models.backtests import Backtest, Trade
from titan_graphql.services import backtest_exports, backtest_reports, backtest_runs, backtests, pairs

pytestmark = pytest.mark.usefixtures("db", "dispatching")


async def finished(owner, y_symbol: str = "EXY", x_symbol: str = "EXX", **changes) -> Backtest:
    y, x = make.wave()
    await make.listed(y_symbol, y)
    await make.listed(x_symbol, x)
    pair = await pairs.create(owner, y_symbol, x_symbol)
    backtest = await backtests.start(owner, pair.id, make.spec(**changes))
    await backtest_runs.run(backtest.job_id)
    return await Backtest.get(id=backtest.id)


@pytest.mark.parametrize("what", ["trades", "equity"])
async def test_every_format_says_the_same(what):
    owner = await make.viewer()
    backtest = await finished(owner)
    files = {kind: await backtest_exports.export(owner, backtest.id, what, kind) for kind in ("csv", "json", "parquet")}

    from_csv = pd.read_csv(io.BytesIO(files["csv"].content))
    from_json = pd.DataFrame(orjson.loads(files["json"].content))
    from_parquet = pq.read_table(io.BytesIO(files["parquet"].content)).to_pandas()
    assert list(from_csv) == list(from_json) == list(from_parquet)
    for name in from_parquet:
        if name == "time" or name.endswith("_at"):
            moments = from_parquet[name].astype("int64")
            assert (pd.to_datetime(from_csv[name], utc=True).dt.as_unit("ms").astype("int64") == moments).all()
            assert (pd.to_datetime(from_json[name], utc=True).dt.as_unit("ms").astype("int64") == moments).all()
        elif from_parquet[name].dtype == float:
            np.testing.assert_array_equal(from_csv[name].astype(float), from_parquet[name])
            np.testing.assert_array_equal(from_json[name].astype(float), from_parquet[name])
        else:
            assert list(from_csv[name]) == list(from_json[name]) == list(from_parquet[name])
    assert files["csv"].name == f"backtest-{backtest.id}-{what}.csv"


async def test_the_files_hold_the_run():
    owner = await make.viewer()
    backtest = await finished(owner)
    trades = await Trade.filter(backtest=backtest).order_by("number")
    columns = await backtests.equity(backtest, None)

    rows = list(
        csv.DictReader(
            io.StringIO((await backtest_exports.export(owner, backtest.id, "trades", "csv")).content.decode())
        )
    )
    assert [float(row["pnl"]) for row in rows] == [trade.pnl for trade in trades]
    assert [float(row["quantity_x"]) for row in rows] == [trade.quantity_x for trade in trades]
    assert any(row[name].startswith("-") for row in rows for name in ("quantity_y", "quantity_x"))
    assert {(row["y"], row["x"]) for row in rows} == {("EXY", "EXX")}
    equity = orjson.loads((await backtest_exports.export(owner, backtest.id, "equity", "json")).content)
    assert [row["equity"] for row in equity] == list(columns.equity)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"), ("+A1", "'+A1"), ("-A1", "'-A1"), ("@SUM(A1)", "'@SUM(A1)"), ("\tx", "'\tx"),
        ("\rx", "'\rx"), ("KO", "KO"), ("a=b", "a=b"), ("", ""),
    ],
)  # fmt: skip
def test_texts_that_look_like_formulas_stay_texts(text, cell):
    written = backtest_exports.to_csv({"symbol": [text], "value": [-1.5], "count": [-3], "none": [None]})
    assert list(csv.reader(io.StringIO(written.decode(), newline=""))) == [
        ["symbol", "value", "count", "none"],
        [cell, "-1.5", "-3", ""],
    ]


async def test_a_symbol_that_is_a_formula_is_exported_as_text():
    owner = await make.viewer()
    backtest = await finished(owner, "=CMD|'/C CALC'!A0", "-X")
    text = (await backtest_exports.export(owner, backtest.id, "trades", "csv")).content.decode()
    first = next(csv.DictReader(io.StringIO(text)))
    assert (first["y"], first["x"]) == ("'=CMD|'/C CALC'!A0", "'-X")


async def test_a_run_without_trades_has_a_header():
    owner = await make.viewer()
    backtest = await finished(owner, entry=50.0)
    text = (await backtest_exports.export(owner, backtest.id, "trades", "csv")).content.decode()
    assert text.splitlines() == [",".join(await backtest_exports.trades_table(backtest))]
    parquet = await backtest_exports.export(owner, backtest.id, "trades", "parquet")
    assert pq.read_table(io.BytesIO(parquet.content)).num_rows == 0
    assert b"no closed trades" in (await backtest_reports.report(owner, backtest.id)).content


async def test_the_report_needs_no_network_and_runs_nothing():
    owner = await make.viewer()
    backtest = await finished(owner, "<img src=x onerror=alert(1)>", "EX&X")
    page = (await backtest_reports.report(owner, backtest.id)).content.decode()

    assert not re.search(r"<(script|link|img|iframe|object)|\b(src|href|on\w+)\s*=\s*[\"']|url\(|https?://", page)
    assert "&lt;img src=x onerror=alert(1)&gt; / EX&amp;X" in page
    body = ElementTree.fromstring(page.partition("<body>")[2].partition("</body>")[0].join(["<body>", "</body>"]))
    assert [title.text for title in body.iter("h2")][:3] == ["Equity", "Drawdown", "z-score"]
    lines = [line.get("points") for line in body.iter("polyline")]
    assert len(lines) == 3
    equity = (await backtests.equity(backtest, None)).equity
    assert len(lines[0].split()) == len(equity)
    heights = [float(point.split(",")[1]) for point in lines[0].split()]
    assert heights[int(np.argmax(equity))] == min(heights)
    assert heights[int(np.argmin(equity))] == max(heights)
    assert f"<code>{backtest.result_hash}</code>" in page
    assert "Leak check: clean at 6 cuts." in page


async def test_only_the_owner_exports_and_only_what_exists():
    owner, other = await make.viewer(), await make.viewer()
    backtest = await finished(owner)
    waiting = await make.backtest(owner)
    with pytest.raises(NotFoundError) as hidden:
        await backtest_exports.export(other, backtest.id, "trades", "csv")
    with pytest.raises(NotFoundError) as unknown:
        await backtest_exports.export(owner, backtest.id, "trades", "xlsx")
    with pytest.raises(ConflictError) as early:
        await backtest_reports.report(owner, waiting.id)
    codes = [failure.value.code for failure in (hidden, unknown, early)]
    assert codes == ["BACKTEST_NOT_FOUND", "EXPORT_UNKNOWN", "BACKTEST_NOT_FINISHED"]
