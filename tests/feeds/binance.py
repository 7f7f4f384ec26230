"""A server on this machine that speaks Binance's own wire format: REST klines and the kline websocket."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

LIMIT_MAX = 1000
STEPS = {"1m": 60_000, "1h": 3_600_000, "1d": 86_400_000}
Kline = tuple[float, float, float, float, float]


class Binance:
    """What the exchange has, what it was asked, and who listens."""

    def __init__(self) -> None:
        self.now = 0
        self.listed: dict[str, tuple[str, str]] = {"BTCUSDT": ("BTC", "USDT"), "ETHUSDT": ("ETH", "USDT")}
        self.klines: dict[tuple[str, str], dict[int, Kline]] = {}
        self.delisted: set[str] = set()
        self.refusals: list[tuple[int, str | None]] = []
        self.asked: list[dict[str, str]] = []
        self.sockets: list[WebSocket] = []
        self.subscribed: dict[str, WebSocket] = {}
        self.changed = asyncio.Condition()
        self.url = ""

    def put(self, symbol: str, interval: str, first: int, closes: list[float]) -> None:
        """Bars from `first` on, whose open, high and low follow from the close."""
        bars = self.klines.setdefault((symbol, interval), {})
        for k, close in enumerate(closes):
            bars[first + k * STEPS[interval]] = (close - 0.25, close + 0.5, close - 0.5, close, 10.0 + k)

    async def time(self, _: Request) -> Response:
        return JSONResponse({"serverTime": self.now})

    async def exchange_info(self, _: Request) -> Response:
        symbols = [_listing(name, base, quote) for name, (base, quote) in self.listed.items()]
        return JSONResponse({"timezone": "UTC", "serverTime": self.now, "rateLimits": [], "symbols": symbols})

    async def nothing(self, _: Request) -> Response:
        return JSONResponse({"timezone": "UTC", "serverTime": self.now, "rateLimits": [], "symbols": []})

    async def get_klines(self, request: Request) -> Response:
        query = dict(request.query_params)
        self.asked.append(query)
        if self.refusals:
            status, wait = self.refusals.pop(0)
            headers = {} if wait is None else {"Retry-After": wait}
            code = -1003 if status in (418, 429) else -1000
            return JSONResponse({"code": code, "msg": "Not now."}, status, headers)
        symbol, interval = query["symbol"], query["interval"]
        if symbol not in self.listed or symbol in self.delisted:
            return JSONResponse({"code": -1121, "msg": "Invalid symbol."}, 400)
        bars, step = self.klines.get((symbol, interval), {}), STEPS[interval]
        wanted = [time for time in sorted(bars) if time >= int(query.get("startTime", 0))]
        limit = min(int(query.get("limit", 500)), LIMIT_MAX)
        return JSONResponse([_kline(time, step, bars[time]) for time in wanted[:limit]])

    async def socket(self, socket: WebSocket) -> None:
        await socket.accept()
        self.sockets.append(socket)
        with suppress(WebSocketDisconnect):
            while True:
                message = await socket.receive_json()
                async with self.changed:
                    self.subscribed |= dict.fromkeys(message["params"], socket)
                    await socket.send_json({"result": None, "id": message["id"]})
                    self.changed.notify_all()

    async def heard(self, *streams: str) -> None:
        """Wait until somebody listens to all of these."""
        async with self.changed:
            await self.changed.wait_for(lambda: all(stream in self.subscribed for stream in streams))

    async def tell(self, symbol: str, interval: str, time: int, kline: Kline, *, closed: bool = False) -> None:
        """One update of a bar to whoever listens to it; a closed one can also be asked for."""
        step = STEPS[interval]
        if closed:
            self.klines.setdefault((symbol, interval), {})[time] = kline
        o, h, l, c, v = map(str, kline)  # noqa: E741 (the wire's own letters)
        body = {
            "t": time, "T": time + step - 1, "s": symbol, "i": interval, "f": 1, "L": 2, "o": o, "c": c, "h": h, "l": l,
            "v": v, "n": 2, "x": closed, "q": "1", "V": "1", "Q": "1", "B": "0",
        }  # fmt: skip
        message = {"e": "kline", "E": time, "s": symbol, "k": body}
        await self.subscribed[f"{symbol.lower()}@kline_{interval}"].send_json(message)

    async def hang_up(self) -> None:
        """Close every connection."""
        async with self.changed:
            sockets, self.sockets = self.sockets, []
            self.subscribed.clear()
        for each in sockets:
            await each.close(1012)


@asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    """The address of a running server; its socket listens before the server is started."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1)
        server = uvicorn.Server(config)
        server.install_signal_handlers = lambda: None
        task = asyncio.create_task(server.serve(sockets=[listener]))
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await task


@asynccontextmanager
async def exchange() -> AsyncIterator[Binance]:
    """The exchange, for as long as a test."""
    own = Binance()
    routes = [
        Route("/api/v3/time", own.time),
        Route("/api/v3/exchangeInfo", own.exchange_info),
        Route("/api/v3/klines", own.get_klines),
        Route("/fapi/v1/exchangeInfo", own.nothing),
        Route("/dapi/v1/exchangeInfo", own.nothing),
        WebSocketRoute("/ws/{number}", own.socket),
    ]
    async with serving(Starlette(routes=routes)) as own.url:
        yield own


def _kline(time: int, step: int, kline: Kline) -> list[Any]:
    o, h, low, c, v = kline
    return [time, str(o), str(h), str(low), str(c), str(v), time + step - 1, "1.0", 2, "1.0", "1.0", "0"]


def _listing(name: str, base: str, quote: str) -> dict[str, Any]:
    filters = [
        {"filterType": "PRICE_FILTER", "minPrice": "0.01", "maxPrice": "1000000", "tickSize": "0.01"},
        {"filterType": "LOT_SIZE", "minQty": "0.00001", "maxQty": "9000", "stepSize": "0.00001"},
    ]
    return {
        "symbol": name, "status": "TRADING", "baseAsset": base, "baseAssetPrecision": 8, "quoteAsset": quote,
        "quotePrecision": 8, "quoteAssetPrecision": 8, "orderTypes": ["LIMIT"], "icebergAllowed": True,
        "ocoAllowed": True, "isSpotTradingAllowed": True, "isMarginTradingAllowed": False, "filters": filters,
        "permissions": ["SPOT"],
    }  # fmt: skip
