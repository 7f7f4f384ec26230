"""Markets as they are known before anybody has imported anything: their hours and their currency."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Venue:
    """A market; `calendar` is a code of the exchange_calendars library, None where nothing is known of the hours."""

    code: str
    name: str
    timezone: str = "UTC"
    currency: str = "USD"
    calendar: str | None = None


OTHER = Venue("OTHER", "No particular market")
VENUES = {
    venue.code: venue
    for venue in (
        Venue("US", "US equities", "America/New_York", "USD", "XNYS"),
        Venue("UK", "London Stock Exchange", "Europe/London", "GBP", "XLON"),
        Venue("DE", "Xetra", "Europe/Berlin", "EUR", "XETR"),
        Venue("JP", "Tokyo Stock Exchange", "Asia/Tokyo", "JPY", "XTKS"),
        Venue("HK", "Hong Kong Stock Exchange", "Asia/Hong_Kong", "HKD", "XHKG"),
        Venue("CME", "CME Group futures", "America/Chicago", "USD", "CMES"),
        Venue("ICE", "ICE Futures", "America/New_York", "USD", "IEPA"),
        Venue("CRYPTO", "Crypto currencies", "UTC", "USD", "24/7"),
        Venue("FX", "Currencies", "UTC", "USD", "24/5"),
        OTHER,
    )
}
