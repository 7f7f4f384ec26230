"""Alerts and the rules that raise them."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import strawberry

from titan_graphql.resolvers import nodes
from titan_graphql.resolvers.context import Info
from titan_graphql.resolvers.inputs import criteria, paged
from titan_graphql.resolvers.live_pairs import AfterEvent
from titan_graphql.resolvers.markets import FlagFilter
from titan_graphql.services import alert_rules, alerts
from titan_graphql.services.alert_rules import NewRule
from titan_graphql.services.alerts import AlertKind, AlertSide
from titan_graphql.services.pages import PageRequest

if TYPE_CHECKING:
    from titan_graphql.models.alerts import Alert, AlertRule


@dataclass(frozen=True, slots=True)
class CreatedRule:
    """A new rule, whose secret is shown this once."""

    rule: "AlertRule"

    @property
    def webhook_secret(self) -> str | None:
        """What signs the messages to its webhook."""
        return self.rule.webhook_secret


@strawberry.input(description="A condition on what a rule looks at.")
class AlertKindFilter:
    """A condition on what a rule looks at."""

    eq: AlertKind | None = strawberry.field(default=strawberry.UNSET, description="Equal to.")
    in_: list[AlertKind] | None = strawberry.field(name="in", default=strawberry.UNSET, description="One of.")


@strawberry.input(description="Which alerts to list; all given conditions must hold.")
class AlertFilter:
    """Which alerts to list."""

    kind: AlertKindFilter | None = strawberry.field(default=strawberry.UNSET, description="What raised it.")
    acknowledged: FlagFilter | None = strawberry.field(default=strawberry.UNSET, description="Whether it was seen.")
    replay: FlagFilter | None = strawberry.field(
        default=strawberry.UNSET, description="Whether bars that were played again raised it."
    )


@strawberry.input(description="A rule to make.")
class CreateAlertRuleInput:
    """A rule to make."""

    pair_id: strawberry.ID = strawberry.field(description="The global id of the pair it looks at, while watched.")
    kind: AlertKind = strawberry.field(description="What it looks at.")
    name: str = strawberry.field(description="What to call it, 1 to 100 characters.")
    side: AlertSide = strawberry.field(
        default=AlertSide.ABOVE, description="On which side of the threshold; BELOW for Z_SCORE only."
    )
    threshold: float | None = strawberry.field(
        default=None, description="|z|, bars of half-life or seconds of silence, above 0; not for SIGNAL and DECAY."
    )
    margin: float | None = strawberry.field(
        default=None,
        description="How far the figure must leave the threshold before the rule may raise again; by default a tenth "
        "of the threshold, for DECAY 0.5.",
    )
    webhook_url: str | None = strawberry.field(
        default=None,
        description="Also POST each alert to this address of the public internet, as JSON with the headers "
        "Titan-Delivery (the same id at every attempt), Titan-Timestamp (seconds) and Titan-Signature: "
        "v1=HMAC-SHA256(webhookSecret, timestamp + '.' + body) in hexadecimal.",
    )

    def to_rule(self) -> NewRule:
        """The rule as services take it."""
        return NewRule(
            kind=self.kind,
            name=self.name,
            side=self.side,
            threshold=self.threshold,
            margin=self.margin,
            webhook_url=self.webhook_url,
        )


@strawberry.input(description="What to change of a rule; what is absent stays.")
class UpdateAlertRuleInput:
    """What to change of a rule."""

    id: strawberry.ID = strawberry.field(description="The rule's global id.")
    name: str | None = strawberry.field(default=None, description="What to call it.")
    enabled: bool | None = strawberry.field(default=None, description="Whether it raises alerts.")


@strawberry.input(description="A rule to remove.")
class RemoveAlertRuleInput:
    """A rule to remove."""

    id: strawberry.ID = strawberry.field(description="The rule's global id.")


@strawberry.input(description="An alert that was seen.")
class AcknowledgeAlertInput:
    """An alert that was seen."""

    id: strawberry.ID = strawberry.field(description="The alert's global id.")


Where = Annotated[AlertFilter | None, strawberry.argument(description="Only alerts that satisfy this.")]
OfPair = Annotated[strawberry.ID | None, strawberry.argument(description="Only rules about this pair.")]
CreateInput = Annotated[CreateAlertRuleInput, strawberry.argument(description="The rule to make.")]
UpdateInput = Annotated[UpdateAlertRuleInput, strawberry.argument(description="What to change.")]
RemoveInput = Annotated[RemoveAlertRuleInput, strawberry.argument(description="Which rule to remove.")]
AcknowledgeInput = Annotated[AcknowledgeAlertInput, strawberry.argument(description="Which alert was seen.")]


@paged
async def page(info: Info, where: Where = None, *, request: PageRequest) -> Any:
    """The viewer's alerts."""
    return await alerts.page(info.context.viewer, request, criteria(where))


@paged
async def rules(info: Info, pair_id: OfPair = None, *, request: PageRequest) -> Any:
    """The viewer's rules."""
    pair = nodes.decode_optional(pair_id, "Pair", "pairId")
    return await alert_rules.page(info.context.viewer, request, pair)


async def rule(root: Any, info: Info) -> Any:
    """The rule that raised it, if it is still there."""
    return None if root.rule_id is None else await info.context.loaders.alert_rules.load(root.rule_id)


def delivery(root: "Alert") -> "Alert":
    """The alert itself, whose columns tell of its delivery."""
    return root


def cursor(root: "Alert") -> str:
    """Resumes the stream after the alert."""
    return alerts.cursor(root)


async def create_rule(info: Info, input: CreateInput) -> Any:
    """Make a rule."""
    pair_id = nodes.decode_id(input.pair_id, "Pair", "pairId")[1]
    return CreatedRule(await alert_rules.create(info.context.viewer, pair_id, input.to_rule()))


async def update_rule(info: Info, input: UpdateInput) -> Any:
    """Change a rule."""
    rule_id = nodes.decode_id(input.id, "AlertRule")[1]
    return await alert_rules.change(info.context.viewer, rule_id, name=input.name, enabled=input.enabled)


async def remove_rule(info: Info, input: RemoveInput) -> Any:
    """Remove a rule."""
    return await alert_rules.remove(info.context.viewer, nodes.decode_id(input.id, "AlertRule")[1])


async def acknowledge(info: Info, input: AcknowledgeInput) -> Any:
    """Say that an alert was seen."""
    return await alerts.acknowledge(info.context.viewer, nodes.decode_id(input.id, "Alert")[1])


async def raised(info: Info, after: AfterEvent = None) -> AsyncGenerator[Any, None]:
    """Alerts as they are raised."""
    async with aclosing(alerts.raised(info.context.viewer, info.context.hub, after)) as steps:
        async for step in steps:
            yield step
