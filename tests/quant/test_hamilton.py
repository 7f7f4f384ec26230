"""Phillips–Ouliaris against the formula and the worked example of Hamilton (1994), chapter 19.

J. D. Hamilton, Time Series Analysis, Princeton University Press 1994, pp. 598–599: do US prices, Italian prices and
the lira's exchange rate (1973:1–1989:10) satisfy purchasing power parity? The series are not part of this repository,
so the formula is held against the figures that the book prints, and our test against the formula.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pytest
from arch.unitroot.cointegration import phillips_ouliaris as arch_phillips_ouliaris

from tests.quant.samples import sample_closes, synthetic_pair
from titan_graphql.quant.cointegration import engle_granger
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


def residual(y: np.ndarray, x: np.ndarray, trend: Literal["c", "ct"], bandwidth: float) -> Residual:
    """What the book computes, step by step; Newey–West weights 1 − j/(q + 1).

    The book divides by the T − 1 pairs of residuals; like Phillips and Ouliaris, ours divides by all T.
    """
    design = [np.ones_like(x), x] + ([np.arange(x.size, dtype=float)] if trend == "ct" else [])
    columns = np.column_stack(design)
    u = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    now, before = u[1:], u[:-1]
    rho = float(before @ now / (before @ before))
    e = now - rho * before
    covariances = [float(e[j:] @ e[: e.size - j]) / u.size for j in range(int(bandwidth) + 1)]
    weighted = ((1 - j / (bandwidth + 1)) * covariance for j, covariance in enumerate(covariances) if j)
    long_run = covariances[0] + 2 * sum(weighted)
    s = math.sqrt(covariances[0])
    return Residual(u.size, rho, s / math.sqrt(float(before @ before)), s, covariances[0], long_run)


def test_the_formula_gives_the_figures_of_the_book():
    # û_t = .98331 û_{t−1} (.01172), s = .40374, ĉ₀ = .1622, λ̂² = .4082 with q = 12.
    printed = Residual(count=201, rho=0.98331, error=0.01172, s=0.40374, variance=0.1622, long_run=0.4082)

    assert round(printed.z_rho(), 2) == -7.54
    assert round(printed.z_t(), 2) == -2.02


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
