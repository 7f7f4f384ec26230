"""Why a number cannot be computed, as exceptions that carry a code a caller can switch on."""


class QuantError(ValueError):
    """Input on which the asked statistic is undefined; `code` names the reason in SCREAMING_SNAKE."""

    code: str = "UNDEFINED"


class SeriesConstantError(QuantError):
    """A series that does not vary has no regression, no correlation and no z-score."""

    code = "SERIES_CONSTANT"


class SeriesTooShortError(QuantError):
    """Fewer bars than the statistic needs."""

    code = "SERIES_TOO_SHORT"


class SeriesSingularError(QuantError):
    """One leg is an exact linear function of the other: their spread is rounding noise."""

    code = "SERIES_SINGULAR"


class PriceNotPositiveError(QuantError):
    """Logarithms need positive prices."""

    code = "PRICE_NOT_POSITIVE"


class ArithmeticOverflowError(QuantError):
    """Prices, quantities or thresholds so extreme that the result is not a finite number."""

    code = "ARITHMETIC_OVERFLOW"


class ParameterError(QuantError):
    """A parameter outside its domain; the message names it, its value and the domain.

    `code` is specific (THRESHOLD_ORDER, FEE_OUT_OF_RANGE …) and `field` is the parameter's name.
    """

    code = "PARAMETER_OUT_OF_RANGE"

    def __init__(self, message: str, *, code: str | None = None, field: str = "") -> None:
        super().__init__(message)
        self.field = field
        if code is not None:
            self.code = code
