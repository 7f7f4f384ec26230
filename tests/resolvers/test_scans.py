"""Scans over the graph: whole answers, problems of the mutation, and statements that do not grow with a list."""

import asyncio
from datetime import date
from threading import Event

import pytest

from tests import make, make_scans
from tests.resolvers.conftest import Caller
from tests.sql import recorded_sql
from titan_graphql.models.scans import Scan
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import kernels, market_universes, pairs, scan_runs, users
from titan_graphql.services.market_universes import Stay
from titan_graphql.services.users import Viewer

INPUT = {
    "universe": {"market": "US"},
    "formation": {"start": "2020-01-01T00:00:00Z", "end": "2021-01-01T00:00:00Z"},
}
START = """mutation ($input: StartScanInput!) { startScan(input: $input) { __typename
  ... on Scan { id instrumentCount bars summary { pairsTested } job { state kind } }
  ... on Problem { code path } } }"""
RESULTS = """query ($first: Int!) { scans(first: 1) { nodes { results(first: $first) { totalCount nodes {
  rank pValue y { symbol market { code } } x { symbol } scan { bars } } } } } }"""
SCREEN = """query ($input: ScreenInput!) { screen(input: $input) { bars verdict
  summary { pairsTested untestable belowLevel expectedFalse discoveries }
  matrix { symbols pValues } unusable { symbol reason } } }"""


async def ada() -> Viewer:
    found = await users.authenticate(await make.secret_of(await users.by_name("ada"), "more"))
    assert found is not None
    return found


async def test_a_scan_from_start_to_result(researcher: Caller):
    await make_scans.universe(make_scans.walks(3))
    await make.listed("FLAT", [1.0] * 60)
    started = (await researcher.data(START, input=INPUT))["startScan"]
    scan_id = started.pop("id")
    assert started == {
        "__typename": "Scan",
        "instrumentCount": 4,
        "bars": 0,
        "summary": None,
        "job": {"state": "QUEUED", "kind": started["job"]["kind"]},
    }
    await scan_runs.run((await Scan.first()).job_id)

    data = await researcher.data(
        """query ($id: ID!) { scan(id: $id) { bars verdict unusable { symbol reason } job { state }
          summary { pairsTested untestable expectedFalse }
          spec { universe prices trend criterion maxLag correction level keep }
          matrix { symbols }
          results(first: 100, where: { OR: [{ y: { eq: "W01" } }, { rank: { lte: 1 } }] }) { totalCount } } }""",
        id=scan_id,
    )

    tested = (await Scan.first()).summary
    verdict = (
        f"{tested['below_level']} of 6 directed pairs have p < 0.05; 0.3 would by chance alone; "
        f"{tested['discoveries']} remain after BY."
    )
    assert data["scan"].pop("results")["totalCount"] in {2, 3}
    assert data == {
        "scan": {
            "bars": 120,
            "verdict": verdict,
            "unusable": [{"symbol": "FLAT", "reason": "its price does not change"}],
            "job": {"state": "SUCCEEDED"},
            "summary": {"pairsTested": 6, "untestable": 0, "expectedFalse": 6 * 0.05},
            "spec": {
                "universe": "US",
                "prices": "LOG",
                "trend": "C",
                "criterion": "AIC",
                "maxLag": None,
                "correction": "BY",
                "level": 0.05,
                "keep": 1000,
            },
            "matrix": {"symbols": ["FLAT", "W00", "W01", "W02"]},
        }
    }


@pytest.mark.parametrize(
    ("changes", "problem", "code", "path"),
    [
        ({"level": 0}, "InvalidInputProblem", "LEVEL_OUT_OF_RANGE", ["level"]),
        ({"universe": {}}, "InvalidInputProblem", "UNIVERSE_INVALID", ["universe"]),
        ({"universe": {"market": "NO"}}, "NotFoundProblem", "MARKET_NOT_FOUND", ["universe", "market"]),
        ({"idempotencyKey": ""}, "InvalidInputProblem", "IDEMPOTENCY_KEY_INVALID", ["idempotencyKey"]),
    ],
)
async def test_a_scan_that_cannot_run_is_a_problem(
    researcher: Caller, changes: dict, problem: str, code: str, path: list[str]
):
    await make_scans.universe(make_scans.walks(2))

    data = await researcher.data(START, input={**INPUT, **changes})

    assert data == {"startScan": {"__typename": problem, "code": code, "path": ["input", *path]}}
    assert await Scan.all().count() == 0


async def test_the_statements_of_a_list_do_not_grow_with_it(researcher: Caller):
    await make_scans.universe(make_scans.walks(5))
    await make_scans.scanned(await ada(), make_scans.spec())
    await researcher.data(RESULTS, first=1)  # the caller is remembered from now on
    statements = []
    for first in (2, 20):
        with recorded_sql() as sql:
            data = await researcher.data(RESULTS, first=first)
        statements.append(len(sql))
        assert [node["rank"] for node in data["scans"]["nodes"][0]["results"]["nodes"]] == list(range(1, first + 1))

    assert statements[0] == statements[1]


