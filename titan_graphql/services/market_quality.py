"""The quality report of a dataset: what is missing, what looks wrong, and what it means for research."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import numpy as np

from titan_graphql.feeds.bars import MS_PER_DAY, Bars
from titan_graphql.models.markets import Adjustment, InstrumentKind, Market, Timeframe
from titan_graphql.quant import quality
from titan_graphql.quant.quality import Stretch, SuspectedSplit
from titan_graphql.services import market_calendars

SHOWN_PER_KIND = 20
GAP_WITHOUT_CALENDAR = 4
SPLITTING = {InstrumentKind.EQUITY, InstrumentKind.ETF}


class FindingKind(StrEnum):
    """What was found."""

    DUPLICATES = "DUPLICATES"
    GAP = "GAP"
    NON_POSITIVE_PRICE = "NON_POSITIVE_PRICE"
    OFF_SESSION = "OFF_SESSION"
    OUTLIER = "OUTLIER"
    STALE_RUN = "STALE_RUN"
    SUSPECTED_SPLIT = "SUSPECTED_SPLIT"
    ZERO_VOLUME = "ZERO_VOLUME"


class QualityGrade(StrEnum):
    """What to make of a dataset at a glance."""

    GOOD = "GOOD"
    CHECK = "CHECK"
    BAD = "BAD"


SERIOUS = {FindingKind.SUSPECTED_SPLIT, FindingKind.NON_POSITIVE_PRICE}
HARMLESS = {FindingKind.DUPLICATES, FindingKind.OFF_SESSION}


@dataclass(frozen=True, slots=True)
class Finding:
    """Bars from `first` to `last` (both included, milliseconds) that somebody should look at."""

    kind: FindingKind
    first: int
    last: int
    count: int
    message: str
    value: float | None = None

    @property
    def start(self) -> datetime:
        """The first bar concerned."""
        return datetime.fromtimestamp(self.first / 1000, UTC)

    @property
    def end(self) -> datetime:
        """The last bar concerned."""
        return datetime.fromtimestamp(self.last / 1000, UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known of the bars besides the bars: `splits` are the ex-dates (ms) of the splits that are known."""

    market: Market
    timeframe: Timeframe
    kind: InstrumentKind = InstrumentKind.EQUITY
    adjustment: Adjustment = Adjustment.RAW
    duplicates: int = 0
    splits: frozenset[int] = frozenset()

    @property
    def may_hide_splits(self) -> bool:
        """Whether an unadjusted split could be among the bars."""
        return self.kind in SPLITTING and self.adjustment is Adjustment.RAW


def report(bars: Bars, subject: Subject) -> dict[str, Any]:
    """Examine bars; the result is stored with the dataset and never changes."""
    market = subject.market
    splits = _splits(bars, subject)
    explained = {finding.first for finding in splits} | subject.splits
    found = [
        *_duplicates(bars, subject.duplicates),
        *_gaps(bars, market, subject.timeframe),
        *_non_positive(bars),
        *splits,
        *(finding for finding in _outliers(bars) if finding.first - finding.first % MS_PER_DAY not in explained),
        *_stale(bars),
        *_zero_volume(bars),
    ]
    counts = {kind.value: sum(finding.count for finding in found if finding.kind is kind) for kind in FindingKind}
    shown = [finding for kind in FindingKind for finding in _first(found, kind)]
    return {
        "grade": _grade(found).value,
        "calendar": market.calendar,
        "counts": {name: count for name, count in counts.items() if count},
        "findings": [asdict(finding) for finding in shown],
        "left_off": len(found) - len(shown),
    }


def findings(stored: dict[str, Any]) -> list[Finding]:
    """The findings of a stored report."""
    return [Finding(**{**finding, "kind": FindingKind(finding["kind"])}) for finding in stored["findings"]]


def _first(found: list[Finding], kind: FindingKind) -> list[Finding]:
    own = [finding for finding in found if finding.kind is kind]
    return sorted(own, key=lambda finding: -finding.count)[:SHOWN_PER_KIND]


def _grade(found: list[Finding]) -> QualityGrade:
    kinds = {finding.kind for finding in found}
    if kinds & SERIOUS:
        return QualityGrade.BAD
    return QualityGrade.CHECK if kinds - HARMLESS else QualityGrade.GOOD


def _duplicates(bars: Bars, count: int) -> list[Finding]:
    if not count:
        return []
    message = f"{count} rows of the file occurred twice and were left out"
    return [Finding(FindingKind.DUPLICATES, int(bars.time[0]), int(bars.time[-1]), count, message)]


