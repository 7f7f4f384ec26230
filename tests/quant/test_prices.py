"""The two price scales and what they refuse."""

import numpy as np
import pytest

from titan_graphql.quant.errors import ParameterError, PriceNotPositiveError
from titan_graphql.quant.prices import to_scale


def test_scales():
    assert to_scale([1.0, np.e], "LOG").tolist() == [0.0, 1.0]
    assert to_scale([-37.63, 2], "RAW").tolist() == [-37.63, 2.0]


@pytest.mark.parametrize(
    ("prices", "scale", "error", "text"),
    [
        ([1, 2, 0], "LOG", PriceNotPositiveError, r"prices\[2\] is 0.0"),
        ([-1, 2, 0], "LOG", PriceNotPositiveError, r"prices\[0\] is -1.0"),
        ([1, np.nan], "RAW", ParameterError, r"prices\[1\] is nan"),
        ([1], "SQUARE", ParameterError, "SQUARE"),
        (3.0, "RAW", ParameterError, "one-dimensional"),
    ],
)
def test_refusals(prices, scale, error, text):
    with pytest.raises(error, match=text):
        to_scale(prices, scale)
