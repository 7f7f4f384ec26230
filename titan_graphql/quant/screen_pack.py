"""Series made ready for the screen: standardised, transformed to block spectra, eight to a vector."""

import functools
import math
from typing import NamedTuple

import numpy as np

from titan_graphql.quant.simd import (
    LANES,
    Array,
    Vector,
    add,
    aligned,
    div,
    fma,
    fnma,
    kernel,
    load,
    mul,
    splat,
    store,
    sub,
)

STATISTICS = 8
"""Rows of `Pack.statistics`: first value, mean above it, slope, deviation, Σ² before detrending, mean and Σ²
of the changes, Σ² of the path."""


class Plan(NamedTuple):
    """How the lagged moments of a sample are computed; it depends on the sample's length and the largest lag
    only.
    """

    bars: int
    lags: int
    block: int
    blocks: int
    frequencies: int
    cosines: np.ndarray
    windows: np.ndarray
    overlaps: np.ndarray


class Pack(NamedTuple):
    """Flat arrays of series in groups of eight lanes; element (series s, row k) of an array with R rows is at
    (s // 8)·R·8 + k·8 + s % 8.
    """

    levels: np.ndarray
    paths: np.ndarray
    spectra: np.ndarray
    own: np.ndarray
    head: np.ndarray
    tail: np.ndarray
    statistics: np.ndarray


