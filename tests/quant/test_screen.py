"""The screen against statsmodels: real closes, synthetic panels, every option, every awkward pair."""

import numpy as np
import pytest
from statsmodels.datasets import macrodata

from tests.quant.screen_samples import assert_equals_oracle, sample_log_prices, synthetic_panel
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.multiplicity import adjust
from titan_graphql.quant.screen import screen, warm
from titan_graphql.quant.screen_reference import engle_granger_py
from titan_graphql.quant.screen_tiles import HalfLifeReason, Reason


@pytest.fixture(scope="module")
def sample():
    return sample_log_prices()


def test_the_sample_universe_equals_statsmodels(sample):
    result = screen(sample)

    assert_equals_oracle(sample, result.records)
    assert result.records.size == 380
    assert int((result.records["p_value"] < 0.05).sum()) == 17
    assert int((adjust(result.records["p_value"], "bh") <= 0.05).sum()) == 0


def test_permuted_columns_give_the_transposed_table_to_the_last_bit(sample):
    order = np.random.default_rng(5).permutation(sample.shape[1])
    straight, permuted = screen(sample), screen(sample[:, order])

    for name in straight.records.dtype.names[2:]:
        expected = straight.matrix(name)[np.ix_(order, order)]
        assert permuted.matrix(name).tobytes() == expected.tobytes(), name


@pytest.mark.parametrize(
    "options",
    [
        {"trend": "ct"},
        {"criterion": "bic"},
        {"criterion": "fixed", "max_lag": 0},
        {"criterion": "fixed", "max_lag": 3},
        {"max_lag": 1},
        {"trend": "ct", "criterion": "bic", "max_lag": 30},
    ],
)
def test_every_option_equals_statsmodels(options):
    panel = synthetic_panel(7, 311, seed=3)
    assert_equals_oracle(panel, screen(panel, **options).records, **options)


def test_lags_and_coefficients_equal_the_readable_twin():
    panel = synthetic_panel(6, 260, seed=8) + np.linspace(0.0, 1.0, 260)[:, None]
    for trend in ("c", "ct"):
        for row in screen(panel, trend=trend).records:
            twin = engle_granger_py(panel[:, row["y"]], panel[:, row["x"]], trend=trend)
            assert row["lag"] == twin.lag
            ours = [row[name] for name in ("statistic", "beta", "alpha", "trend", "r_squared")]
            np.testing.assert_allclose(ours, [twin[0], *twin[2:6]], rtol=1e-9, atol=1e-11)
            if row["half_life_reason"] == HalfLifeReason.NONE:
                assert row["half_life"] == pytest.approx(-np.log(2) / np.log(twin.persistence), rel=1e-7)


def test_missing_bars_use_the_common_sample_of_each_pair():
    panel = synthetic_panel(12, 300, seed=4)
    panel[:60, 2] = np.nan
    panel[:60, 9] = np.nan
    panel[250:, 5] = np.nan
    panel[100:110, 7] = np.nan
    result = screen(panel)

    assert_equals_oracle(panel, result.records)
    assert result.matrix("bars")[2, 9] == 240
    assert result.matrix("bars")[2, 5] == 190
    assert result.matrix("bars")[7, 0] == 290
    assert screen(panel, size=5, threads=2).records.tobytes() == result.records.tobytes()


def test_nearly_singular_pairs_go_through_the_exact_kernel():
    panel = synthetic_panel(6, 500, seed=6)
    noise = np.random.default_rng(7).standard_normal((500, 3))
    panel[:, 3] = panel[:, 2] + 2e-3 * noise[:, 0]
    panel[:, 4] = 3.0 * panel[:, 2] - 1e-4 * noise[:, 1].cumsum()
    panel[:, 5] = panel[:, 0] + 5e-4 * noise[:, 2]
    assert_equals_oracle(panel, screen(panel).records)


def test_collinear_series_keep_the_rule_of_statsmodels():
    panel = synthetic_panel(4, 300, seed=9)
    panel[:, 1] = 2.0 * panel[:, 0] + 1.0
    panel[:, 3] = panel[:, 2]
    result = screen(panel)

    assert_equals_oracle(panel, result.records)
    rows = result.records[result.records["reason"] == Reason.COLLINEAR]
    assert [(row["y"], row["x"]) for row in rows] == [(0, 1), (1, 0), (2, 3), (3, 2)]
    assert set(rows["p_value"]) == {0.0} and set(rows["lag"]) == {-1}
    assert np.isnan(rows["half_life"]).all()
    assert set(rows["half_life_reason"]) == {HalfLifeReason.UNTESTED}


def test_a_large_offset_costs_no_digits():
    panel = synthetic_panel(5, 400, seed=10)
    near, far = screen(panel), screen(panel + 1e6)
    np.testing.assert_allclose(far.records["statistic"], near.records["statistic"], rtol=1e-6)
    assert (far.records["lag"] == near.records["lag"]).all()


