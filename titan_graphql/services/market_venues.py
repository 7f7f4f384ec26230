"""The markets that this installation knows before anybody has imported anything."""

from dataclasses import dataclass

from exchange_calendars import get_calendar, get_calendar_names

from titan_graphql.errors import InvalidInputError
from titan_graphql.models.markets import Market
from titan_graphql.services.texts import could_name

CODE_MAX = 20
NO_VENUE = "OTHER"


@dataclass(frozen=True, slots=True)
class Venue:
    """What is known of a market; `calendar` is a code of the exchange_calendars library."""

    name: str
    timezone: str
    currency: str
    calendar: str | None


VENUES = {
    "US": Venue("US equities", "America/New_York", "USD", "XNYS"),
    "UK": Venue("London Stock Exchange", "Europe/London", "GBP", "XLON"),
    "DE": Venue("Xetra", "Europe/Berlin", "EUR", "XETR"),
    "JP": Venue("Tokyo Stock Exchange", "Asia/Tokyo", "JPY", "XTKS"),
    "HK": Venue("Hong Kong Stock Exchange", "Asia/Hong_Kong", "HKD", "XHKG"),
    "CME": Venue("CME Group futures", "America/Chicago", "USD", "CMES"),
    "ICE": Venue("ICE Futures", "America/New_York", "USD", "IEPA"),
    "CRYPTO": Venue("Crypto currencies", "UTC", "USD", "24/7"),
    "FX": Venue("Currencies", "UTC", "USD", "24/5"),
    NO_VENUE: Venue("No particular market", "UTC", "USD", None),
}


async def find_or_draft(code: str, currency: str | None = None) -> Market:
    """The market of this code; one that nobody has used yet comes unsaved.

    Raises:
        InvalidInputError: MARKET_UNKNOWN.
    """
    found = await Market.get_or_none(code=code) if could_name(code, CODE_MAX, ["market"]) else None
    if found is not None:
        return found
    venue = VENUES.get(code) or _exchange(code)
    return Market(
        code=code,
        name=venue.name,
        timezone=venue.timezone,
        currency=currency or venue.currency,
        calendar=venue.calendar,
    )


def _exchange(code: str) -> Venue:
    """Any exchange by its ISO 10383 code, such as XPAR."""
    if len(code) > CODE_MAX or code not in get_calendar_names(include_aliases=False):
        message = f"{code[:CODE_MAX]!r} is none of {', '.join(VENUES)}, nor an exchange's code such as XPAR"
        raise InvalidInputError("MARKET_UNKNOWN", message, ["market"])
    return Venue(f"Exchange {code}", str(get_calendar(code, start="2024-01-01").tz), "USD", code)