async def test_a_screen_answers_at_once(researcher: Caller):
    await make_scans.universe(make_scans.walks(3))

    data = (await researcher.data(SCREEN, input=INPUT))["screen"]

    matrix = data.pop("matrix")
    assert matrix["symbols"] == ["W00", "W01", "W02"]
    assert [k for k, value in enumerate(matrix["pValues"]) if value is None] == [0, 4, 8]
    below = sum(value is not None and value < 0.05 for value in matrix["pValues"])
    found = data["summary"]["discoveries"]
    assert data == {
        "bars": 120,
        "verdict": f"{below} of 6 directed pairs have p < 0.05; 0.3 would by chance alone; {found} remain after BY.",
        "summary": {
            "pairsTested": 6,
            "untestable": 0,
            "belowLevel": below,
            "expectedFalse": 6 * 0.05,
            "discoveries": found,
        },
        "unusable": [],
    }


async def test_a_named_universe_is_scanned_as_of_a_day(researcher: Caller):
    viewer = await ada()
    members = await make_scans.universe(make_scans.walks(4))
    stays = [Stay(members[0].id), Stay(members[1].id), Stay(members[2].id, since=date(2020, 6, 1))]
    universe = encode_id("Universe", (await market_universes.create(viewer, "Three", None, stays)).id)
    asked = {**INPUT, "universe": {"id": universe, "asOf": "2020-05-31"}}

    scan_id = (await researcher.data(START, input=asked))["startScan"]["id"]
    spec = await researcher.data(
        "query ($id: ID!) { scan(id: $id) { instrumentCount spec { universe universeId asOf } } }", id=scan_id
    )
    screen = await researcher.data(SCREEN, input={**asked, "universe": {"id": universe}})
    estimate = await researcher.data(
        "query ($input: EstimateJobInput!) { estimateJob(input: $input) { tests } }", input={"scan": asked}
    )

    assert spec["scan"] == {
        "instrumentCount": 2,
        "spec": {"universe": "Three as of 2020-05-31", "universeId": universe, "asOf": "2020-05-31"},
    }
    assert screen["screen"]["matrix"]["symbols"] == ["W00", "W01", "W02"]
    assert estimate == {"estimateJob": {"tests": 2}}


async def test_a_screen_that_finds_all_processors_taken_says_so(researcher: Caller, monkeypatch: pytest.MonkeyPatch):
    await make_scans.universe(make_scans.walks(3))
    places, release = kernels.Places(1, wait_seconds=0.05), Event()
    monkeypatch.setattr(kernels, "queries", places)
    taken = asyncio.create_task(places.run(release.wait))
    await asyncio.sleep(0)  # the task has the only place

    answer = await researcher.answer(SCREEN, input=INPUT)
    release.set()
    await taken

    (error,) = answer["errors"]
    assert (error["message"], error["path"]) == ("All processors were busy for 0.05 s; try again", ["screen"])
    assert (error["extensions"]["code"], error["extensions"]["retryable"]) == ("BUSY", True)
    assert (await researcher.data(SCREEN, input=INPUT))["screen"]["bars"] == 120


async def test_a_job_is_estimated_beforehand(researcher: Caller):
    await make_scans.universe(make_scans.walks(3))

    data = await researcher.data(
        "query ($input: EstimateJobInput!) { estimateJob(input: $input) { instruments bars tests seconds } }",
        input={"scan": INPUT},
    )

    seconds = data["estimateJob"].pop("seconds")
    assert data == {"estimateJob": {"instruments": 3, "bars": 120, "tests": 6}}
    assert 0.0 < seconds < 1.0


async def test_what_scans_said_of_a_pair_and_another_user_sees_none(researcher: Caller, reader: Caller):
    await make_scans.universe(make_scans.walks(3))
    viewer = await ada()
    scan = await make_scans.scanned(viewer, make_scans.spec())
    await pairs.create(viewer, "W01", "W00")

    said = await researcher.data(
        """{ pair(y: "W01", x: "W00") { scanResults(first: 5) { nodes {
          y { symbol } x { symbol } lags ssd note } } } }"""
    )
    hidden = await reader.data("{ scans(first: 5) { nodes { id } } }")

    (node,) = said["pair"]["scanResults"]["nodes"]
    assert (node["y"], node["x"], node["note"]) == ({"symbol": "W01"}, {"symbol": "W00"}, None)
    assert node["ssd"] > 0.0
    assert hidden == {"scans": {"nodes": []}}
    assert scan.bars == 120
