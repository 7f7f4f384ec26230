"""Sessions cut time into longer bars: each kept bar falls where a plain loop puts it, whatever the sessions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.resample import session_bins


@st.composite
def markets(draw: st.DrawFn) -> tuple[list[int], list[int], list[int]]:
    """Opens, closes and labels of sessions that follow one another, with and without a break between."""
    opens, closes, now = [], [], draw(st.integers(-50, 50))
    for _ in range(draw(st.integers(0, 5))):
        opens.append(now)
        closes.append(now + draw(st.integers(1, 40)))
        now = closes[-1] + draw(st.integers(0, 30))
    return opens, closes, [1000 * number for number in range(len(opens))]


def looped(time: list[int], length: int, market: tuple[list[int], list[int], list[int]], step: int | None):
    """Position and start of the longer bar of every bar that belongs to a session."""
    found = []
    for place, begun in enumerate(time):
        session = next((number for number, close in enumerate(market[1]) if begun < close), None)
        if session is None or begun + length <= market[0][session]:
            continue
        start = market[0][session]
        if step is None:
            start = market[2][session]
        else:
            while begun >= start + step:
                start += step
        found.append((place, start))
    return found


@given(
    st.lists(st.integers(-80, 400), unique=True, max_size=60).map(sorted),
    st.integers(1, 15),
    markets(),
    st.none() | st.integers(1, 50),
)
def test_bars_fall_where_a_loop_puts_them(time: list[int], length: int, market, step: int | None):
    opens, closes, labels = (np.array(column, np.int64) for column in market)
    expected = looped(time, length, market, step)

    bins = session_bins(np.array(time, np.int64), length, opens, closes, labels, step)

    assert np.flatnonzero(bins.kept).tolist() == [place for place, _ in expected]
    counts = np.diff([*bins.starts, len(expected)]) if len(bins.starts) else []
    assert np.repeat(bins.time, counts).tolist() == [start for _, start in expected]
    assert np.all(np.diff(bins.time) > 0)


@pytest.mark.parametrize("step", [0, -60_000])
def test_a_bar_without_length_is_refused(step: int):
    none = np.empty(0, np.int64)

    with pytest.raises(ParameterError) as refused:
        session_bins(none, 1, none, none, none, step)
    assert (refused.value.code, refused.value.field) == ("PARAMETER_OUT_OF_RANGE", "step")
