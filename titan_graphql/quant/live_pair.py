"""A pair that is followed bar by bar: spread, z-score, hedge ratio, signal and vital signs, each update O(1)."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, Protocol, Self

from titan_graphql.quant.backtest_rules import Rules
from titan_graphql.quant.decay_monitor import DecayMonitor, DecaySettings
from titan_graphql.quant.errors import ParameterError
from titan_graphql.quant.hedge_paths import RollingHedge
from titan_graphql.quant.kalman import KalmanFilter, KalmanSettings
from titan_graphql.quant.rolling_moments import RollingMoments, RollingZScore

Hedge = Literal["FIXED", "ROLLING", "KALMAN"]
SIGNALS = {0: "FLAT", 1: "LONG", -1: "SHORT"}


class Part(Protocol):
    """What remembers bars."""

    def snapshot(self) -> bytes:
        """Everything it remembers."""

    def restore(self, snapshot: bytes) -> None:
        """Continue from what it remembered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """What was fixed when the pair was formed; the scale is that of the prices it is given.

    Attributes
    ----------
    hedge : FIXED keeps `alpha` and `beta`, ROLLING estimates them over the last `hedge_window` bars, KALMAN filters
    alpha, beta : the hedge of the formation period; half-life and decay are always of the spread under these
    mean, sd : moments (ddof 1) of the formation period's spread, for the z-score without a `window`; the Kalman
        filter's z-score without a window is its surprise over its own deviation
    window : bars of a rolling z-score, None for the formation's moments
    entry, exit, stop : thresholds on |z| as in `Rules`
    kalman : noise and first state of the filter
    half_life_window : bars over which the half-life is estimated
    decay : the spread while it was alive, None where it did not revert even in the formation period

    Raises
    ------
    ParameterError
        As `Rules`; HEDGE_UNKNOWN; WINDOW_TOO_SHORT; NOT_FINITE.
    """

    hedge: Hedge
    alpha: float
    beta: float
    mean: float = 0.0
    sd: float = 1.0
    window: int | None = None
    entry: float = 2.0
    exit: float = 0.5
    stop: float | None = None
    hedge_window: int | None = None
    kalman: KalmanSettings | None = None
    half_life_window: int = 252
    decay: DecaySettings | None = None

    def __post_init__(self) -> None:
        Rules(entry=self.entry, exit=self.exit, stop=self.stop)
        if self.hedge not in {"FIXED", "ROLLING", "KALMAN"}:
            message = f"hedge is {self.hedge!r}, not FIXED, ROLLING or KALMAN"
            raise ParameterError(message, code="HEDGE_UNKNOWN", field="hedge")
        if not all(map(math.isfinite, (self.alpha, self.beta, self.mean, self.sd))) or not self.sd > 0.0:
            message = "alpha, beta and mean must be finite, and sd positive"
            raise ParameterError(message, code="NOT_FINITE", field="sd")

    def to_json(self) -> dict[str, Any]:
        """As JSON keeps it, exactly."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Self:
        """What `to_json` kept."""
        kalman = kept["kalman"] and KalmanSettings(**kept["kalman"])
        decay = kept["decay"] and DecaySettings(**kept["decay"])
        return cls(**{**kept, "kalman": kalman, "decay": decay})


@dataclass(frozen=True, slots=True)
class LiveTick:
    """A pair at the close of a bar; None is a number that does not exist yet.

    `signal` is the position to hold from the next bar on, in units of the spread: 1 long, −1 short, 0 none. `half_life`
    is infinite where the spread does not revert. `decay` is an alarm from 1 on.
    """

    spread: float | None
    z_score: float | None
    hedge_ratio: float | None
    signal: int
    half_life: float | None
    decay: float | None


class LivePair:
    """The state of one pair, equal bar by bar to the computations over whole columns.

    The spread is y − α − β·x with the α and β known at the bar; with the Kalman filter it is the surprise of the bar.
    The signal follows the backtest's rules: a position is taken at entry < |z| < stop, left when z has come back to
    exit, given up beyond stop, and then not taken again before |z| < exit (or, with exit = 0, before z has reached 0).
    """

    def __init__(self, settings: LiveSettings) -> None:
        self.settings = settings
        self.signal = 0
        self._locked = 0
        self._rolling = RollingHedge(settings.hedge_window or 0) if settings.hedge == "ROLLING" else None
        self._filter = KalmanFilter(settings.kalman) if settings.hedge == "KALMAN" else None
        self._z = RollingZScore(settings.window) if settings.window is not None else None
        self._half_life = RollingHalfLife(settings.half_life_window)
        self._decay = DecayMonitor(settings.decay) if settings.decay is not None else None

    def push(self, y: float, x: float, *, formed: bool = True) -> LiveTick:
        """Take one bar of both legs; while the pair is being formed nothing is decided and nothing decays."""
        spread, beta, deviation = self._spread(y, x)
        z = self._score(spread, deviation)
        if formed:
            self._decide(z, beta)
        plain = y - self.settings.alpha - self.settings.beta * x
        halving = self._half_life.push(plain)
        half_life = None if math.isnan(halving) else halving
        decay = self._decay.push(plain) if self._decay is not None and formed else None
        return LiveTick(_known(spread), _known(z), _known(beta), self.signal, half_life, decay)

    def to_bytes(self) -> bytes:
        """Everything that outlives a bar, for `from_bytes`."""
        parts = [part.snapshot() for part in self._parts()]
        head = json.dumps({"signal": self.signal, "locked": self._locked, "lengths": [*map(len, parts)]}).encode()
        return b"".join([len(head).to_bytes(4, "little"), head, *parts])

    @classmethod
    def from_bytes(cls, settings: LiveSettings, kept: bytes) -> Self:
        """The state that was kept, to the last bit.

        Raises
        ------
        ParameterError
            STATE_INVALID, the bytes are not of a pair with these settings.
        """
        pair, end = cls(settings), 4 + int.from_bytes(kept[:4], "little")
        try:
            head = json.loads(kept[4:end])
            pair.signal, pair._locked = head["signal"], head["locked"]
            for part, length in zip(pair._parts(), head["lengths"], strict=True):
                part.restore(kept[end : end + length])
                end += length
        except (ValueError, KeyError, TypeError) as error:
            message = "these bytes are not the state of this pair"
            raise ParameterError(message, code="STATE_INVALID", field="kept") from error
        return pair

    def _parts(self) -> list[Part]:
        return [part for part in (self._rolling, self._filter, self._z, self._half_life, self._decay) if part]

    def _spread(self, y: float, x: float) -> tuple[float, float, float]:
        """Spread, β, and the deviation of the spread where the filter knows one."""
        if self._filter is not None:
            _, beta, surprise, deviation = self._filter.update(y, x)
            return surprise, beta, deviation
        alpha, beta = self.settings.alpha, self.settings.beta
        if self._rolling is not None:
            alpha, beta = self._rolling.update(y, x)
        return y - alpha - beta * x, beta, math.nan

    def _score(self, spread: float, deviation: float) -> float:
        if self._z is not None:
            return self._z.push(spread)
        if self._filter is not None:
            return spread / deviation if deviation > 0.0 else math.nan
        return (spread - self.settings.mean) / self.settings.sd

    def _decide(self, z: float, beta: float) -> None:
        """Choose the position from the next bar on; an unknown z decides nothing."""
        if math.isnan(z):
            return
        rules, size = self.settings, abs(z)
        stop = math.inf if rules.stop is None else rules.stop
        if self.signal == 0:
            if size < rules.exit or (rules.exit == 0.0 and self._locked * z <= 0.0):
                self._locked = 0
            if not self._locked and rules.entry < size < stop and not math.isnan(beta):
                self.signal = -1 if z > 0.0 else 1
        elif self.signal * z >= -rules.exit:
            self.signal = 0
        elif size > stop:
            self.signal, self._locked = 0, -self.signal


class RollingHalfLife:
    """Half-life of the spread over the last bars: `half_life`'s value of the window.

    Infinite where φ ≥ 1, NaN where φ ≤ 0 or the window is not full.
    """

    def __init__(self, window: int) -> None:
        self._moments = RollingMoments(window - 1)
        self._before = math.nan

    def push(self, spread: float) -> float:
        """Take one spread; −ln 2 / ln φ with φ the AR(1) coefficient over the window that ends with it."""
        before, self._before = self._before, spread
        if math.isnan(before):
            return math.nan
        summary = self._moments.push(spread, before)
        if summary is None:
            return math.nan
        _, _, _, variation_before, covariation = summary
        if not variation_before > 0.0:
            return math.nan
        phi = float(covariation / variation_before)
        if phi >= 1.0:
            return math.inf
        return -math.log(2.0) / math.log(phi) if phi > 0.0 else math.nan

    def snapshot(self) -> bytes:
        """What `restore` continues from."""
        return json.dumps(self._before).encode().ljust(32) + self._moments.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Continue where a snapshot was taken, to the last bit."""
        self._before = json.loads(snapshot[:32])
        self._moments.restore(snapshot[32:])


def _known(value: float) -> float | None:
    return value if math.isfinite(value) else None
