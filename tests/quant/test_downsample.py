"""Downsampling: what is always kept, what gaps become, and bars merged as pandas merges them."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from titan_graphql.quant.downsample import lttb, ohlc_buckets
from titan_graphql.quant.errors import ParameterError

values = st.lists(st.floats(-1e6, 1e6) | st.just(math.nan), min_size=1, max_size=300)


@settings(max_examples=200, deadline=None)
@given(values, st.integers(2, 60))
def test_lttb_keeps_the_ends_and_rises(value, max_points):
    kept = lttb(np.arange(len(value)) * 86_400_000, value, max_points)
    assert kept.size == min(len(value), max_points)
    assert (kept[0], kept[-1]) == (0, len(value) - 1)
    assert np.all(np.diff(kept) > 0)


def test_lttb_keeps_a_spike():
    value = np.sin(np.arange(1000) / 50)
    value[537] = 10.0
    assert 537 in lttb(np.arange(1000), value, 20)


def test_lttb_keeps_a_long_gap_and_no_short_one_swallows_points():
    value = np.sin(np.arange(1000) / 20)
    value[400:460] = math.nan
    value[700] = math.nan
    kept = lttb(np.arange(1000), value, 52)
    gaps = kept[np.isnan(value[kept])]
    assert gaps.size >= 2
    assert np.all((gaps >= 400) & (gaps < 460))


def test_lttb_of_only_nan_is_still_spread_out():
    assert lttb(np.arange(10), np.full(10, math.nan), 4).tolist() == [0, 1, 5, 9]


def test_lttb_equals_the_definition():
    random = np.random.default_rng(0)
    time, value = np.arange(200.0), random.standard_normal(200).cumsum()
    edges = [1 + 198 * b // 18 for b in range(19)]
    expected, last = [0], 0
    for b in range(18):
        ahead = slice(edges[b + 1], edges[b + 2] if b < 17 else 200)
        middle = np.array([time[ahead].mean(), value[ahead].mean()])
        corner = np.array([time[last], value[last]])
        areas = []
        for i in range(edges[b], edges[b + 1]):
            u, v = np.array([time[i], value[i]]) - corner, middle - corner
            areas.append(abs(u[0] * v[1] - u[1] * v[0]))
        last = edges[b] + int(np.argmax(areas))
        expected.append(last)
    assert lttb(time, value, 20).tolist() == [*expected, 199]


def test_ohlc_buckets_equal_pandas():
    random = np.random.default_rng(3)
    close = random.standard_normal(103).cumsum() + 50
    frame = pd.DataFrame({"open": close - 0.1, "high": close + 1, "low": close - 1, "close": close, "volume": 5.0})
    frame.loc[[0, 20, 57], "open"] = math.nan
    frame.loc[40:55, "volume"] = math.nan
    time = np.arange(103, dtype=np.int64) * 60_000
    merged = ohlc_buckets(time, *(frame[name].to_numpy() for name in frame), 10)
    group = np.searchsorted([103 * b // 10 for b in range(11)], np.arange(103), side="right") - 1
    by = frame.groupby(group)
    oracle = by.agg({"open": "first", "high": "max", "low": "min", "close": "last"})
    oracle["volume"] = by["volume"].sum(min_count=1)
    assert merged["time"].tolist() == [60_000 * (103 * b // 10) for b in range(10)]
    for name in oracle:
        np.testing.assert_array_equal(merged[name], oracle[name])


def test_ohlc_buckets_pass_short_series_and_absent_columns():
    merged = ohlc_buckets([1, 2, 3], None, None, None, [5, 6, 7], None, 3)
    assert {name: array.tolist() for name, array in merged.items()} == {"time": [1, 2, 3], "close": [5, 6, 7]}
    assert ohlc_buckets([1, 2, 3], None, None, None, [5, 6, 7], None, 1)["close"].tolist() == [7]


def test_too_few_points_are_refused():
    with pytest.raises(ParameterError, match="max_points is 1"):
        lttb([1, 2, 3], [1, 2, 3], 1)
    with pytest.raises(ParameterError, match="max_points is 0"):
        ohlc_buckets([1], None, None, None, [1], None, 0)
