"""How fast the screen is, beside statsmodels and arch: python -m benchmarks.screen [--plot FILE] [--large].

Every figure is taken on one core in this run; statsmodels and arch are timed on sampled pairs of the same panel.
Seconds are processor seconds of a single thread: those of the clock on an idle core, and the same on a busy one.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import argparse
import platform
import resource
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

COUNTS = (100, 200, 500, 1_000)
LENGTHS = (252, 1_260, 2_520)


def synthetic_universe(count: int, bars: int, seed: int = 0) -> np.ndarray:
    """Log prices with a market, eleven sectors and Student noise: a made-up universe, no real names."""
    random = np.random.default_rng(seed)
    market = 0.010 * random.standard_t(5, (bars, 1)) * random.normal(1.0, 0.25, count)
    sectors = (0.008 * random.standard_t(5, (bars, 11)))[:, random.integers(0, 11, count)]
    own = random.uniform(0.008, 0.022, count) * random.standard_t(5, (bars, count))
    return np.log(random.uniform(10, 300, count)) + (market + sectors + own).cumsum(axis=0)


def best_of(repeats: int, work: Callable[[], object]) -> float:
    """Fewest processor seconds of a few runs: what disturbs a measurement only ever adds."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def machine() -> str:
    """Processor, cores and versions that the figures belong to."""
    import numba
    import statsmodels

    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line]
        model = names[0] if names else model
    versions = f"Python {platform.python_version()}, numba {numba.__version__}, statsmodels {statsmodels.__version__}"
    return f"{model}, {os.cpu_count()} cores (one used), {versions}"


def peers(panel: np.ndarray, sample: int) -> dict[str, float]:
    """Seconds per directed pair of statsmodels and arch on the same sampled pairs."""
    from arch.unitroot.cointegration import engle_granger
    from statsmodels.tsa.stattools import coint

    random = np.random.default_rng(1)
    pairs = [random.choice(panel.shape[1], 2, replace=False) for _ in range(sample)]
    centred = panel - panel.mean(axis=0)
    tests: dict[str, Callable[[np.ndarray, np.ndarray], object]] = {
        "statsmodels.coint": lambda y, x: coint(y, x, return_results=True),
        "arch.engle_granger": lambda y, x: engle_granger(y, x, trend="c", method="aic").stat,
    }
    seconds = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, test in tests.items():
            test(centred[:, 0], centred[:, 1])
            start = time.process_time()
            for y, x in pairs:
                test(centred[:, y], centred[:, x])
            seconds[name] = (time.process_time() - start) / sample
    return seconds


def table(screen: Callable[[np.ndarray], object]) -> dict[tuple[int, int], float]:
    """Seconds of a whole screen over sizes of universe and lengths of history."""
    seconds = {}
    print("\n| instruments | directed pairs | " + " | ".join(f"T = {bars:,}" for bars in LENGTHS) + " |")
    print("|--:|--:|" + "--:|" * len(LENGTHS))
    for count in COUNTS:
        for bars in LENGTHS:
            panel = synthetic_universe(count, bars)
            seconds[count, bars] = best_of(5 if count <= 200 else 3, lambda panel=panel: screen(panel))
        cells = " | ".join(f"{1e3 * seconds[count, bars]:,.0f} ms" for bars in LENGTHS)
        print(f"| {count:,} | {count * (count - 1):,} | {cells} |", flush=True)
    return seconds


def plot(seconds: dict[tuple[int, int], float], peer: float, path: Path) -> None:
    """Draw seconds against directed pairs on logarithmic axes, the peer's extrapolation above."""
    width, height, left, bottom, top = 640, 420, 70, 50, 30
    log_x, log_y = (3.9, 6.1), (-3.0, 5.0)

    def place(pairs: float, value: float) -> tuple[float, float]:
        across = (np.log10(pairs) - log_x[0]) / (log_x[1] - log_x[0])
        up = (np.log10(value) - log_y[0]) / (log_y[1] - log_y[0])
        return left + across * (width - left - 150), height - bottom - up * (height - bottom - top)

    def line(points: list[tuple[float, float]], colour: str, label: str, dash: str = "") -> str:
        at = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        x, y = points[-1]
        return (
            f'<polyline points="{at}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dash}"/>'
            f'<text x="{x + 6:.1f}" y="{y + 4:.1f}" fill="{colour}">{label}</text>'
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif">',
        '<g font-size="12"><rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{left}" y="18">Seconds for a whole screen against directed pairs (one core)</text>',
    ]
    for power in range(int(log_y[0]), int(log_y[1]) + 1):
        x, y = place(10 ** log_x[0], 10.0**power)
        parts.append(f'<path d="M{x:.0f} {y:.1f}H{width - 150}" stroke="#ddd"/>')
        parts.append(f'<text x="{x - 8:.0f}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g} s</text>')
    for count in COUNTS:
        x, y = place(count * (count - 1), 10 ** log_y[0])
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{count * (count - 1):,}</text>')
    for bars, colour in zip(LENGTHS, ("#1b9e77", "#7570b3", "#d95f02"), strict=True):
        points = [place(count * (count - 1), seconds[count, bars]) for count in COUNTS]
        parts.append(line(points, colour, f"T = {bars:,}"))
    points = [place(count * (count - 1), peer * count * (count - 1)) for count in COUNTS]
    parts.append(line(points, "#666", "statsmodels, T = 2,520", "5 4"))
    path.write_text("".join(parts) + "</g></svg>\n", encoding="utf-8")


def large(count: int, bars: int) -> None:
    """Screen a universe whose table would not fit, keeping only what a reducer keeps."""
    from titan_graphql.quant.screen import run
    from titan_graphql.quant.screen_prepare import prepare
    from titan_graphql.quant.screen_reduce import Reducer

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    start = time.process_time()
    reducer = Reducer(top=1_000, cut=0.05)
    for result in run(prepare(synthetic_universe(count, bars)), size=256):
        reducer.add(result)
    summary = reducer.summary(0.05, "by")
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(
        f"\n{count:,} instruments x {bars:,} bars, reduced: {summary.tests:,} directed pairs in {seconds:.1f} s, "
        f"peak memory {peak:.2f} GiB (before: {before:.2f}); {summary.below:,} below .05, "
        f"{summary.expected_false:,.0f} expected by chance, {summary.discoveries} after Benjamini-Yekutieli"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path, help="write a plot of the cost to this SVG file")
    parser.add_argument("--large", action="store_true", help="screen 5,000 instruments too, about a minute")
    options = parser.parse_args()
    start = time.process_time()
    from titan_graphql.quant.screen import screen, warm

    loaded = time.process_time()
    warm()
    print(machine())
    print(f"import {loaded - start:.2f} s, kernels loaded or compiled in {time.process_time() - loaded:.2f} s")

    seconds = table(screen)
    panel = synthetic_universe(500, 2_520)
    ours = seconds[500, 2_520] / (500 * 499)
    others = peers(panel, 20)
    print(f"\n500 x 2,520: {1 / ours:,.0f} directed pairs/s, {1e6 * ours:.2f} us each")
    for name, theirs in others.items():
        print(f"{name}: {1e3 * theirs:.1f} ms each, {theirs / ours:,.0f} times slower")
    interactive = synthetic_universe(100, 2_520)
    window = best_of(5, lambda: screen(interactive[-1_260:]))
    print(f"window of 100 x 1,260 out of a longer history: {1e3 * window:.1f} ms")
    if options.plot:
        plot(seconds, others["statsmodels.coint"], options.plot)
    if options.large:
        large(5_000, 1_260)


if __name__ == "__main__":
    main()
