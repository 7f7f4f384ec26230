"""PBO against a slow reading of its definition, near a half on noise and near nothing with an edge."""

from itertools import combinations

import numpy as np
import pytest

from titan_graphql.quant.errors import ParameterError, SeriesTooShortError
from titan_graphql.quant.overfitting import block_sums, probability_of_overfitting, splits


def pbo(returns, blocks=10):
    return probability_of_overfitting(*block_sums(returns, blocks))


def test_equals_the_definition():
    returns = np.random.default_rng(0).standard_normal((67, 9)) + 0.1
    parts = np.array_split(np.arange(67), [67 * k // 6 for k in range(1, 6)])
    logits = []
    for chosen in combinations(range(6), 3):
        seen = np.concatenate([parts[k] for k in chosen])
        unseen = np.setdiff1d(np.arange(67), seen)
        inside, outside = (part.mean(axis=0) / part.std(axis=0, ddof=1) for part in (returns[seen], returns[unseen]))
        rank = np.argsort(np.argsort(outside))[inside.argmax()] + 1
        logits.append(np.log(rank / 10 / (1 - rank / 10)))
    answer = pbo(returns, 6)
    np.testing.assert_allclose(answer.logits, logits, rtol=1e-12)
    assert answer.probability == np.mean(np.array(logits) <= 0)
    assert answer.logits.size == splits(6) == 20


def test_noise_is_a_coin_toss():
    random = np.random.default_rng(1)
    found = [pbo(random.standard_normal((500, 50))).probability for _ in range(60)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


def test_a_planted_edge_is_not_overfitting():
    returns = np.random.default_rng(2).standard_normal((1000, 50))
    returns[:, 17] += 0.25
    answer = pbo(returns)
    assert answer.probability == 0.0
    assert answer.probability_of_loss == 0.0
    assert np.median(answer.out_of_sample) == pytest.approx(0.25, abs=0.1)


def test_identical_trials_and_trials_that_never_trade_are_ranked_in_the_middle():
    assert np.all(pbo(np.zeros((40, 7)), 4).logits == 0.0)
    same = np.repeat(np.random.default_rng(3).standard_normal((40, 1)), 7, axis=1)
    np.testing.assert_allclose(pbo(same, 4).logits, 0.0, atol=1e-12)


@pytest.mark.parametrize(
    ("returns", "blocks", "error"),
    [
        (np.zeros((40, 1)), 4, ParameterError),
        (np.zeros((40, 3)), 5, ParameterError),
        (np.zeros((40, 3)), 20, ParameterError),
        (np.zeros((40, 3)), 41, ParameterError),
        (np.zeros((7, 3)), 4, SeriesTooShortError),
        (np.full((40, 3), np.nan), 4, ParameterError),
        (np.zeros(40), 4, ParameterError),
    ],
)
def test_senseless_input_is_refused(returns, blocks, error):
    with pytest.raises(error):
        pbo(returns, blocks)
