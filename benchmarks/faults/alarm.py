"""A watched pair whose rule raises alerts often, and a client that follows both across any number of cuts."""

import asyncio
import contextlib
from dataclasses import dataclass, field
from typing import Any

from benchmarks.faults.client import LOST_CONNECTION, Client, messages, subscribe

FORMATION = {"start": "2015-01-01T00:00:00Z", "end": "2018-01-01T00:00:00Z"}
WATCH_PAIR = """mutation($id: ID!, $formation: PeriodInput!) {
  watchPair(input: {pairId: $id, formation: $formation, window: 5}) { __typename ... on Problem { message } } }"""
RULE = """mutation($id: ID!) {
  createAlertRule(input: {pairId: $id, kind: Z_SCORE, name: "Often", threshold: 0.5, margin: 0.1}) {
    __typename ... on Problem { message } } }"""
RAISED = """subscription($after: String) { alertRaised(after: $after) {
  __typename ... on Alert { id cursor } ... on StreamGap { first last cursor } } }"""
STATES = """subscription($id: ID!, $after: String) { pairTicks(pairIds: [$id], after: $after) {
  __typename ... on PairState { seq cursor } ... on StreamGap { first last cursor } } }"""
EVERY_ALERT = "{ alerts(first: 100) { nodes { id } pageInfo { hasNextPage } } }"


@dataclass
class Alarm:
    """What has arrived: the numbers of the pair's states and the ids of alerts, both in order."""

    client: Client
    seqs: list[int] = field(default_factory=list)
    alerts: list[str] = field(default_factory=list)
    gaps: list[Any] = field(default_factory=list)

    async def begin(self) -> list["asyncio.Task[None]"]:
        """Watch the pair, make the rule, and follow both."""
        pair = await self.client.pair()
        for document, variables in ((WATCH_PAIR, {"id": pair, "formation": FORMATION}), (RULE, {"id": pair})):
            (made,) = (await self.client.ask(document, **variables)).values()
            assert "Problem" not in made["__typename"], made
        return [
            asyncio.create_task(self._follow(RAISED, "alertRaised")),
            asyncio.create_task(self._follow(STATES, "pairTicks", id=pair)),
        ]

    async def check(self, seconds: float) -> None:
        """Every state once and in order, and every alert that is stored.

        Raises:
            AssertionError: something is missing or came twice.
        """
        steps = {after - before for before, after in zip(self.seqs, self.seqs[1:], strict=False)}
        assert steps == {1}, f"steps of the pair's states: {steps}"
        assert not self.gaps, self.gaps
        async with asyncio.timeout(seconds):
            while not (stored := await self._stored()) or stored != set(self.alerts):  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.1)
        assert len(stored) == len(self.alerts), "an alert came twice"

    async def _stored(self) -> set[str]:
        page = (await self.client.ask(EVERY_ALERT))["alerts"]
        assert not page["pageInfo"]["hasNextPage"], "more alerts than one page holds"
        return {node["id"] for node in page["nodes"]}

    async def _follow(self, document: str, name: str, **variables: Any) -> None:
        cursor = None
        while True:
            with contextlib.suppress(*LOST_CONNECTION):
                async with self.client.socket() as socket:
                    await subscribe(socket, document, after=cursor, **variables)
                    async for message in messages(socket):
                        event = message[name]
                        cursor = event["cursor"]
                        self._take(event)
            await asyncio.sleep(0.2)

    def _take(self, event: dict[str, Any]) -> None:
        if event["__typename"] == "Alert":
            self.alerts.append(event["id"])
        elif event["__typename"] == "PairState":
            self.seqs.append(event["seq"])
        else:
            self.gaps.append(event)
