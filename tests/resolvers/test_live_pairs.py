"""Watched pairs and alert rules over the graph: whole answers, and every refusal with its code."""

from typing import Any

import pytest

from tests import make
from tests.resolvers.conftest import Caller
from tests.sql import recorded_sql
from titan_graphql.models.alerts import AlertRule
from titan_graphql.models.live_pairs import PairWatch
from titan_graphql.models.pairs import Pair
from titan_graphql.resolvers.nodes import encode_id
from titan_graphql.services import users
from titan_graphql.services.users import Viewer

FORMATION = {"start": "2020-01-01T00:00:00Z", "end": "2020-04-30T00:00:00Z"}
WATCH = """mutation ($input: WatchPairInput!) { watchPair(input: $input) { __typename
  ... on PairWatch { id hedge prices timeframe entry exit stop window falseAlarmBars formation { start end }
    state { seq signal stale staleSince replay reason barTime } recentTime }
  ... on Problem { code path } } }"""
UNWATCH = """mutation ($input: UnwatchPairInput!) { unwatchPair(input: $input) { __typename
  ... on Pair { id live { seq } } ... on Problem { code path } } }"""
CREATE = """mutation ($input: CreateAlertRuleInput!) { createAlertRule(input: $input) { __typename
  ... on CreatedAlertRule { webhookSecret rule { id name kind side threshold margin enabled armed webhookUrl
    pair { id } } }
  ... on Problem { code path } } }"""
LIST = """{ watchedPairs(first: 50) { totalCount nodes { entry recentTime recentZScore pair { y { symbol } }
  state { zScore pair { x { symbol } } } } } }"""


async def ada() -> Viewer:
    found = await users.authenticate(await make.secret_of(await users.by_name("ada"), "more"))
    assert found is not None
    return found


def watching(pair: Pair, **changes: Any) -> dict[str, Any]:
    return {"pairId": encode_id("Pair", pair.id), "formation": FORMATION, **changes}


async def test_a_pair_is_watched_from_its_stored_bars_on_and_then_no_more(researcher: Caller):
    pair = await make.pair(await ada())

    answer = (await researcher.data(WATCH, input=watching(pair, entry=1.5, hedge="KALMAN", stop=4.0)))["watchPair"]

    times = answer.pop("recentTime")
    assert len(times) == 60
    assert times[-1] == 1_577_836_800_000 + 299 * 86_400_000
    watch_id = answer.pop("id")
    assert answer == {
        "__typename": "PairWatch", "hedge": "KALMAN", "prices": "LOG", "timeframe": "D1", "entry": 1.5, "exit": 0.5,
        "stop": 4.0, "window": None, "falseAlarmBars": 2520, "formation": FORMATION,
        "state": {
            "seq": 1, "signal": answer["state"]["signal"], "stale": False, "staleSince": None, "replay": False,
            "reason": "Formed from stored bars; no live bar of both legs has come yet",
            "barTime": "2020-10-26T00:00:00Z",
        },
    }  # fmt: skip
    again = (await researcher.data(WATCH, input=watching(pair)))["watchPair"]
    assert (again["id"], again["state"]["seq"], again["hedge"], again["stop"]) == (watch_id, 2, "OLS", None)
    left = (await researcher.data(UNWATCH, input={"pairId": encode_id("Pair", pair.id)}))["unwatchPair"]
    assert left == {"__typename": "Pair", "id": encode_id("Pair", pair.id), "live": None}
    assert await PairWatch.all().count() == 0
    twice = (await researcher.data(UNWATCH, input={"pairId": encode_id("Pair", pair.id)}))["unwatchPair"]
    assert twice == {"__typename": "NotFoundProblem", "code": "WATCH_NOT_FOUND", "path": ["input", "pairId"]}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"entry": 0.0, "exit": 0.0}, "THRESHOLD_ORDER", "entry"),
        ({"entry": 1.0, "exit": -1.0}, "THRESHOLD_NEGATIVE", "exit"),
        ({"entry": 2.0, "stop": 2.0}, "THRESHOLD_ORDER", "stop"),
        ({"window": 1}, "LOOKBACK_TOO_SHORT", "window"),
        ({"window": 121}, "LOOKBACK_TOO_LONG", "window"),
        ({"window": 2_147_483_647}, "LOOKBACK_TOO_LONG", "window"),
        ({"falseAlarmBars": 1}, "PARAMETER_OUT_OF_RANGE", "falseAlarmBars"),
        ({"staleAfterSeconds": 0}, "PARAMETER_OUT_OF_RANGE", "staleAfterSeconds"),
        ({"timeframe": "M1"}, "NO_DATA", "timeframe"),
        ({"formation": {"start": "2019-01-01T00:00:00Z", "end": FORMATION["end"]}}, "FORMATION_OUTSIDE_HISTORY", ""),
        ({"formation": {"start": FORMATION["start"], "end": "2030-01-01T00:00:00Z"}}, "FORMATION_OUTSIDE_HISTORY", ""),
        ({"formation": {"start": "2031-01-01T00:00:00Z", "end": "2032-01-01T00:00:00Z"}}, "NO_DATA", ""),
        ({"formation": {"start": FORMATION["end"], "end": FORMATION["start"]}}, "PERIOD_REVERSED", ""),
        ({"formation": {"start": FORMATION["start"], "end": "2020-01-20T00:00:00Z"}}, "FORMATION_TOO_SHORT", ""),
    ],
)
async def test_settings_that_make_no_sense(researcher: Caller, changes: dict[str, Any], code: str, field: str):
    pair = await make.pair(await ada())

    answer = (await researcher.data(WATCH, input=watching(pair, **changes)))["watchPair"]

    assert (answer["code"], answer["path"]) == (code, ["input", field or "formation"])
    assert await PairWatch.all().count() == 0


