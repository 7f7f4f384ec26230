"""Loaded by every Python process of a stack under test: backtests whose `notional` is a code misbehave as it says.

Below 600 it is how many seconds a run takes; the other codes are in MISBEHAVIOUR.
"""

import ctypes
import importlib.abc
import importlib.machinery
import importlib.util
import os
import signal
import sys
import time

TARGET = "titan_graphql.services.backtest_runs"
SECONDS_MAX = 600
STEP_SECONDS = 0.05
FOR_EVER = 3600


def never_returns():
    """Burns no lock, but does not look up either."""
    deadline = time.monotonic() + FOR_EVER
    while time.monotonic() < deadline:
        sum(range(1000))


def holds_the_interpreter():
    """A C function that keeps the global lock."""
    ctypes.PyDLL(None).sleep(FOR_EVER)


def kills_its_worker():
    """What a crash in native code looks like from outside."""
    os.kill(os.getpid(), signal.SIGKILL)


MISBEHAVIOUR = {701: never_returns, 702: holds_the_interpreter, 703: kills_its_worker}


def wrap(simulate):
    """The real simulation, after what the code says."""

    def simulated(spec, read, report):
        code = spec.notional
        if code in MISBEHAVIOUR:
            MISBEHAVIOUR[int(code)]()
        if code < SECONDS_MAX:
            began = time.monotonic()
            while (passed := time.monotonic() - began) < code:
                report(passed, code + 4, "Waiting as told")
                time.sleep(STEP_SECONDS)
        return simulate(spec, read, report)

    return simulated


class Injector(importlib.abc.MetaPathFinder):
    """Wraps one function of one module when that is imported."""

    def find_spec(self, name, path=None, target=None):
        """Let the ordinary finders find it, then wrap."""
        if name != TARGET:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        execute = spec.loader.exec_module

        def exec_and_wrap(module):
            execute(module)
            module.simulate = wrap(module.simulate)

        spec.loader.exec_module = exec_and_wrap
        return spec


sys.meta_path.insert(0, Injector())