@pytest.mark.parametrize("trend", ["c", "ct"])
def test_constant_series_have_a_reason_and_leave_the_others_alone(trend):
    panel = synthetic_panel(5, 200, seed=11)
    panel[:, 2] = 4.6 if trend == "c" else 0.1 * np.arange(200) + 0.3
    result, others = screen(panel, trend=trend), screen(np.delete(panel, 2, axis=1), trend=trend)

    constant = (result.records["y"] == 2) | (result.records["x"] == 2)
    assert (result.records["reason"][constant] == Reason.CONSTANT).all()
    for name in ("statistic", "p_value", "beta", "alpha", "r_squared", "half_life"):
        assert np.isnan(result.records[name][constant]).all()
        assert result.records[name][~constant].tobytes() == others.records[name].tobytes()
    assert (result.records["lag"][constant] == -1).all()


def test_short_histories_have_a_reason():
    panel = synthetic_panel(4, 120, seed=12)
    panel[:100, 3] = np.nan
    panel[20:, 2] = np.nan
    reasons = screen(panel).matrix("reason")

    assert reasons[2, 3] == reasons[3, 2] == Reason.TOO_SHORT
    assert reasons[0, 1] == Reason.NONE
    assert (np.diag(reasons) == Reason.SELF).all()
    assert (screen(panel[:29]).records["reason"] == Reason.TOO_SHORT).all()
    assert (screen(panel[:30, :2]).records["reason"] == Reason.NONE).all()
    assert (screen(panel[:50], max_lag=20).records["reason"] == Reason.TOO_SHORT).all()


def test_samples_of_every_length_give_a_number_or_a_reason():
    panel = synthetic_panel(3, 60, seed=13)
    for bars in range(1, 60):
        records = screen(panel[:bars]).records
        tested = records["reason"] == Reason.NONE
        assert np.isfinite(records["statistic"][tested]).all()
        assert np.isnan(records["statistic"][~tested]).all()
        assert ((records["p_value"][tested] >= 0) & (records["p_value"][tested] <= 1)).all()


def test_correlation_and_distance_follow_their_definitions():
    panel = synthetic_panel(5, 150, seed=14)
    logs, raw = screen(panel), screen(np.exp(panel), scale="raw")
    paths = np.exp(panel) / np.exp(panel[0])

    for result, levels in ((logs, panel), (raw, np.exp(panel))):
        expected = np.corrcoef(np.diff(levels, axis=0), rowvar=False)
        np.fill_diagonal(expected, np.nan)
        np.testing.assert_allclose(result.matrix("correlation"), expected, rtol=1e-10)
        gaps = np.sum((paths[:, :, None] - paths[:, None, :]) ** 2, axis=0)
        np.fill_diagonal(gaps, np.nan)
        np.testing.assert_allclose(result.matrix("distance"), gaps, rtol=1e-9)
    assert np.isnan(screen(panel, distance=False).records["distance"]).all()


def test_deterministic_residuals_have_no_statistic():
    time = np.arange(300.0)
    panel = np.stack([np.sin(time / 9), time**2 / 1e3, np.cos(time / 4)], axis=1)
    result = screen(panel, scale="raw", distance=False)
    assert set(result.records["reason"]) == {Reason.UNDEFINED}
    assert np.isnan(result.records["statistic"]).all() and np.isnan(result.records["p_value"]).all()


def test_half_lives_have_reasons_where_there_are_none():
    random = np.random.default_rng(15)
    x = random.standard_normal(400).cumsum()
    jumpy = np.zeros(400)
    for t in range(1, 400):
        jumpy[t] = -0.5 * jumpy[t - 1] + random.standard_normal()
    explosive = 1.02 ** np.arange(400) + random.standard_normal(400)
    result = screen(np.stack([x, x + jumpy, explosive], axis=1), scale="raw")

    assert result.matrix("half_life_reason")[1, 0] == HalfLifeReason.OVERSHOOTING
    assert result.matrix("half_life_reason")[2, 0] == HalfLifeReason.NO_REVERSION
    assert np.isnan(result.matrix("half_life")[[1, 2], 0]).all()


def test_stata_egranger_on_us_consumption_and_income():
    # Stata's egranger, as published in statsmodels' own test (tsa/tests/test_stattools.py, TestCoint_t): no lags.
    data = macrodata.load_pandas().data
    panel = data[["realcons", "realgdp"]].to_numpy(dtype=np.float64)
    result = screen(panel, scale="raw", criterion="fixed", max_lag=0)
    assert result.matrix("statistic")[0, 1] == pytest.approx(-1.830170986148, abs=1e-10)