async def test_other_peoples_pairs_are_not_found(researcher: Caller):
    other = await make.viewer()
    pair = await make.pair(other)
    pair_id = encode_id("Pair", pair.id)

    answers = [
        (await researcher.data(WATCH, input=watching(pair)))["watchPair"],
        (await researcher.data(UNWATCH, input={"pairId": pair_id}))["unwatchPair"],
        (await researcher.data(CREATE, input={"pairId": pair_id, "kind": "DECAY", "name": "x"}))["createAlertRule"],
    ]

    assert [(answer["code"], answer["path"]) for answer in answers] == [("PAIR_NOT_FOUND", ["input", "pairId"])] * 3
    assert await PairWatch.all().count() == await AlertRule.all().count() == 0


async def test_the_hundred_and_first_pair_is_not_watched(researcher: Caller):
    viewer = await ada()
    first = await make.pair(viewer)
    await researcher.data(WATCH, input=watching(first))
    legs = [(await Pair.get(id=first.id)).y_id, (await Pair.get(id=first.id)).x_id]
    row = {name: value for name, value in dict(await PairWatch.get()).items() if name not in {"id", "pair_id"}}
    others = [await Pair.create(owner_id=viewer.user_id, y=await make.instrument(), x_id=legs[1]) for _ in range(99)]
    await PairWatch.bulk_create([PairWatch(**row, pair_id=one.id) for one in others])
    last = await make.pair(viewer, seed=2)

    answer = (await researcher.data(WATCH, input=watching(last)))["watchPair"]

    assert answer == {"__typename": "LimitExceededProblem", "code": "WATCHES_TOO_MANY", "path": ["input", "pairId"]}
    assert (await researcher.data(WATCH, input=watching(first)))["watchPair"]["__typename"] == "PairWatch"


async def test_the_board_costs_the_same_statements_however_long_it_is(researcher: Caller):
    viewer = await ada()
    counts = []
    for seed in (1, 2, 3):
        await researcher.data(WATCH, input=watching(await make.pair(viewer, seed=seed)))
        with recorded_sql() as statements:
            data = await researcher.data(LIST)
        counts.append(len(statements))

    assert data["watchedPairs"]["totalCount"] == 3
    assert {len(node["recentZScore"]) for node in data["watchedPairs"]["nodes"]} == {60}
    assert counts[1] == counts[2]


