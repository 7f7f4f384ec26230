"""Checks that turn whatever a caller hands over into clean float64 columns, or say what is wrong with it."""

import numpy as np
import numpy.typing as npt

from titan_graphql.quant.errors import (
    ParameterError,
    PriceNotPositiveError,
    SeriesConstantError,
    SeriesTooShortError,
)

Floats = npt.NDArray[np.float64]


def column(values: npt.ArrayLike, name: str) -> Floats:
    """Return `values` as a contiguous 1-D float64 array; NaN is allowed.

    Raises
    ------
    ParameterError
        SERIES_SHAPE when it is not one-dimensional.
    """
    array = np.ascontiguousarray(values, dtype=np.float64)
    if np.ndim(values) != 1:
        message = f"{name} must be one-dimensional, not of shape {np.shape(values)}"
        raise ParameterError(message, code="SERIES_SHAPE", field=name)
    return array


def finite(values: npt.ArrayLike, name: str) -> Floats:
    """Return `values` as `column` does, refusing NaN and infinities by their first index.

    Raises
    ------
    ParameterError
        NOT_FINITE, SERIES_SHAPE.
    """
    array = column(values, name)
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        message = f"{name}[{bad[0]}] is {array[bad[0]]}, not a finite number"
        raise ParameterError(message, code="NOT_FINITE", field=name)
    return array


def positive(values: npt.ArrayLike, name: str) -> Floats:
    """Return `values` as `finite` does, refusing prices that are zero or negative by their first index.

    Raises
    ------
    PriceNotPositiveError, ParameterError
    """
    array = finite(values, name)
    bad = np.flatnonzero(array <= 0.0)
    if bad.size:
        message = f"{name}[{bad[0]}] is {array[bad[0]]}; prices must be positive"
        raise PriceNotPositiveError(message)
    return array


def same_length(**columns: Floats) -> int:
    """Return the common length of the columns.

    Raises
    ------
    ParameterError
        LENGTH_MISMATCH, naming the first column that differs.
    """
    (first, head), *rest = columns.items()
    for name, array in rest:
        if array.size != head.size:
            message = f"{name} has {array.size} bars, {first} has {head.size}"
            raise ParameterError(message, code="LENGTH_MISMATCH", field=name)
    return head.size


def regressable(y: npt.ArrayLike, x: npt.ArrayLike, least: int) -> tuple[Floats, Floats]:
    """Return two finite columns of one length, at least `least` long, neither of them constant.

    Raises
    ------
    SeriesTooShortError, SeriesConstantError, ParameterError
    """
    y_column, x_column = finite(y, "y"), finite(x, "x")
    bars = same_length(y=y_column, x=x_column)
    if bars < least:
        message = f"{bars} bars are too few; at least {least} are needed"
        raise SeriesTooShortError(message)
    for name, array in (("y", y_column), ("x", x_column)):
        if np.all(array == array[0]):
            message = f"{name} is constant at {array[0]}"
            raise SeriesConstantError(message)
    return y_column, x_column
