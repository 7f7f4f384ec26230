"""Phillips–Ouliaris against the two worked examples of Hamilton (1994), chapter 19.

J. D. Hamilton, Time Series Analysis, Princeton University Press 1994, pp. 598–601. First: do US prices, Italian prices
and the lira's exchange rate (1973:1–1989:10) satisfy purchasing power parity? Its series are not part of this
repository, so the formula is held against the figures that the book prints. Second: US consumption and income
(1947:1–1989:3, billions of 1982 dollars), series GC82 and GYD82 of the Bureau of Economic Analysis, a work of the US
government in the public domain, as the R package RcompHam94 carries them.
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pytest
from arch.unitroot.cointegration import phillips_ouliaris as arch_phillips_ouliaris

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.spread_tests import phillips_ouliaris


@dataclass(frozen=True)
class Residual:
    """û_t = ρ û_{t−1} + e_t: ρ, its standard error, s, the variance and the long-run variance of e."""

    count: int
    rho: float
    error: float
    s: float
    variance: float
    long_run: float

    def z_rho(self) -> float:
        """[19.2.37], first: T(ρ − 1) less half of (T·σ_ρ/s)² times what the autocovariances add."""
        scale = self.count * self.error / self.s
        return self.count * (self.rho - 1.0) - 0.5 * scale**2 * (self.long_run - self.variance)

    def z_t(self) -> float:
        """[19.2.37], second."""
        scale = self.count * self.error / self.s
        correction = 0.5 * (self.long_run - self.variance) * scale / math.sqrt(self.long_run)
        return math.sqrt(self.variance / self.long_run) * (self.rho - 1.0) / self.error - correction


def residual(
    y: np.ndarray, x: np.ndarray, trend: Literal["c", "ct"], bandwidth: float, *, by_pairs: bool = False
) -> Residual:
    """What the book computes, step by step; Newey–West weights 1 − j/(q + 1).

    The book divides by the T − 1 pairs of residuals; like Phillips and Ouliaris, ours divides by all T.
    """
    design = [np.ones_like(x), x] + ([np.arange(x.size, dtype=float)] if trend == "ct" else [])
    columns = np.column_stack(design)
    u = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    now, before = u[1:], u[:-1]
    rho = float(before @ now / (before @ before))
    e = now - rho * before
    count = now.size if by_pairs else u.size
    covariances = [float(e[j:] @ e[: e.size - j]) / count for j in range(int(bandwidth) + 1)]
    weighted = ((1 - j / (bandwidth + 1)) * covariance for j, covariance in enumerate(covariances) if j)
    long_run = covariances[0] + 2 * sum(weighted)
    s = math.sqrt(e @ e / (count - 1)) if by_pairs else math.sqrt(covariances[0])
    return Residual(count, rho, s / math.sqrt(float(before @ before)), s, covariances[0], long_run)


def test_the_formula_gives_the_figures_of_the_book():
    # û_t = .98331 û_{t−1} (.01172), s = .40374, ĉ₀ = .1622, λ̂² = .4082 with q = 12.
    printed = Residual(count=201, rho=0.98331, error=0.01172, s=0.40374, variance=0.1622, long_run=0.4082)

    assert round(printed.z_rho(), 2) == -7.54
    assert round(printed.z_t(), 2) == -2.02


def test_consumption_and_income_give_the_figures_of_the_book():
    table = pd.read_csv(Path(__file__).with_name("hamilton_consumption.csv"))
    c, y = (100 * np.log(table[name].to_numpy()) for name in ("consumption", "income"))
    fitted = ols_hedge(c, y)
    book = residual(c, y, "c", 6, by_pairs=True)

    # ĉ_t = 0.67 + 0.9865 y_t, û_t = 0.782 û_{t−1} (0.048), Z_ρ = −32.0, Z_t = −4.28 with q = 6.
    assert (round(fitted.alpha, 2), round(fitted.beta, 4)) == (0.67, 0.9865)
    assert (book.count, round(book.rho, 3), round(book.error, 3)) == (170, 0.782, 0.048)
    assert (round(book.z_rho(), 1), round(book.z_t(), 2)) == (-32.0, -4.28)
    # Ours divides by T where the book divides by T − 1, and chooses the same bandwidth itself.
    ours = phillips_ouliaris(c, y, "c")
    assert ours.lags == 6
    assert ours.statistic == pytest.approx(-4.28, abs=0.05)


@pytest.mark.parametrize("trend", ["c", "ct"])
@pytest.mark.parametrize("seed", [None, 0, 1, 2])
def test_our_statistic_is_the_formulas(trend: Literal["c", "ct"], seed: int | None):
    if seed is None:
        y, x = np.log(sample_closes("KO", "PEP", start="2012-01-30", end="2017-01-31").to_numpy()).T
    else:
        y, x = map(np.log, synthetic_pair(seed, 400))
    ours = phillips_ouliaris(y, x, trend)
    bandwidth = arch_phillips_ouliaris(y, x, trend=trend, test_type="Zt").bandwidth  # a choice, not a result

    assert ours.statistic == pytest.approx(residual(y, x, trend, bandwidth).z_t(), rel=1e-9)
    assert ours.lags == int(bandwidth)


def test_critical_values_of_table_b9():
    # Table B.9, case 2, one regressor, 500 observations, simulated by Phillips and Ouliaris (1990) to about .03; ours
    # are MacKinnon's (2010) from far more draws.
    y, x = map(np.log, synthetic_pair(0, 501))

    assert engle_granger(y, x).critical_values == pytest.approx((-3.96, -3.37, -3.07), abs=0.045)
