"""Tests and processes of a spread against statsmodels, arch, published figures and simulated paths."""

import math
import warnings

import numpy as np
import pytest
from arch.unitroot import VarianceRatio
from arch.unitroot.cointegration import phillips_ouliaris as arch_phillips_ouliaris
from scipy.signal import lfilter
from statsmodels.datasets import danish_data, macrodata
from statsmodels.tools.sm_exceptions import InterpolationWarning
from statsmodels.tsa.stattools import adfuller
from statsmodels.tsa.stattools import kpss as statsmodels_kpss
from statsmodels.tsa.vector_ar.vecm import VECM, coint_johansen

from tests.quant.samples import synthetic_pair
from titan_graphql.quant.cointegration import engle_granger
from titan_graphql.quant.errors import (
    ParameterError,
    QuantError,
    SeriesConstantError,
    SeriesSingularError,
    SeriesTooShortError,
)
from titan_graphql.quant.hedge import ols_hedge
from titan_graphql.quant.johansen import johansen, johansen_hedge
from titan_graphql.quant.ornstein_uhlenbeck import NO_REVERSION, OVERSHOOTING, ornstein_uhlenbeck
from titan_graphql.quant.spread import half_life, spread
from titan_graphql.quant.spread_tests import adf, hurst_exponent, kpss, phillips_ouliaris, variance_ratio
from titan_graphql.quant.stability import stability
from titan_graphql.quant.total_least_squares import tls_hedge

PHI = 0.9


def logs(seed: int = 3, bars: int = 300) -> tuple[np.ndarray, np.ndarray]:
    y, x = synthetic_pair(seed, bars)
    return np.log(y), np.log(x)


def ar1(random: np.random.Generator, bars: int, phi: float = PHI, burn: int = 200) -> np.ndarray:
    return lfilter([1.0], [1.0, -phi], random.standard_normal(bars + burn))[burn:]


@pytest.mark.parametrize("seed", range(4))
def test_johansen_equals_statsmodels(seed: int):
    y, x = logs(seed)
    ours, theirs = johansen(y, x), coint_johansen(np.column_stack([y, x]), 0, 1)

    assert ours.trace == pytest.approx(theirs.lr1, rel=1e-8)
    assert ours.max_eigenvalue == pytest.approx(theirs.lr2, rel=1e-8)
    assert np.array(ours.trace_critical) == pytest.approx(theirs.cvt)
    assert np.array(ours.max_eigenvalue_critical) == pytest.approx(theirs.cvm)
    assert ours.beta == pytest.approx(-theirs.evec[1, 0] / theirs.evec[0, 0], rel=1e-8)
    assert ours.rank == (0 if theirs.lr1[0] <= theirs.cvt[0, 1] else 1 if theirs.lr1[1] <= theirs.cvt[1, 1] else 2)


def test_the_hedge_of_johansen_equals_a_vector_error_correction_model():
    y, x = logs()
    fit = VECM(np.column_stack([y, x]), k_ar_diff=1, coint_rank=1, deterministic="co").fit()
    ours, interval = johansen_hedge(y, x), fit.conf_int_beta()

    assert ours.beta == pytest.approx(-fit.beta[1, 0], rel=1e-8)
    plain = ols_hedge(y, x)
    both = min(-interval["upper"][1, 0], plain.beta_low), max(-interval["lower"][1, 0], plain.beta_high)
    assert (ours.beta_low, ours.beta_high) == pytest.approx(both)
    assert ours.alpha == pytest.approx(np.mean(y - ours.beta * x))


def test_the_interval_of_johansens_hedge_covers_the_truth_of_a_slow_spread():
    """Half-life of 23 bars: the asymptotic interval alone covers 70 %."""
    random, covered = np.random.default_rng(5), 0
    for _ in range(150):
        x = random.standard_normal(500).cumsum()
        fit = johansen_hedge(1.2 * x + 2.0 * ar1(random, 500, 0.97), x)
        covered += fit.beta_low <= 1.2 <= fit.beta_high
    assert covered / 150 >= 0.9


def test_danish_money_demand_reproduces_the_published_eigenvalues():
    """Johansen & Juselius (1990), Oxford Bulletin of Economics and Statistics 52, table 2 and p. 183.

    Money, income, bond rate and deposit rate, 1974:1–1987:3, two lags, centred seasonal dummies: eigenvalues .4332,
    .1776, .1128, .0434. Our test knows two legs and no dummies, so what is reproduced here is the routine beneath it,
    after the dummies, the lagged difference and the constant (restricted to the relation) are taken out.
    """
    data = danish_data.load_pandas().data[["lrm", "lry", "ibo", "ide"]].to_numpy(np.float64)
    levels = np.column_stack([data, np.ones(len(data))])
    changes = np.diff(data, axis=0)
    season = np.eye(4)[np.arange(len(data)) % 4][:, :3] - 0.25
    known = np.column_stack([changes[:-1], season[2:]])

    def left(values: np.ndarray) -> np.ndarray:
        return values - known @ np.linalg.lstsq(known, values, rcond=None)[0]

    now, before = left(changes[1:]), left(levels[1:-1])
    between = now.T @ before
    matrix = np.linalg.solve(before.T @ before, between.T @ np.linalg.solve(now.T @ now, between))
    eigenvalues = np.sort(np.linalg.eigvals(matrix).real)[::-1][:4]

    assert eigenvalues == pytest.approx([0.4332, 0.1776, 0.1128, 0.0434], abs=6e-4)


