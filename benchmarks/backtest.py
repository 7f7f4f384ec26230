"""Parameter sets per second beside vectorbt, backtesting.py and a pandas loop, and 200 random runs equal to vectorbt's.

Run it from the repository: `python -m benchmarks.backtest`. The peers live in an environment of their own under
`.titan/bench-peers`, made on the first run; they are never a dependency of the project.
"""

import math
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

import numpy as np
import pandas as pd

from tests.quant.pandas_loop import pandas_backtest
from tests.quant.samples import synthetic_pair
from titan_graphql.quant.backtest import Rules, run_backtest
from titan_graphql.quant.spread import rolling_z
from titan_graphql.quant.sweep import sweep
from titan_graphql.quant.sweep_grid import UNLIMITED, Axes

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".titan" / "bench-peers"
PINS = {"vectorbt": "vectorbt==1.2.0", "backtesting.py": "backtesting==0.6.6"}
BARS, CAPITAL, SPECS = 2_520, 100_000.0, 100
WINDOWS = (20, 40, 60, 90, 120)
AGREEMENT, LEVEL = 1e-9, 50.0


def peers_python() -> Path:
    """The interpreter of the peers' environment, made if need be; a peer that cannot be had ends the benchmark."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        print(f"making an environment for the peers in {PEERS.relative_to(ROOT)} …", flush=True)
        venv.create(PEERS, with_pip=True)
    for peer, pin in PINS.items():
        module = pin.split("==")[0]
        if subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0:
            continue
        done = subprocess.run([python, "-m", "pip", "install", "-q", pin], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"missing peer: {peer} ({pin}) could not be installed\n{done.stderr.strip()[-500:]}")
    return python


def random_specs(random, *, fixed):
    """Rows of entry, exit, stop, max_hold, size, β, window, and their fees as fractions."""
    entry = random.uniform(0.8, 2.5, SPECS)
    stop = np.where(random.random(SPECS) < 0.4, math.inf, entry + random.uniform(0.3, 2, SPECS))
    hold = np.where(random.random(SPECS) < 0.4, math.inf, random.integers(1, 80, SPECS))
    size = random.uniform(5_000, 40_000, SPECS) if fixed else random.uniform(0.2, 0.95, SPECS)
    beta, window = random.uniform(0.3, 1.5, SPECS), random.integers(0, len(WINDOWS), SPECS)
    specs = np.column_stack([entry, entry * random.uniform(0.05, 0.9, SPECS), stop, hold, size, beta, window])
    return specs, random.uniform(0, 2e-3, SPECS)


def rules_of(spec, fee, *, fixed):
    entry, exit_, stop, hold, size = (float(value) for value in spec[:5])
    return Rules(
        entry=entry,
        exit=exit_,
        stop=None if math.isinf(stop) else stop,
        max_hold=None if math.isinf(hold) else int(hold),
        sizing="FIXED_NOTIONAL" if fixed else "GROSS",
        gross=1.0 if fixed else size,
        notional=size if fixed else 0.0,
        capital=CAPITAL,
        commission_bps=fee * 1e4,
    )


def disagreement(y, x, z, task, answer):
    """The largest relative difference of any bar's equity from vectorbt's, over all specs of both sizings."""
    worst = 0.0
    for name in ("gross", "fixed"):
        for spec, fee, theirs in zip(
            task[f"specs_{name}"], task[f"fees_{name}"], answer[f"equity_{name}"], strict=True
        ):
            rules = rules_of(spec, float(fee), fixed=name == "fixed")
            ours = run_backtest(y, x, z[int(spec[6])], float(spec[5]), rules).equity
            worst = max(worst, float(np.max(np.abs(ours / theirs - 1.0))))
    return worst


def sweep_rate(y, x):
    """Sets per second of the sweep on one core, rolling z-scores included; the best of five."""
    thresholds = {"entry": tuple(np.linspace(1, 3, 21)), "exit": (0.0, 0.25, 0.5, 0.75), "stop": (None, 3.5, 4.0, 5.0)}
    sets = Axes(
        signal=tuple(range(len(WINDOWS))), **thresholds, max_hold=(None, 20, 50), cost_bps=(0.0, 2.0, 5.0)
    ).grid()
    assert UNLIMITED in sets["max_hold"]
    rules, spreads, best = Rules(entry=2, exit=0.5), np.log(y) - 1.1 * np.log(x), math.inf
    sweep(y, x, np.stack([rolling_z(spreads, 20)] * len(WINDOWS)), [1.1] * len(WINDOWS), sets[:9], rules)
    for _ in range(5):
        begun = time.perf_counter()
        z = np.stack([rolling_z(spreads, window) for window in WINDOWS])
        sweep(y, x, z, [1.1] * len(WINDOWS), sets, rules)
        best = min(best, time.perf_counter() - begun)
    return sets.size / best


def single_rate(y, x, z):
    """Full ledgers per second, every bar and trade kept."""
    rules = Rules(entry=1.5, exit=0.5, commission_bps=2)
    begun = time.perf_counter()
    for _ in range(500):
        run_backtest(y, x, z, 1.1, rules)
    return 500 / (time.perf_counter() - begun)


def pandas_rate(y, x, z):
    frame, rules = pd.DataFrame({"y": y, "x": x, "z": z}), Rules(entry=1.5, exit=0.5, commission_bps=2)
    begun = time.perf_counter()
    for _ in range(3):
        pandas_backtest(frame, 1.1, rules)
    return 3 / (time.perf_counter() - begun)


def main():
    python = peers_python()
    y, x = synthetic_pair(1, BARS, phi=0.95)
    spreads = np.log(y) - 1.1 * np.log(x)
    z = np.stack([rolling_z(spreads, window) for window in WINDOWS])
    random, task = np.random.default_rng(0), {}
    for name in ("gross", "fixed"):
        task[f"specs_{name}"], task[f"fees_{name}"] = random_specs(random, fixed=name == "fixed")
    ours = {"sweep": sweep_rate(y, x), "run_backtest": single_rate(y, x, z[2]), "pandas loop": pandas_rate(y, x, z[2])}
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "task.npz", Path(folder) / "answer.npz"
        np.savez(source, y=y, x=x, z=z, capital=CAPITAL, **task)
        # -P: a module of ours beside the script would stand for a package of the same name.
        command = [python, "-P", ROOT / "benchmarks" / "backtest_peers.py", source, target]
        subprocess.run(command, check=True, env={**os.environ, "TQDM_DISABLE": "1"})
        answer = dict(np.load(target))
    theirs = {
        "vectorbt from_orders": float(answer["vectorbt_rate"]),
        "backtesting.py (one leg)": float(answer["backtesting_rate"]),
    }
    print(f"parameter sets per second, {BARS:,} bars, one core")
    for name, rate in {**ours, **theirs}.items():
        print(f"  {name:<26} {rate:>12,.1f}   sweep is {ours['sweep'] / rate:>9,.1f}×")
    worst = disagreement(y, x, z, task, answer)
    ratio = ours["sweep"] / theirs["vectorbt from_orders"]
    print(
        f"{2 * SPECS} random runs against vectorbt: largest relative difference of equity {worst:.1e} (≤ {AGREEMENT:g})"
    )
    print(f"sweep: {ours['sweep']:,.0f} sets/s (level 100,000), {ratio:,.0f}× vectorbt from_orders (level {LEVEL:g}×)")
    if not worst <= AGREEMENT:
        sys.exit("the ledger and vectorbt disagree")


if __name__ == "__main__":
    main()
