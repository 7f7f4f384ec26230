"""The documents of the backtest, sweep and walk-forward pages, asked as a client asks them."""

from tests import make
from titan_graphql.models.backtests import Backtest
from titan_graphql.models.sweeps import Sweep
from titan_graphql.models.users import User
from titan_graphql.models.walk_forwards import WalkForward
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import backtest_runs, pairs, sweep_runs, users, walk_forward_runs

FORMATION = {"start": "2020-01-01T00:00:00Z", "end": "2020-04-30T00:00:00Z"}
TRADING = {"start": "2020-04-30T00:00:00Z", "end": "2020-10-27T00:00:00Z"}
START_BACKTEST = """mutation($input: StartBacktestInput!) { startBacktest(input: $input) {
  __typename ... on Backtest { id spec { hedge fill borrowBps sizing rehedgeBand } attribution { total } }
  ... on Problem { code path } } }"""
READ_BACKTEST = """query($id: ID!) { node(id: $id) { ... on Backtest {
  attribution { priceY priceX hedgeDrift commission slippage borrow dividends total }
  leakCheck { verdict cuts leak { bar column cut method } selection { verdict scan { id } } }
  manifest { datasets { leg revision contentHash } codeVersion parameters seed inputHash resultHash }
  trials { tried campaign { name tried trials { kind tried } } probabilisticSharpe { value reason }
           deflatedSharpe { value } expectedBestSharpe { value } minimumTrackRecord { value reason } }
  equity(maxPoints: 20) { count hedgeRatio zScore }
  trades(first: 1) { nodes { rehedges costs exitReason } } } } }"""
COMPARE = """query($a: ID!, $b: ID!) { compareBacktests(a: $a, b: $b) {
  same a { id } b { id } differences { kind name a b } restated { leg time column a b } restatedCount
  firstDivergence { column time } } }"""
START_SWEEP = """mutation($input: StartSweepInput!) { startSweep(input: $input) {
  __typename ... on Sweep { id setCount spec { hedge window stop } } ... on Problem { code message path } } }"""
READ_SWEEP = """query($id: ID!) { node(id: $id) { ... on Sweep {
  summary { sets withoutTrades overfitting { value reason } lossAfterSelection { value } overfittingTrials
            null { pValue draws median high } }
  trials { tried deflatedSharpe { value } }
  top(first: 2) { rank hedge window entry exit stop maxHold costBps sharpe totalReturn maxDrawdown trades turnover }
  heatMap(x: ENTRY, y: EXIT, figure: TRADES, reduce: BEST) { x y values } resultHash } }
  sweeps(first: 5) { nodes { id } } }"""
START_WALK = """mutation($input: StartWalkForwardInput!) { startWalkForward(input: $input) {
  __typename ... on WalkForward { id spec { universe formation hedge } } ... on Problem { code path } } }"""
READ_WALK = """query($id: ID!) { node(id: $id) { ... on WalkForward {
  summary { steps tried trades totalReturn { value } sharpe { value } maxDrawdown { value } inSampleSharpe { value } }
  equity(maxPoints: 10) { count time equity drawdown downsampledFrom }
  steps { formation { start end } trading { start end } profit trades tests
          choices { y x pValue entry exit stop maxHold inSampleSharpe outOfSampleReturn delisted } }
  trials { tried } } } walkForwards(first: 5) { nodes { id } } }"""


async def ada() -> users.Viewer:
    """The researcher of these tests, as services know her."""
    return await users.authenticate(await make.secret_of(await User.get(name="ada"), "second"))