@pytest.mark.parametrize(("trend", "published"), [("c", -5.760696844656), ("ct", -5.615251442239)])
def test_stata_egranger_on_a_simulated_system(trend, published):
    # Stata's egranger with four lags, as published in statsmodels' own test (test_coint), on its recipe of the data.
    random = np.random.RandomState(123)
    unit = random.randn(200).cumsum()
    series = random.randn(200, 4)
    series[:, :2] += unit[:, None]
    series = np.round(series + np.array([1, 0, 0.5, 0]), 4)
    result = screen(series[:, :2], scale="raw", trend=trend, criterion="fixed", max_lag=4)
    assert result.matrix("statistic")[0, 1] == pytest.approx(published, rel=1e-11)


def test_independent_random_walks_are_rejected_at_the_nominal_rate():
    # Plain Dickey–Fuller values on the residuals would reject about 15 %; three standard errors around 5 % here.
    random = np.random.default_rng(17)
    rejected = [
        screen(random.standard_normal((500, 2)).cumsum(axis=0), criterion="bic", max_lag=4).records["p_value"][0]
        <= 0.05
        for _ in range(2_000)
    ]
    assert 0.035 <= np.mean(rejected) <= 0.065


def planted_panel(random, bars, count, planted):
    """Random walks; column 2k + 1 follows column 2k for k < planted."""
    panel = random.standard_normal((bars, count)).cumsum(axis=0)
    for k in range(planted):
        spread = np.zeros(bars)
        for t in range(1, bars):
            spread[t] = 0.8 * spread[t - 1] + random.standard_normal()
        panel[:, 2 * k + 1] = panel[:, 2 * k] + spread
    return panel


def test_false_discoveries_of_an_all_pairs_screen_stay_below_the_level_with_benjamini_yekutieli():
    # Pairs that share an instrument depend on each other: a walk that happens to revert "finds" all its partners at
    # once. Benjamini–Hochberg does not hold here (a share of .24 at level .10), Benjamini–Yekutieli does.
    shares, power = [], []
    for seed in range(12):
        panel = planted_panel(np.random.default_rng(100 + seed), 1_000, 40, 6)
        records = screen(panel, scale="raw").records
        found = records[adjust(records["p_value"], "by") <= 0.10]
        planted = (found["y"] // 2 == found["x"] // 2) & (found["y"] < 12)
        shares.append(1.0 - planted.mean() if found.size else 0.0)
        power.append(planted.sum() / 12)
    assert np.mean(shares) <= 0.10
    assert np.mean(power) >= 0.9


def test_false_discoveries_among_disjoint_pairs_stay_below_the_level_with_benjamini_hochberg():
    shares, power = [], []
    for seed in range(20):
        panel = planted_panel(np.random.default_rng(200 + seed), 500, 160, 10)
        p = np.array(
            [screen(panel[:, k : k + 2], criterion="bic", max_lag=4).records["p_value"][0] for k in range(0, 160, 2)]
        )
        found = np.nonzero(adjust(p, "bh") <= 0.10)[0]
        shares.append((found >= 10).mean() if found.size else 0.0)
        power.append((found < 10).sum() / 10)
    assert np.mean(shares) <= 0.10
    assert np.mean(power) >= 0.9


@pytest.mark.parametrize(
    ("panel", "options", "message"),
    [
        (np.zeros((10, 1)), {}, "1 instruments are outside of 2 … 20000"),
        (np.zeros(10), {}, r"a panel has two dimensions \(bars, instruments\), not 1"),
        (np.full((10, 2), np.inf), {}, "the panel holds an infinite price"),
        (np.zeros((1, 100_000)), {}, "100000 instruments are outside of 2 … 20000"),
        (np.zeros((1, 2_001)), {}, "the full table of 2001 instruments exceeds the limit of 2000"),
        (np.zeros((10, 2)), {"trend": "ctt"}, "trend 'ctt' is not one of c, ct"),
        (np.zeros((10, 2)), {"criterion": "t-stat"}, "criterion 't-stat' is not one of aic, bic, fixed"),
        (np.zeros((10, 2)), {"scale": "percent"}, "scale 'percent' is not one of log, raw"),
        (np.zeros((10, 2)), {"max_lag": -1}, "max_lag -1 is outside 0 … 1000"),
        (np.zeros((10, 2)), {"threads": 0}, "threads 0 is below 1"),
        (np.zeros((10, 2)), {"size": 0}, "no tiles of size 0 over 2 instruments"),
    ],
)
def test_malformed_questions_are_refused(panel, options, message):
    with pytest.raises(ParameterError, match=message):
        screen(panel, **options)


def test_a_panel_without_a_single_bar_gives_reasons():
    assert (screen(np.full((50, 3), np.nan)).records["reason"] == Reason.TOO_SHORT).all()
    assert (screen(np.zeros((0, 3))).records["reason"] == Reason.TOO_SHORT).all()


def test_warming_up_compiles_the_exact_kernel_too():
    from titan_graphql.quant.screen_exact import exact_pair_nb

    warm()
    assert len(exact_pair_nb.signatures) == 1
