"""What becomes of stored bars when others arrive: merged columns, cut by year, and what differs."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from titan_graphql.feeds.bars import COLUMNS, VALUE_TYPE, Bars, Floats

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Merged:
    """Stored and fresh bars as one, and how many of the fresh are new or say something else than was stored.

    `dropped` counts for each column the bars that had a value in it and come again without.
    """

    bars: Bars
    added: int
    restated: int
    dropped: dict[str, int]


def merge(stored: Bars, fresh: Bars) -> Merged:
    """All bars of both; where both have a bar at the same time the fresh one counts, as a whole."""
    both, at_stored, at_fresh = np.intersect1d(stored.time, fresh.time, assume_unique=True, return_indices=True)
    kept = np.ones(len(stored), bool)
    kept[at_stored] = False
    time = np.concatenate([stored.time[kept], fresh.time])
    order = np.argsort(time, kind="stable")
    differs = np.zeros(len(both), bool)
    columns = {}
    dropped = {}
    for name in COLUMNS:
        if name in stored.columns or name in fresh.columns:
            old = stored.columns.get(name, np.full(len(stored), np.nan))
            new = fresh.columns.get(name, np.full(len(fresh), np.nan))
            joined = np.concatenate([old[kept], new])[order]
            if not np.isnan(joined).all():
                columns[name] = joined
            differs |= ~_same(old[at_stored], new[at_fresh])
            if lost := int((np.isnan(new[at_fresh]) & ~np.isnan(old[at_stored])).sum()):
                dropped[name] = lost
    return Merged(Bars(time[order], columns), len(fresh) - len(both), int(differs.sum()), dropped)


def by_year(bars: Bars) -> dict[int, Bars]:
    """Bars cut at the turns of the year (UTC); a column that is absent throughout a year is left out of it."""
    years = bars.time.astype("datetime64[ms]").astype("datetime64[Y]").astype(int) + 1970
    cuts = np.flatnonzero(np.diff(years)) + 1
    starts, ends = [0, *cuts.tolist()], [*cuts.tolist(), len(years)]
    parts = {int(years[low]): bars.cut(low, high) for low, high in zip(starts, ends, strict=True) if high > low}
    return {year: _without_absent(part) for year, part in parts.items()}


def _without_absent(bars: Bars) -> Bars:
    return Bars(bars.time, {name: column for name, column in bars.columns.items() if not np.isnan(column).all()})


def _same(one: Floats, other: Floats) -> Mask:
    """Whether values are equal bit for bit."""
    bits = np.dtype("<i8")
    return np.equal(
        np.ascontiguousarray(one, VALUE_TYPE).view(bits), np.ascontiguousarray(other, VALUE_TYPE).view(bits)
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """Which bars two revisions do not share, by their times: new, gone, or not the same."""

    added: npt.NDArray[np.int64]
    removed: npt.NDArray[np.int64]
    changed: npt.NDArray[np.int64]


def differences(before: Bars, after: Bars) -> Difference:
    """Compare two revisions bar by bar, bit by bit."""
    both, at_before, at_after = np.intersect1d(before.time, after.time, assume_unique=True, return_indices=True)
    differs = np.zeros(len(both), bool)
    for name in before.columns.keys() | after.columns.keys():
        old = before.columns.get(name, np.full(len(before), np.nan))[at_before]
        new = after.columns.get(name, np.full(len(after), np.nan))[at_after]
        differs |= ~_same(old, new)
    return Difference(
        added=np.setdiff1d(after.time, before.time, assume_unique=True),
        removed=np.setdiff1d(before.time, after.time, assume_unique=True),
        changed=both[differs],
    )