def test_the_statistic_of_engle_and_granger_reproduces_statas():
    """Stata's egranger as quoted by statsmodels' own tests (test_stattools.py, TestCoint_t): consumption on income
    of the macrodata set, one lag or the chosen one, t = −1.830170986148 with a constant.
    """
    data = macrodata.load_pandas().data
    test = engle_granger(data["realcons"].to_numpy(), data["realgdp"].to_numpy(), max_lag=1)

    assert test.statistic == pytest.approx(-1.830170986148, abs=1e-10)


@pytest.mark.parametrize("seed", range(3))
def test_tests_of_the_spread_equal_statsmodels_and_arch(seed: int):
    y, x = logs(seed)
    values = spread(y, x, 0.3, 1.1)
    expected = adfuller(values, regression="c", autolag="AIC", result_object=True)
    assert (adf(values).statistic, adf(values).p_value, adf(values).lags) == (
        expected.statistic,
        expected.pvalue,
        expected.lags,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", InterpolationWarning)
        stationary = statsmodels_kpss(values, regression="c", nlags="auto", result_object=True)
    assert (kpss(values).statistic, kpss(values).p_value) == (stationary.statistic, stationary.pvalue)
    ratio, test = variance_ratio(values)
    theirs = VarianceRatio(values, lags=10)
    assert (ratio, test.statistic, test.p_value) == (theirs.vr, theirs.stat, theirs.pvalue)
    for trend in ("c", "ct"):
        ours, other = phillips_ouliaris(y, x, trend), arch_phillips_ouliaris(y, x, trend=trend, test_type="Zt")
        assert (ours.statistic, ours.p_value) == (other.stat, other.pvalue)


def test_a_p_value_beyond_the_table_says_so():
    walk = np.random.default_rng(0).standard_normal(500).cumsum()
    noise = np.random.default_rng(0).standard_normal(500)

    assert (kpss(walk).bound, kpss(walk).p_value) == ("AT_MOST", 0.01)
    assert (kpss(noise).bound, kpss(noise).p_value) == ("AT_LEAST", 0.10)


def test_kpss_of_an_estimated_spread_rejects_as_often_as_it_says():
    """Shin's table: the plain one rejects 1.5 % of cointegrated pairs at a nominal 5 %."""
    random, plain, told = np.random.default_rng(1), 0, 0
    for _ in range(600):
        x = random.standard_normal(500).cumsum()
        y = 1.2 * x + random.standard_normal(500)
        fit = ols_hedge(y, x)
        residual = y - fit.alpha - fit.beta * x
        plain += kpss(residual).p_value < 0.05
        told += kpss(residual, estimated=True).p_value < 0.05
    assert plain / 600 < 0.03 < told / 600 < 0.07


def test_shins_table_ends_in_bounds():
    walk = np.random.default_rng(0).standard_normal(500).cumsum()
    noise = np.random.default_rng(0).standard_normal(500)
    assert (kpss(walk, estimated=True).bound, kpss(walk, estimated=True).p_value) == (
        "AT_MOST",
        pytest.approx(0.01),
    )
    assert (kpss(noise, estimated=True).bound, kpss(noise, estimated=True).p_value) == (
        "AT_LEAST",
        pytest.approx(0.1),
    )


def test_total_least_squares_treats_both_legs_alike():
    for seed in range(5):
        y, x = logs(seed)
        assert tls_hedge(x, y).beta == pytest.approx(1.0 / tls_hedge(y, x).beta, rel=1e-12)
        centred = np.column_stack([x - x.mean(), y - y.mean()])
        across, along = np.linalg.svd(centred, full_matrices=False)[2][0]
        assert tls_hedge(y, x).beta == pytest.approx(along / across, rel=1e-10)


@pytest.mark.parametrize(("phi", "bars"), [(PHI, 1_500), (PHI, 250), (0.95, 250)])
def test_the_intervals_of_the_process_cover_the_truth(phi, bars):
    """1,000 paths, also of the one year that most pairs are formed on."""
    random = np.random.default_rng(7)
    kappa, half = -math.log(phi), math.log(2.0) / -math.log(phi)
    sigma = math.sqrt(2.0 * kappa / (1.0 - phi**2))
    truth = {"kappa": kappa, "mu": 0.0, "sigma": sigma, "half_life": half}
    covered = dict.fromkeys(truth, 0)
    for _ in range(1_000):
        fit = ornstein_uhlenbeck(ar1(random, bars, phi))
        for name, value in truth.items():
            one = getattr(fit, name)
            high = one.high is None or value <= one.high
            covered[name] += (one.low is None or one.low <= value) and high

    assert {name: 0.92 <= count / 1_000 <= 0.98 for name, count in covered.items()} == dict.fromkeys(truth, True)


def test_both_half_lives_of_a_spread_have_one_interval():
    spread = ar1(np.random.default_rng(3), 400)
    one, other = ornstein_uhlenbeck(spread).half_life, half_life(spread)
    assert (one.value, one.low, one.high) == pytest.approx((other.value, other.low, other.high), rel=1e-9)


@pytest.mark.parametrize("both", [True, False], ids=["errors of both legs", "error of y alone"])
def test_the_interval_of_total_least_squares_covers_the_truth_wherever_the_error_lies(both):
    random, covered = np.random.default_rng(4), 0
    for _ in range(400):
        walk = random.standard_normal(500).cumsum()
        y, x = 1.2 * walk + 2.0 * random.standard_normal(500), walk + 2.0 * both * random.standard_normal(500)
        fit = tls_hedge(y, x)
        covered += fit.beta_low <= 1.2 <= fit.beta_high
    assert covered / 400 >= 0.93


def test_the_interval_of_the_half_life_covers_the_truth():
    random = np.random.default_rng(8)
    truth, covered = -math.log(2.0) / math.log(PHI), 0
    for _ in range(1_000):
        one = half_life(ar1(random, 500))
        covered += one.low <= truth and (one.high is None or truth <= one.high)

    assert 0.93 <= covered / 1_000 <= 0.97


def test_the_exponent_of_hurst_is_a_half_for_random_walks_and_less_for_reversion():
    random = np.random.default_rng(9)
    of_walks = [hurst_exponent(random.standard_normal(2_000).cumsum()) for _ in range(50)]
    of_spreads = [hurst_exponent(ar1(random, 2_000)) for _ in range(20)]

    assert np.mean(of_walks) == pytest.approx(0.5, abs=0.03)
    assert max(of_spreads) < 0.35


def test_a_process_that_does_not_revert_or_overshoots_says_so():
    trending = np.arange(100.0) ** 1.5
    jumping = np.tile([1.0, -1.0], 50) + np.random.default_rng(0).standard_normal(100) * 0.01

    assert {one.reason for one in whole(trending)} == {NO_REVERSION}
    assert {one.reason for one in whole(jumping)} == {OVERSHOOTING}


def whole(values: np.ndarray) -> list:
    fit = ornstein_uhlenbeck(values)
    return [fit.kappa, fit.mu, fit.sigma, fit.half_life]


@pytest.mark.parametrize("test", [adf, kpss, variance_ratio, hurst_exponent, ornstein_uhlenbeck])
def test_a_spread_that_cannot_be_tested_is_refused(test):
    with pytest.raises(SeriesConstantError):
        test(np.full(60, 0.1))
    with pytest.raises(SeriesTooShortError):
        test(np.arange(29.0))
    with pytest.raises(ParameterError):
        test(np.array([*np.arange(40.0), np.nan]))


@pytest.mark.parametrize("test", [johansen, johansen_hedge, phillips_ouliaris, tls_hedge])
def test_legs_that_cannot_be_tested_are_refused(test):
    y, x = logs()
    with pytest.raises(SeriesConstantError):
        test(np.full(300, 2.0), x)
    with pytest.raises(SeriesTooShortError):
        test(y[:2], x[:2])
    with pytest.raises(ParameterError):
        test(y[:-1], x)


@pytest.mark.parametrize("test", [johansen, johansen_hedge, phillips_ouliaris, engle_granger])
def test_exactly_dependent_legs_are_singular(test):
    _, x = logs()
    with pytest.raises(SeriesSingularError):
        test(2.0 * x, x)
    with pytest.raises(SeriesSingularError):
        test(np.log(2.0 * np.exp(x)), x)


def test_uncorrelated_legs_have_no_longest_direction():
    with pytest.raises(SeriesSingularError, match="uncorrelated"):
        tls_hedge(np.tile([1.0, 1.0, -1.0, -1.0], 10), np.tile([1.0, -1.0], 20))


def test_each_window_of_stability_is_the_test_of_its_own_bars():
    y, x = logs()
    found = stability(y, x, 100, points=5)

    assert found.last.tolist() == [99, 149, 199, 249, 299]
    for end, p_value, beta in zip(found.last, found.p_value, found.beta, strict=True):
        seen = slice(end - 99, end + 1)
        assert p_value == pytest.approx(engle_granger(y[seen], x[seen]).p_value, abs=1e-10)
        assert beta == pytest.approx(np.polyfit(x[seen], y[seen], 1)[0], rel=1e-9)
    for window in (29, 301):
        with pytest.raises(QuantError):
            stability(y, x, window)
