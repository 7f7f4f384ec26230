"""The export route: who may take what away, and under which headers."""

from collections.abc import AsyncIterator

import httpx
import orjson
import pytest
from starlette.applications import Starlette

from tests import make
from titan_graphql import queue
from titan_graphql.events import bus
from titan_graphql.models.backtests import Backtest
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.server.callers import Callers
from titan_graphql.server.exports import EXPORT_ROUTE
from titan_graphql.services import backtest_runs, users
from titan_graphql.settings import Settings

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
async def client(settings: Settings, empty_redis: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the route alone, beside a queue that takes jobs."""
    broker = queue.connect(settings)
    app = Starlette(routes=[EXPORT_ROUTE])
    app.state.callers = Callers()
    transport = httpx.ASGITransport(app=app)
    async with bus.opened(settings.redis_url), httpx.AsyncClient(transport=transport, base_url="http://titan") as open_:
        yield open_
    broker.close()


async def exported() -> tuple[str, Backtest]:
    """The token of a researcher, and a finished backtest of theirs."""
    token = await make.token()
    owner = await users.authenticate(token)
    backtest = await make.backtest(owner)
    await backtest_runs.run(backtest.job_id)
    return token, backtest


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


FILES = {
    "trades.csv": "text/csv; charset=utf-8",
    "trades.json": "application/json",
    "equity.parquet": "application/vnd.apache.parquet",
    "report.html": "text/html; charset=utf-8",
}


async def test_the_owner_takes_everything_away(client):
    token, backtest = await exported()
    address = f"/exports/backtests/{encode_id('Backtest', backtest.id)}"
    for name, media_type in FILES.items():
        answer = await client.get(f"{address}/{name}", headers=bearer(token))
        assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="backtest-{backtest.id}')
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert len(answer.content) > 100


async def test_others_learn_nothing(client):
    token, backtest = await exported()
    address = f"/exports/backtests/{encode_id('Backtest', backtest.id)}"
    stranger = await make.token()
    other_kind = f"/exports/backtests/{encode_id('Pair', backtest.pair_id)}/trades.csv"
    asked = {
        "nobody": (f"{address}/trades.csv", {}, 401, "UNAUTHENTICATED"),
        "a wrong token": (f"{address}/trades.csv", bearer("titan_nonsense"), 401, "UNAUTHENTICATED"),
        "a stranger": (f"{address}/report.html", bearer(stranger), 404, "BACKTEST_NOT_FOUND"),
        "no id": ("/exports/backtests/x/trades.csv", bearer(token), 404, "ID_INVALID"),
        "another kind": (other_kind, bearer(token), 404, "ID_INVALID"),
        "no such format": (f"{address}/trades.exe", bearer(token), 404, "EXPORT_UNKNOWN"),
        "no such table": (f"{address}/orders.csv", bearer(token), 404, "EXPORT_UNKNOWN"),
        "no format": (f"{address}/trades", bearer(token), 404, "EXPORT_UNKNOWN"),
    }
    for url, headers, status, code in asked.values():
        answer = await client.get(url, headers=headers)
        assert answer.status_code == status
        assert orjson.loads(answer.content)["errors"][0]["extensions"]["code"] == code


async def test_an_unfinished_backtest_is_a_conflict(client):
    token = await make.token()
    backtest = await make.backtest(await users.authenticate(token))
    url = f"/exports/backtests/{encode_id('Backtest', backtest.id)}/equity.json"
    answer = await client.get(url, headers=bearer(token))
    assert answer.status_code == 409
    assert orjson.loads(answer.content)["errors"][0]["extensions"]["code"] == "BACKTEST_NOT_FINISHED"