def _gaps(bars: Bars, market: Market, timeframe: Timeframe) -> list[Finding]:
    first, last = int(bars.time[0]), int(bars.time[-1])
    expected = market_calendars.expected_bars(market.calendar, timeframe, first, last) if market.calendar else None
    if expected is None:
        return _long_gaps(bars) if timeframe is Timeframe.D1 else []
    missing = ~np.isin(expected, bars.time)
    found = [
        _spanning(FindingKind.GAP, expected, run, f"{_bars(run.count)} of the {market.calendar} calendar are missing")
        for run in quality.stretches(missing)
    ]
    strangers = bars.time[~np.isin(bars.time, expected)]
    if len(strangers):
        message = f"{_bars(len(strangers))} at times when {market.calendar} does not trade"
        span = (int(strangers[0]), int(strangers[-1]))
        found.append(Finding(FindingKind.OFF_SESSION, *span, len(strangers), message))
    return found


def _long_gaps(bars: Bars) -> list[Finding]:
    """Without a calendar only absences that no holidays explain are told."""
    days = market_calendars.weekdays(int(bars.time[0]), int(bars.time[-1]))
    missing = ~np.isin(days, bars.time - bars.time % MS_PER_DAY)
    return [
        _spanning(FindingKind.GAP, days, run, f"{run.count} weekdays in a row without a bar; no calendar is known")
        for run in quality.stretches(missing)
        if run.count >= GAP_WITHOUT_CALENDAR
    ]


def _non_positive(bars: Bars) -> list[Finding]:
    lowest = np.minimum.reduce(
        [bars.columns[name] for name in ("open", "high", "low", "close") if name in bars.columns]
    )
    return [
        _spanning(
            FindingKind.NON_POSITIVE_PRICE,
            bars.time,
            run,
            f"Prices down to {run.value:g}: they have no logarithm, so models of log prices are refused here",
            run.value,
        )
        for run in quality.stretches(lowest <= 0.0, lowest)
    ]


def _splits(bars: Bars, subject: Subject) -> list[Finding]:
    if not subject.may_hide_splits:
        return []
    suspected = quality.suspected_splits(bars.close, bars.columns.get("open"), bars.columns.get("volume"))
    days = bars.time - bars.time % MS_PER_DAY
    return [
        _at(FindingKind.SUSPECTED_SPLIT, bars, split.at, _split_message(split), split.ratio)
        for split in suspected
        if int(days[split.at]) not in subject.splits
    ]


def _split_message(split: SuspectedSplit) -> str:
    as_if = f"Moved {split.move:+.2%} as a split of {_ratio(split.ratio)} would"
    return f"{as_if}; import the split, or prices that are adjusted for it"


def _outliers(bars: Bars) -> list[Finding]:
    moves = quality.changes(bars.close)
    return [
        _at(FindingKind.OUTLIER, bars, at, f"Moved {moves[at]:+.2%}, far beyond what it usually does", moves[at])
        for at in quality.outliers(bars.close).tolist()
    ]


def _stale(bars: Bars) -> list[Finding]:
    return [
        _spanning(FindingKind.STALE_RUN, bars.time, run, f"{run.count} closes in a row are {run.value:g}", run.value)
        for run in quality.stale_runs(bars.close)
    ]


def _zero_volume(bars: Bars) -> list[Finding]:
    if "volume" not in bars.columns:
        return []
    return [
        _spanning(FindingKind.ZERO_VOLUME, bars.time, run, f"{_bars(run.count)} without any trade")
        for run in quality.stretches(bars.columns["volume"] == 0.0)
    ]


def _spanning(kind: FindingKind, time: np.ndarray, run: Stretch, message: str, value: float | None = None) -> Finding:
    return Finding(kind, int(time[run.first]), int(time[run.last]), run.count, message, value)


def _at(kind: FindingKind, bars: Bars, at: int, message: str, value: float) -> Finding:
    return Finding(kind, int(bars.time[at]), int(bars.time[at]), 1, message, float(value))


def _bars(count: int) -> str:
    return "1 bar" if count == 1 else f"{count:,} bars"


def _ratio(ratio: float) -> str:
    if ratio < 1:
        return "1:" + f"{1 / ratio:g}"
    return "3:2" if ratio == quality.SPLIT_RATIOS[0] else f"{ratio:g}:1"
