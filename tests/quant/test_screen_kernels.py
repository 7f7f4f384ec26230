"""Each kernel of the screen against its readable twin."""

import numpy as np
import pytest
from numba import njit

from tests.quant.screen_samples import synthetic_panel
from titan_graphql.quant.screen_block import GROUPS, ROWS
from titan_graphql.quant.screen_exact import exact_pair_nb
from titan_graphql.quant.screen_factor import PADDING, factor_nb
from titan_graphql.quant.screen_pack import make_pack, make_plan
from titan_graphql.quant.screen_products import gram_nb, lagged_moments_nb
from titan_graphql.quant.screen_reference import choose_lag_py, engle_granger_py, factor_py, lagged_moments_py
from titan_graphql.quant.simd import LANES, aligned, kernel, load, source_digest


def standardised(panel):
    levels = (panel - panel.mean(axis=0)) / panel.std(axis=0)
    return levels, np.diff(levels, axis=0)


def test_the_cache_of_a_kernel_is_stale_when_any_source_changes(tmp_path):
    for name in ("screen_a.py", "simd.py", "other.py"):
        (tmp_path / name).write_text("x = 1")
    before = source_digest.__wrapped__(tmp_path)
    (tmp_path / "other.py").write_text("x = 2")
    assert source_digest.__wrapped__(tmp_path) == before
    (tmp_path / "simd.py").write_text("x = 2")
    assert source_digest.__wrapped__(tmp_path) != before
    stamps = {kernel._cache._cache_file._source_stamp for kernel in (gram_nb, factor_nb, exact_pair_nb)}
    assert stamps == {source_digest()}


def test_a_kernel_without_a_place_for_its_cache_still_computes():
    namespace = {"kernel": kernel}
    exec("def double(x):\n    return 2.0 * x", namespace)  # its source file does not exist
    assert kernel(namespace["double"])(4.0) == 8.0


@pytest.mark.parametrize("lags", [0, 1, 2, 5, 6, 13, 26, 27])
def test_the_factorisation_equals_least_squares_at_every_lag(lags):
    columns = [synthetic_panel(8, 200, seed=lags)[:, k] for k in range(LANES)]
    e = np.stack([column - column.mean() for column in columns], axis=1)
    d = np.diff(e, axis=0)
    sample = d[lags:]
    row = aligned(2 * (lags + PADDING) * LANES)
    for lag in range(lags + 1):
        row[lag * LANES : (lag + 1) * LANES] = (sample * d[lags - lag : d.shape[0] - lag]).sum(axis=0)
    head, tail = aligned((lags + 1) * LANES), aligned((lags + 1) * LANES)
    head[: lags * LANES], tail[: lags * LANES] = d[:lags].ravel(), d[::-1][:lags].ravel()
    table, scale = aligned((lags + 2) * (lags + PADDING) * LANES), aligned(2 * (lags + 2) * LANES)
    inverse, sums = aligned((lags + 2) * LANES), aligned(3 * (lags + 1) * LANES)
    level, start = (e[lags:-1] ** 2).sum(axis=0), (e[lags:-1] * sample).sum(axis=0)
    factor_on_arrays(lags, row, head, tail, level, start, e[max(lags - 1, 0)], e[-2], table, scale, inverse, sums)

    for lane in range(LANES):
        expected = factor_py(e[:, lane], lags)
        np.testing.assert_allclose(sums.reshape(lags + 1, 3, LANES)[:, :, lane], expected, rtol=1e-9, atol=1e-12)


@njit
def factor_on_arrays(lags, row, head, tail, level, start, before, last, table, scale, inverse, sums):
    """`factor_nb` takes vectors, which Python cannot hold."""
    factor_nb(
        lags, row, head, tail, load(level, 0), load(start, 0), load(before, 0), load(last, 0), table, scale, inverse,
        sums,
    )  # fmt: skip


