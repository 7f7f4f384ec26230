"""A hedge ratio that drifts: the Kalman filter for y = α_t + β_t·x + e, in one pass or one bar at a time."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from numba import njit

from titan_graphql.quant.errors import ArithmeticOverflowError, ParameterError
from titan_graphql.quant.series import Floats, finite, same_length

STATE = np.dtype(
    [
        ("alpha", np.float64),
        ("beta", np.float64),
        ("variance_alpha", np.float64),
        ("variance_beta", np.float64),
        ("covariance", np.float64),
    ],
    align=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class KalmanSettings:
    """What the filter assumes; the scale is that of the prices it is given.

    Attributes
    ----------
    delta : how freely (α, β) drift, in (0, 1); the state noise is δ/(1 − δ)·I per bar
    observation_variance : variance of e
    initial_alpha, initial_beta, initial_variance : the state before the first bar and its variance (times I); no
        state noise is added before the first bar

    Raises
    ------
    ParameterError
        DELTA_OUT_OF_RANGE, VARIANCE_NOT_POSITIVE, NOT_FINITE.
    """

    delta: float = 1e-4
    observation_variance: float = 1e-3
    initial_alpha: float = 0.0
    initial_beta: float = 0.0
    initial_variance: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.delta < 1.0:
            message = f"delta is {self.delta}; it lies in (0, 1)"
            raise ParameterError(message, code="DELTA_OUT_OF_RANGE", field="delta")
        for name in ("initial_alpha", "initial_beta"):
            if not math.isfinite(getattr(self, name)):
                message = f"{name} is {getattr(self, name)}, not a finite number"
                raise ParameterError(message, code="NOT_FINITE", field=name)
        for name, least in (("observation_variance", 0.0), ("initial_variance", -1.0)):
            value = getattr(self, name)
            if not (math.isfinite(value) and value > least and value >= 0.0):
                message = f"{name} is {value}; a variance is finite and positive"
                raise ParameterError(message, code="VARIANCE_NOT_POSITIVE", field=name)

    @property
    def drift(self) -> float:
        """State noise per bar, δ/(1 − δ)."""
        return self.delta / (1.0 - self.delta)


@dataclass(frozen=True, slots=True)
class KalmanPath:
    """Filtered α and β after each bar, and the surprise of each bar before it was learned from; all (T,).

    `beta_variance` is the filtered variance of β.

    `innovation` is y − (α + β·x) with the state known one bar earlier and `deviation` its standard deviation, so
    innovation/deviation is a z-score without look-ahead.
    """

    alpha: Floats
    beta: Floats
    innovation: Floats
    deviation: Floats
    beta_variance: Floats


def kalman_hedge(y: npt.ArrayLike, x: npt.ArrayLike, settings: KalmanSettings | None = None) -> KalmanPath:
    """Filter y_t = α_t + β_t·x_t + e_t where (α, β) is a random walk.

    Parameters
    ----------
    y, x : (T,) prices on the chosen scale
    settings : noise and initial state, `KalmanSettings()` by default

    Raises
    ------
    ParameterError, ArithmeticOverflowError

    References
    ----------
    Harvey (1989), "Forecasting, structural time series models and the Kalman filter", ch. 3.
    """
    y, x = finite(y, "y"), finite(x, "x")
    same_length(y=y, x=x)
    chosen = settings or KalmanSettings()
    path = np.empty((5, y.size))
    _kalman_nb(y, x, _initial(chosen), chosen.drift, chosen.observation_variance, path)
    if not np.isfinite(path).all():
        message = "the values are too large for the filter in double precision"
        raise ArithmeticOverflowError(message)
    return KalmanPath(*path)


class KalmanFilter:
    """The same filter fed bar by bar, each update O(1) and equal to `kalman_hedge` to the last bit."""

    def __init__(self, settings: KalmanSettings | None = None) -> None:
        self._settings = settings or KalmanSettings()
        self._state = _initial(self._settings)
        self._bars = 0

    def update(self, y: float, x: float) -> tuple[float, float, float, float]:
        """Learn from one bar; return α, β, innovation and its deviation."""
        path = np.empty(5)
        drift = self._settings.drift if self._bars else 0.0
        _learn_nb(y, x, self._state[0], drift, self._settings.observation_variance, path)
        self._bars += 1
        alpha, beta, innovation, deviation, _ = path.tolist()
        return alpha, beta, innovation, deviation

    def snapshot(self) -> bytes:
        """What `restore` continues from: the number of bars and the filtered state."""
        return self._bars.to_bytes(8, "little") + self._state.tobytes()

    def restore(self, snapshot: bytes) -> None:
        """Continue where a snapshot was taken, to the last bit.

        Raises
        ------
        ParameterError
            STATE_INVALID, this is no snapshot of a filter.
        """
        if len(snapshot) != 8 + STATE.itemsize:
            message = f"a snapshot of {len(snapshot)} bytes is not of a filter"
            raise ParameterError(message, code="STATE_INVALID", field="snapshot")
        self._bars = int.from_bytes(snapshot[:8], "little")
        self._state = np.frombuffer(snapshot[8:], STATE).copy()


def _initial(settings: KalmanSettings) -> npt.NDArray[np.void]:
    state = np.zeros(1, dtype=STATE)
    state["alpha"], state["beta"] = settings.initial_alpha, settings.initial_beta
    state["variance_alpha"] = state["variance_beta"] = settings.initial_variance
    return state


@njit(cache=True, nogil=True, error_model="numpy")
def _learn_nb(y, x, s, drift, noise, path):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """One bar: drift, predict, compare, correct (the corrected covariance is P − K·S·Kᵀ)."""
    s.variance_alpha += drift
    s.variance_beta += drift
    innovation = y - (s.alpha + s.beta * x)
    with_alpha = s.variance_alpha + s.covariance * x
    with_beta = s.covariance + s.variance_beta * x
    variance = with_alpha + with_beta * x + noise
    gain_alpha = with_alpha / variance
    gain_beta = with_beta / variance
    s.alpha += gain_alpha * innovation
    s.beta += gain_beta * innovation
    s.variance_alpha -= gain_alpha * with_alpha
    s.variance_beta -= gain_beta * with_beta
    s.covariance -= gain_alpha * with_beta
    path[0] = s.alpha
    path[1] = s.beta
    path[2] = innovation
    path[3] = math.sqrt(variance)
    path[4] = s.variance_beta


@njit(cache=True, nogil=True, error_model="numpy")
def _kalman_nb(y, x, state, drift, noise, path):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    s = state[0]
    bar = np.empty(5)
    for t in range(y.size):
        _learn_nb(y[t], x[t], s, drift if t > 0 else 0.0, noise, bar)
        for k in range(5):
            path[k, t] = bar[k]


def _kalman_py(y: Floats, x: Floats, settings: KalmanSettings) -> KalmanPath:
    """Readable twin of `_kalman_nb`, in matrices and with Joseph's form of the covariance."""
    state = np.array([settings.initial_alpha, settings.initial_beta])
    covariance = settings.initial_variance * np.eye(2)
    rows = []
    for t in range(y.size):
        covariance = covariance + (settings.drift if t else 0.0) * np.eye(2)
        design = np.array([1.0, x[t]])
        variance = design @ covariance @ design + settings.observation_variance
        gain = covariance @ design / variance
        innovation = y[t] - design @ state
        state = state + gain * innovation
        left = np.eye(2) - np.outer(gain, design)
        covariance = left @ covariance @ left.T + settings.observation_variance * np.outer(gain, gain)
        rows.append((*state, innovation, math.sqrt(variance), covariance[1, 1]))
    return KalmanPath(*np.array(rows).T)
