"""Why a number cannot be computed, as exceptions that carry a code a caller can switch on."""

from typing import ClassVar


class QuantError(ValueError):
    """Input on which the asked statistic is undefined; `code` names the reason in SCREAMING_SNAKE."""

    code: ClassVar[str] = "UNDEFINED"


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


class ParameterError(QuantError):
    """A parameter outside its domain; the message names it, its value and the domain."""

    code = "PARAMETER_OUT_OF_RANGE"