async def test_a_backtest_shows_why_it_may_be_believed(researcher):
    pair = await make.pair(await ada())
    chosen = {"pairId": encode_id("Pair", pair.id), "formation": FORMATION, "trading": TRADING, "hedge": "KALMAN"}
    ids = []
    for entry in (0.5, 0.6):
        asked = {**chosen, "entry": entry, "exit": 0.1, "borrowBps": 50.0, "sizing": "VOLATILITY_TARGET"}
        started = (await researcher.data(START_BACKTEST, input=asked))["startBacktest"]
        assert started["spec"] == {
            "hedge": "KALMAN", "fill": "CLOSE", "borrowBps": 50.0, "sizing": "VOLATILITY_TARGET", "rehedgeBand": None,
        }  # fmt: skip
        assert started["attribution"] is None
        ids.append(started["id"])
    for row in await Backtest.all():
        await backtest_runs.run(row.job_id)

    found = (await researcher.data(READ_BACKTEST, id=ids[0]))["node"]
    assert found["leakCheck"]["verdict"] == "CLEAN"
    assert found["leakCheck"]["selection"] == {"verdict": "NOT_SCANNED", "scan": None}
    assert len(found["leakCheck"]["cuts"]) == 6
    assert [one["leg"] for one in found["manifest"]["datasets"]] == ["y", "x"]
    assert found["trials"]["tried"] == found["trials"]["campaign"]["tried"] == 2
    assert found["trials"]["campaign"]["trials"] == [{"kind": "BACKTEST", "tried": 2}]
    assert found["equity"]["count"] == len(found["equity"]["hedgeRatio"]) == 20
    compared = (await researcher.data(COMPARE, a=ids[0], b=ids[1]))["compareBacktests"]
    assert (compared["same"], compared["restated"]) == (False, [])
    assert {"kind": "PARAMETER", "name": "entry", "a": "0.5", "b": "0.6"} in compared["differences"]
    same = (await researcher.data(COMPARE, a=ids[0], b=ids[0]))["compareBacktests"]
    assert (same["same"], same["differences"], same["firstDivergence"]) == (True, [], None)


async def test_a_sweep_shows_its_map_and_its_odds(researcher):
    pair = await make.pair(await ada())
    asked = {"pairId": encode_id("Pair", pair.id), "formation": FORMATION, "trading": TRADING}
    axes = {"entry": [1.0, 1.5, 2.0], "exit": [0.0, 0.5], "window": [None, 30], "stop": [None, 4.0]}
    started = (await researcher.data(START_SWEEP, input={**asked, "axes": axes}))["startSweep"]
    assert (started["setCount"], started["spec"]["stop"]) == (24, [None, 4.0])
    await sweep_runs.run((await Sweep.get()).job_id)

    answer = await researcher.data(READ_SWEEP, id=started["id"])
    found = answer["node"]
    assert answer["sweeps"]["nodes"] == [{"id": started["id"]}]
    assert found["summary"]["sets"] == found["trials"]["tried"] == 24
    assert [cell["rank"] for cell in found["top"]] == [1, 2]
    assert found["top"][0]["sharpe"] >= found["top"][1]["sharpe"]
    assert (found["heatMap"]["x"], found["heatMap"]["y"]) == (["1", "1.5", "2"], ["0", "0.5"])
    assert len(found["heatMap"]["values"]) == 6
    wide = {"entry": [1.0 + k / 100 for k in range(250)], "exit": [k / 1000 for k in range(250)]}
    wide |= {"stop": [10.0 + k for k in range(250)], "costBps": [float(k) for k in range(64)]}
    refused = (await researcher.data(START_SWEEP, input={**asked, "axes": wide}))["startSweep"]
    assert (refused["__typename"], refused["code"]) == ("LimitExceededProblem", "GRID_TOO_LARGE")
    assert "1,000,000,000" in refused["message"]


async def test_a_walk_forward_shows_its_steps(researcher):
    owner = await ada()
    y, x = await pairs.legs(await make.pair(owner))
    asked = {
        "universe": {"symbols": [y.symbol, x.symbol]}, "period": {"start": FORMATION["start"], "end": TRADING["end"]},
        "formation": 100, "trading": 50, "pairs": 1,
    }  # fmt: skip
    started = (await researcher.data(START_WALK, input=asked))["startWalkForward"]
    assert started["__typename"] == "WalkForward"
    await walk_forward_runs.run((await WalkForward.get()).job_id)

    found = (await researcher.data(READ_WALK, id=started["id"]))["node"]
    assert found["summary"]["steps"] == len(found["steps"]) == 4
    assert found["steps"][0]["trading"]["end"] == found["steps"][1]["trading"]["start"]
    assert (found["equity"]["count"], found["equity"]["downsampledFrom"]) == (10, 200)
    refused = (await researcher.data(START_WALK, input={**asked, "formation": 10}))["startWalkForward"]
    assert refused == {
        "__typename": "InvalidInputProblem",
        "code": "FORMATION_TOO_SHORT",
        "path": ["input", "formation"],
    }