@functools.lru_cache(maxsize=32)
def make_plan(bars: int, lags: int) -> Plan:
    """Choose the blocks and tabulate the transforms for lagged moments of `bars` − 1 changes up to `lags`.

    The changes are cut into blocks of S ≈ √(8·bars), each preceded by the `lags` changes before it. With E
    the discrete Fourier transform (length L = S + 2·lags) of block and overlap, and O that of the overlap
    alone,

        X_l = Σ_f C_{lf} Σ_b Re(E_{ifb} Ē_{jfb}) − the same for O

    is Σ_{s ≥ lags} (d_i[s] d_j[s−l] + d_i[s−l] d_j[s]), because L leaves room for `lags` zeros at the end.

    Returns
    -------
    Plan
        `cosines` is C, shape (lags + 1, frequencies); `windows` and `overlaps` are the transforms' cosine and
        sine tables, shape (frequencies of each, window, 2).
    """
    changes = bars - 1
    block = max(lags, round(math.sqrt(8 * changes)), 1)
    block += block % 2
    blocks = max(1, -(-(changes - lags) // block))
    lag = np.arange(lags + 1)[:, None]
    parts, tables = [], []
    for length, window, sign in ((block + 2 * lags, block + lags, 2.0), (2 * lags, lags, -2.0)):
        frequency = np.arange(length // 2 + 1 if length else 0)
        weight = np.full(frequency.size, 2.0)
        weight[[0, -1] if length else []] = 1.0
        turn = 2.0 * np.pi / max(length, 1)
        parts.append(sign * weight / max(length, 1) * np.cos(turn * ((lag * frequency) % max(length, 1))))
        angle = turn * ((frequency[:, None] * np.arange(window)) % max(length, 1))
        tables.append(np.ascontiguousarray(np.stack([np.cos(angle), np.sin(angle)], axis=2)))
    cosines = np.ascontiguousarray(np.concatenate(parts, axis=1))
    return Plan(bars, lags, block, blocks, cosines.shape[1], cosines, tables[0], tables[1])


@kernel
def standardise_nb(
    raw: Array,
    bars: int,
    at: int,
    detrend: int,
    levels: Array,
    changes: Array,
    statistics: Array,
    stats_at: int,
) -> None:
    """Centre, optionally detrend and scale one group of eight series, and difference it.

    z = (x − x̄ − b·(t − t̄)) / sd with b = 0 unless `detrend`, sd² the mean of the squares; d = z_{t+1} − z_t
    computed from the differences of x, so that no digits are lost on a large offset. A series without
    variance beyond rounding gets sd = 0 and z = d = 0.
    """
    first = load(raw, at)
    total = splat(0.0)
    for t in range(bars):
        total = add(total, sub(load(raw, at + LANES * t), first))
    mean = div(total, splat(float(bars)))
    squares = splat(0.0)
    moment = splat(0.0)
    middle = 0.5 * (bars - 1)
    for t in range(bars):
        x = sub(sub(load(raw, at + LANES * t), first), mean)
        squares = fma(x, x, squares)
        moment = fma(splat(t - middle), x, moment)
    store(statistics, stats_at, first)
    store(statistics, stats_at + LANES, mean)
    store(statistics, stats_at + 4 * LANES, squares)
    slope = splat(0.0)
    if detrend:
        slope = div(moment, splat(bars * (float(bars) * bars - 1.0) / 12.0))
    store(statistics, stats_at + 2 * LANES, slope)
    left = splat(0.0)
    for t in range(bars):
        x = sub(sub(load(raw, at + LANES * t), first), mean)
        x = fnma(splat(t - middle), slope, x)
        store(levels, at + LANES * t, x)
        left = fma(x, x, left)
    store(statistics, stats_at + 3 * LANES, left)
    inverse = deviations_nb(bars, statistics, stats_at)
    for t in range(bars):
        store(levels, at + LANES * t, mul(load(levels, at + LANES * t), inverse))
    drift = splat(0.0)
    energy = splat(0.0)
    for t in range(bars - 1):
        d = mul(sub(sub(load(raw, at + LANES * (t + 1)), load(raw, at + LANES * t)), slope), inverse)
        store(changes, LANES * t, d)
        drift = add(drift, d)
        energy = fma(d, d, energy)
    store(statistics, stats_at + 5 * LANES, div(drift, splat(float(bars - 1))))
    store(statistics, stats_at + 6 * LANES, energy)


@kernel
def deviations_nb(bars: int, statistics: Array, at: int) -> Vector:
    """Turn the sums of squares in `statistics` into deviations, zero where they are rounding noise; return
    1/sd.
    """
    for lane in range(at, at + LANES):
        offset = abs(statistics[lane]) + abs(statistics[lane + LANES])
        squares = statistics[lane + 3 * LANES]
        noise = max(bars * (1e-15 * offset) ** 2, 1e-24 * statistics[lane + 4 * LANES])
        statistics[lane + 3 * LANES] = math.sqrt(squares / bars) if squares > noise else 0.0
    scratch = np.zeros(LANES)
    for lane in range(LANES):
        deviation = statistics[at + 3 * LANES + lane]
        scratch[lane] = 1.0 / deviation if deviation > 0.0 else 0.0
    return load(scratch, 0)


@kernel
def transform_nb(changes: Array, plan: Plan, window: int, tables: Array, spectra: Array, at: int) -> None:
    """Write Σ_u d[bS + u]·(cos, sin)(2πfu/L) for each frequency f and block b of one group of series.

    The result has rows (f, b, part); four blocks share each table entry.
    """
    scratch = np.empty(8 * LANES)
    for f in range(tables.shape[0]):
        for b in range(0, plan.blocks, 4):
            r0 = r1 = r2 = r3 = i0 = i1 = i2 = i3 = splat(0.0)
            step = LANES * plan.block
            for u in range(window):
                c = splat(tables[f, u, 0])
                s = splat(tables[f, u, 1])
                x = LANES * (b * plan.block + u)
                d = load(changes, x)
                r0 = fma(c, d, r0)
                i0 = fma(s, d, i0)
                d = load(changes, x + step)
                r1 = fma(c, d, r1)
                i1 = fma(s, d, i1)
                d = load(changes, x + 2 * step)
                r2 = fma(c, d, r2)
                i2 = fma(s, d, i2)
                d = load(changes, x + 3 * step)
                r3 = fma(c, d, r3)
                i3 = fma(s, d, i3)
            store(scratch, 0, r0)
            store(scratch, 8, i0)
            store(scratch, 16, r1)
            store(scratch, 24, i1)
            store(scratch, 32, r2)
            store(scratch, 40, i2)
            store(scratch, 48, r3)
            store(scratch, 56, i3)
            out = at + 2 * LANES * (f * plan.blocks + b)
            for k in range(2 * min(4, plan.blocks - b)):
                store(spectra, out + LANES * k, load(scratch, LANES * k))


@kernel
def own_moments_nb(changes: Array, plan: Plan, own: Array, at: int) -> None:
    """Write ``G_l = Σ_{s ≥ q} d[s] d[s−l]``, l = 0 … q, of one group of series."""
    for lag in range(plan.lags + 1):
        total = splat(0.0)
        for s in range(plan.lags, plan.bars - 1):
            total = fma(load(changes, LANES * s), load(changes, LANES * (s - lag)), total)
        store(own, at + LANES * lag, total)


@kernel
def fill_pack_nb(raw: Array, groups: int, plan: Plan, detrend: int, pack: Pack) -> None:
    """Fill every array of `pack` but `paths` from the raw series, group by group.

    Parameters
    ----------
    raw : ndarray
        The series in lanes, `plan.bars` rows to each of `groups` groups.
    detrend : bool
        Whether a linear trend is projected out.
    """
    changes = aligned(LANES * (plan.lags + (plan.blocks + 4) * plan.block))
    width = 2 * LANES * plan.blocks
    for g in range(groups):
        standardise_nb(
            raw, plan.bars, g * plan.bars * LANES, detrend, pack.levels, changes, pack.statistics,
            g * STATISTICS * LANES,
        )  # fmt: skip
        at = g * plan.frequencies * width
        transform_nb(changes, plan, plan.block + plan.lags, plan.windows, pack.spectra, at)
        at += plan.windows.shape[0] * width
        transform_nb(changes, plan, plan.lags, plan.overlaps, pack.spectra, at)
        own_moments_nb(changes, plan, pack.own, g * (plan.lags + 1) * LANES)
        for s in range(plan.lags):
            to = (g * plan.lags + s) * LANES
            store(pack.head, to, load(changes, LANES * s))
            store(pack.tail, to, load(changes, LANES * (plan.bars - 2 - s)))
        squares = splat(0.0)
        for t in range(plan.bars if pack.paths.size > 0 else 0):
            x = load(pack.paths, (g * plan.bars + t) * LANES)
            squares = fma(x, x, squares)
        store(pack.statistics, (g * STATISTICS + 7) * LANES, squares)


def to_lanes(series: np.ndarray) -> np.ndarray:
    """Lay a (bars × n) array out in groups of eight: flat, aligned, missing lanes zero."""
    bars, count = series.shape
    groups = -(-count // LANES)
    flat: np.ndarray = aligned(groups * bars * LANES)
    view = flat.reshape(groups, bars, LANES)
    whole = count // LANES
    view[:whole] = series[:, : whole * LANES].reshape(bars, whole, LANES).transpose(1, 0, 2)
    if count % LANES:
        view[whole, :, : count % LANES] = series[:, whole * LANES :]
    return flat


def make_pack(series: np.ndarray, plan: Plan, *, detrend: bool, scale: str | None) -> Pack:
    """Prepare complete series for `cross_block_nb`.

    Parameters
    ----------
    series : ndarray, shape (bars, n)
        Prices on the screen's scale, nothing missing.
    plan : Plan
        From `make_plan` for the same number of bars.
    detrend : bool
        Whether a linear trend is projected out of each series.
    scale : {"log", "raw"} or None
        The scale of `series`, from which the normalised price paths of the distance come; None leaves them
        out.
    """
    groups = -(-series.shape[1] // LANES)
    rows = (plan.bars, plan.frequencies * 2 * plan.blocks, plan.lags + 1, plan.lags, plan.lags, STATISTICS)
    levels, spectra, own, head, tail, statistics = (aligned(groups * LANES * count) for count in rows)
    paths = aligned(0) if scale is None else to_lanes(normalised_paths(series, scale))
    pack = Pack(levels, paths, spectra, own, head, tail, statistics)
    fill_pack_nb(to_lanes(series), groups, plan, int(detrend), pack)
    return pack


def normalised_paths(series: np.ndarray, scale: str) -> np.ndarray:
    """Return P_t/P_0 − 1 of each column: gain paths, whose squared gaps make a distance."""
    with np.errstate(all="ignore"):
        paths: np.ndarray = np.expm1(series - series[0]) if scale == "log" else series / series[0] - 1.0
    return paths
