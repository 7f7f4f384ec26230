"""A backtest as one page that opens without a network: figures, plots and trades, nothing fetched, nothing run."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from html import escape
from typing import Any
from uuid import UUID

import numpy as np

from titan_graphql.models.backtests import Backtest
from titan_graphql.models.pairs import Pair
from titan_graphql.quant.downsample import lttb
from titan_graphql.quant.estimate import Estimate
from titan_graphql.services import backtest_exports, backtest_leaks, backtest_manifests, backtests, market_bars, pairs
from titan_graphql.services.backtest_exports import ExportedFile
from titan_graphql.services.market_bars import Floats, Times
from titan_graphql.services.users import Viewer

WIDTH, HEIGHT, MARGIN = 900, 220, 60
POINTS_MAX = 900
STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; margin: 1rem 0; } td, th { padding: .2rem .8rem; text-align: right; }
th { border-bottom: 1px solid currentColor; } td:first-child, th:first-child { text-align: left; }
svg { width: 100%; height: auto; } polyline { fill: none; stroke: #2563eb; stroke-width: 1.4; }
svg text { font-size: 11px; fill: currentColor; } .axis { stroke: #8888; } .bad { color: #b91c1c; font-weight: bold; }
code { font-size: 12px; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { background: #111; color: #eee; } polyline { stroke: #7aa2ff; } }
"""


async def report(viewer: Viewer, backtest_id: UUID) -> ExportedFile:
    """The page of a finished backtest.

    Raises:
        NotFoundError: no such backtest, or somebody else's.
        ConflictError: it has not succeeded yet.
    """
    backtest = await backtest_exports.finished(viewer, backtest_id)
    leg_y, leg_x = await pairs.legs(await Pair.get(id=backtest.pair_id))  # type: ignore[attr-defined]  # made by Tortoise
    title = f"{leg_y.symbol} / {leg_x.symbol}"
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>Backtest {backtest.id}, started {backtest.created_at:%Y-%m-%d %H:%M} UTC</p>",
        _leaks(backtest),
        await _plots(backtest),
        "<h2>Figures</h2>",
        _table(("", "value", "95 % interval or reason"), _figures(backtest)),
        "<h2>Where the P&amp;L came from</h2>",
        _table(("", "currency"), _attribution(backtest)),
        "<h2>What it is worth</h2>",
        _table(("", "value"), await _trials(backtest)),
        "<h2>Trades</h2>",
        _rows(await backtest_exports.trades_table(backtest)),
        "<h2>Where it came from</h2>",
        _manifest(backtest),
    ]
    page = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head><body>{''.join(parts)}</body></html>\n"
    )
    return ExportedFile(f"backtest-{backtest.id}.html", "text/html; charset=utf-8", page.encode())


def plot(name: str, time: Times, values: Floats) -> str:
    """A line over time as inline SVG, with its first and last day and its lowest and highest value."""
    known = np.isfinite(values)
    shown_time, shown = time[known], values[known]
    if len(shown) < 2:
        return f"<h2>{escape(name)}</h2><p>Nothing to draw.</p>"
    if len(shown) > POINTS_MAX:
        kept = lttb(shown_time, shown, POINTS_MAX)
        shown_time, shown = shown_time[kept], shown[kept]
    low, high = float(shown.min()), float(shown.max())
    span = high - low or 1.0
    x = MARGIN + (shown_time - shown_time[0]) / (shown_time[-1] - shown_time[0]) * (WIDTH - MARGIN - 10)
    y = HEIGHT - 20 - (shown - low) / span * (HEIGHT - 30)
    points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
    first, last = (market_bars.to_datetime(int(moment)) for moment in (shown_time[0], shown_time[-1]))
    return (
        f'<h2>{escape(name)}</h2><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(name)}">'
        f'<line class="axis" x1="{MARGIN}" y1="{HEIGHT - 20}" x2="{WIDTH - 10}" y2="{HEIGHT - 20}"/>'
        f'<polyline points="{points}"/>'
        f'<text x="0" y="16">{high:,.4g}</text><text x="0" y="{HEIGHT - 20}">{low:,.4g}</text>'
        f'<text x="{MARGIN}" y="{HEIGHT - 4}">{first:%Y-%m-%d}</text>'
        f'<text x="{WIDTH - 10}" y="{HEIGHT - 4}" text-anchor="end">{last:%Y-%m-%d}</text></svg>'
    )


async def _plots(backtest: Backtest) -> str:
    columns = await backtests.equity(backtest, None)
    if columns is None:
        return ""
    lines = {"Equity": columns.equity, "Drawdown": columns.drawdown, "z-score": columns.z_score}
    return "".join(plot(name, columns.time, values) for name, values in lines.items())


def _leaks(backtest: Backtest) -> str:
    found = backtest_leaks.stored(backtest)
    if found is None:
        return ""
    if found.leak is not None:
        return (
            f'<p class="bad">Leak: {escape(found.leak.column)} at {found.leak.bar:%Y-%m-%d} knew bars from '
            f"{found.leak.cut:%Y-%m-%d} on. These figures are not to be believed.</p>"
        )
    if found.selection.verdict == "KNOWS_TRADING":
        return '<p class="bad">The scan that found this pair used data of the trading period.</p>'
    return f"<p>Leak check: {found.verdict.lower().replace('_', ' ')} at {len(found.cuts)} cuts.</p>"


def _figures(backtest: Backtest) -> Iterable[Sequence[str]]:
    metrics = backtests.metrics(backtest)
    for field in fields(metrics) if metrics else ():
        value: Any = getattr(metrics, field.name)
        yield (
            (_words(field.name), *_estimate(value))
            if isinstance(value, Estimate)
            else (
                _words(field.name),
                f"{value:,.6g}",
                "",
            )
        )


def _estimate(value: Estimate) -> tuple[str, str]:
    if value.value is None:
        return "–", value.reason or ""
    interval = "" if value.low is None or value.high is None else f"{value.low:,.4g} … {value.high:,.4g}"
    return f"{value.value:,.6g}", interval


def _attribution(backtest: Backtest) -> Iterable[Sequence[str]]:
    parts = backtests.attribution(backtest)
    if parts is not None:
        yield from ((_words(field.name), f"{getattr(parts, field.name):,.2f}") for field in fields(parts))
        yield "total", f"{parts.total:,.2f}"


async def _trials(backtest: Backtest) -> list[Sequence[str]]:
    found = await backtests.trials(backtest)
    if found is None:
        return []
    names = ("probabilistic_sharpe", "deflated_sharpe", "expected_best_sharpe", "minimum_track_record")
    return [("tried", f"{found.tried:,}"), *((_words(name), _estimate(getattr(found, name))[0]) for name in names)]


def _manifest(backtest: Backtest) -> str:
    found = backtest_manifests.manifest(backtest)
    if found is None:
        return ""
    data = "".join(f"<li>{one.leg}: <code>{one.content_hash}</code></li>" for one in found.datasets)
    return (
        f"<ul>{data}<li>code <code>{escape(found.code_version)}</code></li><li>seed {found.seed}</li>"
        f"<li>parameters <code>{escape(backtest_manifests.parameters_text(found))}</code></li>"
        f"<li>result <code>{found.result_hash}</code></li></ul>"
    )


def _rows(table: dict[str, list[Any]]) -> str:
    rows = ([_shown(value) for value in row] for row in zip(*table.values(), strict=True))
    return _table([_words(name) for name in table], rows)


def _shown(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.4f}"
    return f"{value:%Y-%m-%d}" if hasattr(value, "year") else str(value)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def _words(name: str) -> str:
    return name.replace("_", " ")