@pytest.mark.parametrize("lags", [0, 1, 2, 5, 13, 40])
@pytest.mark.parametrize("bars", [90, 257, 500])
def test_lagged_moments_equal_their_definition(lags, bars):
    panel = synthetic_panel(21, bars, seed=2)
    plan = make_plan(bars, lags)
    pack = make_pack(panel, plan, detrend=False, scale=None)
    products = aligned(plan.frequencies * ROWS * 2 * LANES)
    out = aligned(ROWS * GROUPS * (lags + 4) * LANES)
    lagged_moments_nb(pack, pack, plan, 3, 7, 0, 3, products, out)

    changes = standardised(panel)[1]
    table = out[: ROWS * GROUPS * (lags + 1) * LANES].reshape(ROWS, GROUPS, lags + 1, LANES)
    for r in range(7):
        for c in range(21):
            expected = lagged_moments_py(changes[:, 3 + r], changes[:, c], lags)
            np.testing.assert_allclose(table[r, c // 8, :, c % 8], expected, atol=1e-12 * bars)


def test_products_equal_the_matrix_product():
    panel = synthetic_panel(30, 200, seed=3)
    pack = make_pack(panel, make_plan(200, 4), detrend=False, scale=None)
    out = aligned(ROWS * GROUPS * LANES)
    gram_nb(pack.levels, pack.levels, 200, 9, 16, 1, 3, out)

    levels = standardised(panel)[0]
    expected = levels[:, 9:25].T @ levels[:, 8:30]
    np.testing.assert_allclose(out.reshape(ROWS, GROUPS * LANES)[:, :22], expected, rtol=1e-12, atol=1e-10)


def test_detrending_leaves_what_least_squares_leaves():
    panel = synthetic_panel(5, 150, seed=4) + 0.01 * np.arange(150)[:, None]
    pack = make_pack(panel, make_plan(150, 4), detrend=True, scale="log")
    design = np.stack([np.ones(150), np.arange(150)], axis=1)
    left = panel - design @ np.linalg.lstsq(design, panel, rcond=None)[0]

    levels = pack.levels.reshape(150, LANES)[:, :5]
    np.testing.assert_allclose(levels, left / np.sqrt(np.mean(left**2, axis=0)), atol=1e-10)
    np.testing.assert_allclose(pack.head.reshape(4, LANES)[:, :5], np.diff(levels, axis=0)[:4], atol=1e-10)
    np.testing.assert_allclose(pack.tail.reshape(4, LANES)[:, :5], np.diff(levels, axis=0)[:-5:-1], atol=1e-10)


@pytest.mark.parametrize("criterion", ["aic", "bic", "fixed"])
def test_the_exact_kernel_equals_least_squares(criterion):
    panel = synthetic_panel(6, 203, seed=5)
    lags, count = 9, 203 - 1 - 9
    cost = {"aic": 2.0, "bic": np.log(count)}.get(criterion)
    penalty = np.empty(0) if cost is None else np.exp(cost * np.arange(lags + 1) / count)
    for y, x in ((0, 1), (1, 0), (4, 5), (2, 3)):
        legs = np.zeros((2, 208))
        legs[:, :203] = (panel[:, [y, x]] - panel[:, [y, x]].mean(axis=0)).T
        statistic, lag, persistence, beta, left = exact_pair_nb(legs[0], legs[1], 203, lags, penalty)
        twin = engle_granger_py(panel[:, y], panel[:, x], criterion=criterion, max_lag=lags)
        assert lag == twin.lag
        np.testing.assert_allclose(
            [statistic, persistence, beta, 1.0 - left],
            [twin.statistic, twin.persistence, twin.beta, twin.r_squared],
            rtol=1e-10,
        )


def test_the_twin_chooses_the_lag_of_a_known_process():
    random = np.random.default_rng(6)
    e = np.zeros(3_000)
    for t in range(3, 3_000):
        changes = 0.5 * (e[t - 1] - e[t - 2]) - 0.4 * (e[t - 2] - e[t - 3])
        e[t] = 0.97 * e[t - 1] + changes + random.standard_normal()
    assert choose_lag_py(e, 8, "bic") == 2
    assert choose_lag_py(e, 8, "fixed") == 8
    moments = factor_py(e, 3)
    assert (np.diff(moments[:, 0]) <= 0).all() and (np.diff(moments[:, 2]) <= 0).all()
