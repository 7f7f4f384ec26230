"""Reduced screens: what is kept is exact for the whole family, and cut and merged in any way gives equal
bytes.
"""

import numpy as np
import pytest

from tests.quant.screen_samples import synthetic_panel
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.multiplicity import adjust
from titan_graphql.quant.screen import collect, run
from titan_graphql.quant.screen_prepare import prepare
from titan_graphql.quant.screen_reduce import BINS, Reducer, Summary


@pytest.fixture(scope="module")
def prepared():
    panel = synthetic_panel(40, 250, seed=21, phi=0.5)
    panel[:, 7] = 1.0
    return prepare(panel)


@pytest.fixture(scope="module")
def records(prepared):
    return collect(prepared, run(prepared)).records


def reduced(prepared, size, order, parts, **options):
    results = list(run(prepared, size=size))
    reducers = [Reducer(**options) for _ in range(parts)]
    for k, index in enumerate(order(len(results))):
        reducers[k % parts].add(results[index])
    for other in reducers[1:]:
        reducers[0].merge(Reducer.from_bytes(other.to_bytes()))
    return reducers[0]


def test_one_and_four_workers_give_equal_bytes(prepared):
    alone = reduced(prepared, 64, range, 1, top=25, cut=0.2)
    spread = reduced(prepared, 7, np.random.default_rng(1).permutation, 4, top=25, cut=0.2)

    assert spread.to_bytes() == alone.to_bytes()
    assert spread.digest() == alone.digest()


def test_the_best_are_the_head_of_the_sorted_table(prepared, records):
    kept = reduced(prepared, 9, range, 3, top=30).best
    order = np.lexsort((records["x"], records["y"], records["statistic"], records["p_value"]))
    assert kept.tobytes() == records[order[:30]].tobytes()


@pytest.mark.parametrize("method", ["bh", "by", "holm"])
@pytest.mark.parametrize("level", [0.001, 0.01, 0.05, 0.2])
def test_decisions_are_those_of_the_whole_family(prepared, records, method, level):
    reducer = reduced(prepared, 11, range, 2, cut=0.2)
    whole = records[adjust(records["p_value"], method) <= level]
    found = reducer.found(level, method)

    assert whole.size > 0
    assert sorted(zip(found["y"], found["x"], strict=True)) == sorted(zip(whole["y"], whole["x"], strict=True))


def test_counts_are_those_of_the_whole_family(prepared, records):
    reducer = reduced(prepared, 11, range, 2, cut=0.1)
    p = records["p_value"]
    tested = p[~np.isnan(p)]

    assert reducer.histogram.tolist() == np.histogram(tested, BINS, (0.0, 1.0))[0].tolist()
    assert reducer.tail["p_value"].tolist() == sorted(p[p <= 0.1])
    found = int((adjust(p, "bh") <= 0.05).sum())
    assert reducer.summary(0.05) == Summary(39 * 38, 2 * 39, int((p < 0.05).sum()), 39 * 38 * 0.05, found)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Reducer(top=0), "top 0 is outside of 1 … 1000000"),
        (lambda: Reducer(cut=1.0), r"cut 1.0 is outside \(0, 1\)"),
        (lambda: Reducer().merge(Reducer(top=2)), "different settings"),
        (lambda: Reducer().below(0.06), "threshold 0.06 is outside of 0 … 0.05"),
        (lambda: Reducer().found(0.06), r"level 0.06 is outside \(0, 0.05\]"),
        (lambda: Reducer.from_bytes(b"nothing of the kind"), "not a reduced screen"),
        (lambda: Reducer.from_bytes(Reducer().to_bytes()[:-1]), "cut off"),
    ],
)
def test_wrong_questions_are_refused(call, message):
    with pytest.raises(ParameterError, match=message):
        call()