async def test_a_rule_is_made_changed_and_removed(researcher: Caller):
    pair = await make.pair(await ada())
    pair_id = encode_id("Pair", pair.id)
    new = {
        "pairId": pair_id,
        "kind": "Z_SCORE",
        "name": " far ",
        "threshold": 2.5,
        "webhookUrl": "https://example.com/a",
    }

    made = (await researcher.data(CREATE, input=new))["createAlertRule"]

    rule_id = made["rule"].pop("id")
    assert made.pop("webhookSecret").startswith("whsec_")
    expected = {
        "name": "far", "kind": "Z_SCORE", "side": "ABOVE", "threshold": 2.5, "margin": 0.25, "enabled": True,
        "armed": True, "webhookUrl": "https://example.com/a", "pair": {"id": pair_id},
    }  # fmt: skip
    assert made == {"__typename": "CreatedAlertRule", "rule": expected}
    update = """mutation ($input: UpdateAlertRuleInput!) { updateAlertRule(input: $input) {
      ... on AlertRule { name enabled } ... on Problem { code path } } }"""
    changed = await researcher.data(update, input={"id": rule_id, "enabled": False, "name": "farther"})
    assert changed == {"updateAlertRule": {"name": "farther", "enabled": False}}
    listed = await researcher.data("{ alertRules(first: 5) { nodes { name } } alerts(first: 5) { totalCount } }")
    assert listed == {"alertRules": {"nodes": [{"name": "farther"}]}, "alerts": {"totalCount": 0}}
    remove = "mutation ($input: RemoveAlertRuleInput!) { removeAlertRule(input: $input) { __typename } }"
    assert await researcher.data(remove, input={"id": rule_id}) == {"removeAlertRule": {"__typename": "AlertRule"}}
    gone = await researcher.data(update, input={"id": rule_id, "enabled": True})
    assert gone == {"updateAlertRule": {"code": "RULE_NOT_FOUND", "path": ["input", "id"]}}


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"threshold": 0.0}, "THRESHOLD_NOT_POSITIVE", "threshold"),
        ({"threshold": -2.0}, "THRESHOLD_NOT_POSITIVE", "threshold"),
        ({"threshold": None}, "THRESHOLD_MISSING", "threshold"),
        ({"kind": "DECAY"}, "THRESHOLD_MISSING", "threshold"),
        ({"kind": "HALF_LIFE", "side": "BELOW"}, "SIDE_INVALID", "side"),
        ({"margin": -1.0}, "MARGIN_NEGATIVE", "margin"),
        ({"margin": 2.0}, "MARGIN_TOO_LARGE", "margin"),
        ({"kind": "DECAY", "threshold": None, "margin": 1.0}, "MARGIN_TOO_LARGE", "margin"),
        ({"name": "x" * 10_001}, "NAME_INVALID", "name"),
        ({"name": " "}, "NAME_INVALID", "name"),
        ({"webhookUrl": "http://169.254.169.254/latest/meta-data"}, "WEBHOOK_REFUSED", "webhookUrl"),
        ({"webhookUrl": "http://[::ffff:10.0.0.1]/"}, "WEBHOOK_REFUSED", "webhookUrl"),
        ({"webhookUrl": "http://localhost:8000/"}, "WEBHOOK_REFUSED", "webhookUrl"),
        ({"webhookUrl": "https://ada:secret@example.com/"}, "WEBHOOK_INVALID", "webhookUrl"),
        ({"webhookUrl": "ftp://example.com/"}, "WEBHOOK_INVALID", "webhookUrl"),
        ({"webhookUrl": "https://example.com/\r\nX: y"}, "WEBHOOK_INVALID", "webhookUrl"),
        ({"webhookUrl": "https://example.com:99999/"}, "WEBHOOK_INVALID", "webhookUrl"),
        ({"webhookUrl": "https://example.com/" + "x" * 10_000}, "WEBHOOK_INVALID", "webhookUrl"),
    ],
)
async def test_rules_that_make_no_sense(researcher: Caller, changes: dict[str, Any], code: str, field: str):
    pair = await make.pair(await ada())
    new = {"pairId": encode_id("Pair", pair.id), "kind": "Z_SCORE", "name": "far", "threshold": 2.0, **changes}

    answer = (await researcher.data(CREATE, input=new))["createAlertRule"]

    assert (answer["code"], answer["path"]) == (code, ["input", field])
    assert await AlertRule.all().count() == 0
