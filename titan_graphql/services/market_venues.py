"""The markets of this installation, and those that it knows before anybody has imported anything."""

from titan_graphql.errors import InvalidInputError
from titan_graphql.feeds.venues import OTHER, Venue
from titan_graphql.feeds.venues import VENUES as VENUES
from titan_graphql.models.markets import Market
from titan_graphql.services.markets import CODE_MAX
from titan_graphql.services.texts import could_name

NO_VENUE = OTHER.code


async def find_or_draft(code: str, currency: str | None = None) -> Market:
    """The market of this code; one that nobody has used yet comes unsaved.

    Raises:
        InvalidInputError: MARKET_UNKNOWN.
    """
    found = await Market.get_or_none(code=code) if could_name(code, CODE_MAX, ["market"]) else None
    return found or _draft(VENUES.get(code) or _exchange(code), currency)


async def find_or_draft_venue(venue: Venue) -> Market:
    """The market of a provider; one that nobody has used yet comes unsaved."""
    return await Market.get_or_none(code=venue.code) or _draft(VENUES.get(venue.code, venue))


def _draft(venue: Venue, currency: str | None = None) -> Market:
    return Market(
        code=venue.code,
        name=venue.name,
        timezone=venue.timezone,
        currency=currency or venue.currency,
        calendar=venue.calendar,
    )


def _exchange(code: str) -> Venue:
    """Any exchange by its ISO 10383 code, such as XPAR."""
    # It brings pandas along, which every start would wait for.
    from exchange_calendars import get_calendar, get_calendar_names

    if len(code) > CODE_MAX or code not in get_calendar_names(include_aliases=False):
        message = f"{code[:CODE_MAX]!r} is neither one of {', '.join(VENUES)} nor an exchange's code such as XPAR"
        raise InvalidInputError("MARKET_UNKNOWN", message, ["market"])
    return Venue(code, f"Exchange {code}", str(get_calendar(code, start="2024-01-01").tz), "USD", code)
