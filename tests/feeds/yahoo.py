"""A server on this machine that speaks Yahoo's chart format."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.feeds.binance import serving

NEW_YORK_OFFSET = -18_000
OPENS_AFTER = 14 * 3600 + 1800  # 9:30 in New York, in seconds of a UTC day of winter


class Yahoo:
    """Daily bars by symbol: the day in seconds since the epoch, and a close, or None for a day without one."""

    def __init__(self) -> None:
        self.bars: dict[str, dict[int, float | None]] = {}
        self.limited = 0
        self.asked: list[dict[str, str]] = []
        self.url = ""

    async def chart(self, request: Request) -> Response:
        symbol, query = request.path_params["symbol"], dict(request.query_params)
        self.asked.append({"symbol": symbol, **query})
        if self.limited:
            self.limited -= 1
            return PlainTextResponse("Too Many Requests", 429)
        if symbol not in self.bars:
            description = "No data found, symbol may be delisted"
            return JSONResponse({"chart": {"result": None, "error": {"code": "Not Found", "description": description}}})
        low, high = int(query.get("period1", 0)), int(query.get("period2", 1 << 40))
        days = [day for day in sorted(self.bars[symbol]) if low <= day + OPENS_AFTER < high]
        return JSONResponse({"chart": {"result": [_result(symbol, days, self.bars[symbol])], "error": None}})

    async def crumb(self, _: Request) -> Response:
        return PlainTextResponse("crumb")

    async def nothing(self, _: Request) -> Response:
        return PlainTextResponse("", 404)


@asynccontextmanager
async def yahoo() -> AsyncIterator[Yahoo]:
    """The server, for as long as a test."""
    own = Yahoo()
    routes = [
        Route("/v8/finance/chart/{symbol}", own.chart),
        Route("/v1/test/getcrumb", own.crumb),
        Route("/{rest:path}", own.nothing),
    ]
    async with serving(Starlette(routes=routes)) as own.url:
        yield own


def _result(symbol: str, days: list[int], bars: dict[int, float | None]) -> dict[str, Any]:
    closes = [bars[day] for day in days]
    near = {
        "open": [close and close - 0.5 for close in closes],
        "high": [close and close + 1.0 for close in closes],
        "low": [close and close - 1.0 for close in closes],
        "close": closes,
        "volume": [None if close is None else 1000 + k for k, close in enumerate(closes)],
    }
    hours = {"timezone": "EST", "start": 0, "end": 1 << 33, "gmtoffset": NEW_YORK_OFFSET}
    meta = {
        "currency": "USD", "symbol": symbol, "exchangeName": "NMS", "instrumentType": "EQUITY", "firstTradeDate": 0,
        "regularMarketTime": 1 << 31, "gmtoffset": NEW_YORK_OFFSET, "timezone": "EST", "priceHint": 2,
        "exchangeTimezoneName": "America/New_York", "longName": f"{symbol} Incorporated", "dataGranularity": "1d",
        "currentTradingPeriod": {"pre": hours, "regular": hours, "post": hours}, "range": "",
        "validRanges": ["1d", "5d", "1mo", "max"],
    }  # fmt: skip
    indicators = {"quote": [near if days else {}], "adjclose": [{"adjclose": closes}]}
    return {"meta": meta, "timestamp": [day + OPENS_AFTER for day in days], "indicators": indicators}
