"""Corrections for multiplicity against statsmodels and a published example."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.multiplicity import adjust, adjust_tail, discoveries, expected_false

# Benjamini & Hochberg (1995), section 4.1: the fifteen p-values of the thrombolysis study.
THROMBOLYSIS = np.array(
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528,
     0.7590, 1.0000]
)  # fmt: skip
NAMES = {"bh": "fdr_bh", "by": "fdr_by", "holm": "holm"}

p_values = st.lists(st.one_of(st.floats(0.0, 1.0), st.sampled_from([0.0, 1.0, 0.05, 1e-300])), min_size=1, max_size=60)


def test_benjamini_and_hochbergs_own_example():
    # The paper: the procedure at .05 rejects the four smallest, Bonferroni-type procedures three.
    assert discoveries(adjust(THROMBOLYSIS, "bh"), 0.05).sum() == 4
    assert discoveries(adjust(THROMBOLYSIS, "holm"), 0.05).sum() == 3
    assert adjust(THROMBOLYSIS, "bh")[3] == pytest.approx(15 * 0.0095 / 4, rel=1e-15)


# statsmodels prepares every method at each call, which takes it a tenth of a second for Holm.
@pytest.mark.parametrize("method", NAMES)
@settings(max_examples=8, deadline=None)
@given(p=p_values)
def test_equality_with_multipletests(method, p):
    expected = multipletests(p, method=NAMES[method])[1]
    np.testing.assert_allclose(adjust(np.array(p), method), expected, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("method", NAMES)
def test_untestable_hypotheses_are_not_in_the_family(method):
    p = np.array([[0.01, np.nan], [0.02, 0.04]])
    adjusted = adjust(p, method)
    assert np.isnan(adjusted[0, 1])
    assert adjusted[[0, 1, 1], [0, 0, 1]].tolist() == adjust(np.array([0.01, 0.02, 0.04]), method).tolist()
    assert discoveries(adjusted, 0.5).tolist() == [[True, False], [True, True]]
    assert np.isnan(adjust(np.full(3, np.nan), method)).all()
    assert adjust(np.empty(0), method).size == 0


@pytest.mark.parametrize("method", NAMES)
@given(p=p_values, cut=st.floats(0.001, 0.999))
def test_the_tail_alone_decides_exactly(method, p, cut):
    whole = np.array(p)
    inside = whole <= cut
    tail = adjust_tail(whole[inside], whole.size, method)
    full = adjust(whole, method)[inside]
    np.testing.assert_array_equal(tail <= cut, full <= cut)
    np.testing.assert_array_equal(tail[tail <= cut], full[full <= cut])


def test_expected_false_finds():
    assert expected_false(380, 0.05) == 19.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: adjust(np.array([1.5])), r"p-values lie outside \[0, 1\]"),
        (lambda: adjust(np.array([-0.1])), r"p-values lie outside \[0, 1\]"),
        (lambda: adjust(np.array([0.1]), "sidak"), "method 'sidak' is not one of bh, by, holm"),
        (lambda: adjust_tail(np.array([0.1, 0.2]), 1), "a family of 1 hypotheses cannot have 2 p-values"),
        (lambda: discoveries(np.array([0.1]), 1.0), r"level 1.0 is outside \(0, 1\)"),
        (lambda: expected_false(-1, 0.05), "a family of -1 hypotheses does not exist"),
        (lambda: expected_false(5, 1.05), r"threshold 1.05 is outside \[0, 1\]"),
    ],
)
def test_wrong_questions_are_refused(call, message):
    with pytest.raises(ParameterError, match=message):
        call()
