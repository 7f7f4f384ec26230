"""Is the pair still alive? A sequential test that raises a false alarm no more often than stated."""

import math
import struct
from dataclasses import dataclass

import numpy.typing as npt

from titan_graphql.quant.errors import ParameterError, SeriesConstantError, SeriesTooShortError
from titan_graphql.quant.series import finite

FALSE_ALARM_BARS = 2520
HIGHEST_LEVEL = 10.0
LEAST_BARS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DecaySettings:
    """The spread as it was while the pair was alive: e_t − μ = φ·(e_{t−1} − μ) + u_t, u_t of deviation σ.

    Attributes
    ----------
    mean, phi, sigma : μ, φ in (0, 1) and σ > 0, in the units of the spread
    false_alarm_bars : bars between two false alarms, on average and at least

    Raises
    ------
    ParameterError
        DECAY_OUT_OF_RANGE.
    """

    mean: float
    phi: float
    sigma: float
    false_alarm_bars: int = FALSE_ALARM_BARS

    def __post_init__(self) -> None:
        known = math.isfinite(self.mean) and 0.0 < self.phi < 1.0 and 0.0 < self.sigma < math.inf
        if not known or self.false_alarm_bars < 2:
            message = f"{self}: mean is finite, phi lies in (0, 1), sigma is positive, false_alarm_bars at least 2"
            raise ParameterError(message, code="DECAY_OUT_OF_RANGE", field="phi")


class DecayMonitor:
    """Shiryaev–Roberts test of "the spread returns to μ at φ" against "from some bar on it is a random walk".

    Equation: R_t = (1 + R_{t−1})·L_t with the likelihood ratio of the bar
    ln L_t = ((e_t − μ − φ(e_{t−1} − μ))² − (e_t − e_{t−1})²) / 2σ²; alarm when R_t ≥ A, A = `false_alarm_bars`.

    Null hypothesis: the spread is the AR(1) of the settings with Gaussian innovations. Then R_t − t is a martingale,
    whatever the dependence of the bars, so that the expected number of bars until an alarm is at least A. Fatter tails
    change little, because ln L_t is linear in u_t with the small factor (1 − φ)(e_{t−1} − μ)/σ². The promise is for
    known μ, φ and σ: estimated ones, and a hedge ratio estimated on the same bars, shorten the run.

    R is kept as its logarithm and held at most at 10·A, so that a spread which reverts again clears the alarm.

    References
    ----------
    Pollak (1985), "Optimal detection of a change in distribution", Annals of Statistics 13; Shiryaev (1963), Theory of
    Probability and its Applications 8.
    """

    def __init__(self, settings: DecaySettings) -> None:
        self._settings = settings
        self._ceiling = math.log(settings.false_alarm_bars) + math.log(HIGHEST_LEVEL)
        self._log = -math.inf
        self._before = math.nan

    def push(self, spread: float) -> float:
        """Take one bar; return R_t / A: an alarm from 1 on, at most 10; a spread that is not finite changes nothing."""
        if math.isfinite(spread):
            if math.isfinite(self._before):
                self._log = min(self._sum() + self._evidence(spread), self._ceiling)
            self._before = spread
        return math.exp(self._log) / self._settings.false_alarm_bars

    def snapshot(self) -> bytes:
        """What `restore` continues from."""
        return struct.pack("<2d", self._log, self._before)

    def restore(self, snapshot: bytes) -> None:
        """Continue where a snapshot was taken, to the last bit.

        Raises
        ------
        ParameterError
            STATE_INVALID, this is no snapshot of a monitor.
        """
        if len(snapshot) != struct.calcsize("<2d"):
            message = f"a snapshot of {len(snapshot)} bytes is not of a monitor"
            raise ParameterError(message, code="STATE_INVALID", field="snapshot")
        self._log, self._before = struct.unpack("<2d", snapshot)

    def _sum(self) -> float:
        """ln(1 + R)."""
        return self._log + math.log1p(math.exp(-self._log)) if self._log > 0.0 else math.log1p(math.exp(self._log))

    def _evidence(self, spread: float) -> float:
        """ln L of the newest bar, kept within what a double's exponential takes."""
        known = self._settings
        alive = spread - known.mean - known.phi * (self._before - known.mean)
        walk = spread - self._before
        return min(max((alive - walk) * (alive + walk) / (2.0 * known.sigma**2), -600.0), 600.0)


def decay_settings(spread: npt.ArrayLike, false_alarm_bars: int = FALSE_ALARM_BARS) -> DecaySettings | None:
    """Return the settings estimated on a formation period's spread, None where it does not revert even there.

    φ is the least-squares coefficient of the AR(1) with Kendall's correction (1 + 3φ)/n of its bias, σ the deviation
    of its innovations, μ the mean of the period.

    Parameters
    ----------
    spread : (T,), T ≥ 30

    Raises
    ------
    SeriesTooShortError, SeriesConstantError, ParameterError

    References
    ----------
    Kendall (1954), "Note on bias in the estimation of autocorrelation", Biometrika 41.
    """
    values = finite(spread, "spread")
    if values.size < LEAST_BARS:
        message = f"{values.size} bars are too few to watch for decay; at least {LEAST_BARS} are needed"
        raise SeriesTooShortError(message)
    mean = float(values.mean())
    before, after = values[:-1] - values[:-1].mean(), values[1:] - values[1:].mean()
    energy = float(before @ before)
    if not energy > 0.0:
        message = "the spread does not vary"
        raise SeriesConstantError(message)
    raw = float(before @ after) / energy
    phi = raw + (1.0 + 3.0 * raw) / before.size
    innovation = after - raw * before
    sigma = math.sqrt(float(innovation @ innovation) / (before.size - 2))
    if not (0.0 < phi < 1.0 and sigma > 0.0):
        return None
    return DecaySettings(mean=mean, phi=phi, sigma=sigma, false_alarm_bars=false_alarm_bars)
