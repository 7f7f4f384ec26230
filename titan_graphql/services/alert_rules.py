"""Alert rules: when an alert is raised about a pair, and where it is sent."""

import math
import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from titan_graphql.errors import InvalidInputError, LimitExceededError, NotFoundError
from titan_graphql.events.webhooks import checked_address
from titan_graphql.models.alerts import AlertKind, AlertRule, AlertSide
from titan_graphql.services import pairs
from titan_graphql.services.pages import Order, Page, PageRequest, fetch_page
from titan_graphql.services.texts import check_text
from titan_graphql.services.users import Viewer, owned_by

NAME_MAX = 100
RULES_MAX = 500
THRESHOLD_MAX = 1e9
# What a rule without a threshold of its own compares with.
IMPLIED = {AlertKind.SIGNAL: None, AlertKind.DECAY: 1.0}
DECAY_REARMS_BELOW = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """A rule to make; SIGNAL and DECAY take no threshold."""

    kind: AlertKind
    name: str
    side: AlertSide = AlertSide.ABOVE
    threshold: float | None = None
    margin: float | None = None
    webhook_url: str | None = None

    def check(self) -> None:
        """Refuse what makes no sense.

        Raises:
            InvalidInputError: names the field.
        """
        check_name(self.name)
        if (self.threshold is None) != (self.kind in IMPLIED):
            needs = "takes no" if self.kind in IMPLIED else "needs a"
            raise InvalidInputError("THRESHOLD_MISSING", f"A rule on {self.kind} {needs} threshold", ["threshold"])
        if self.threshold is not None and not 0.0 < self.threshold <= THRESHOLD_MAX:
            message = f"threshold is {self.threshold}; it lies above 0 and at most at {THRESHOLD_MAX:g}"
            raise InvalidInputError("THRESHOLD_NOT_POSITIVE", message, ["threshold"])
        if self.side is AlertSide.BELOW and self.kind is not AlertKind.Z_SCORE:
            raise InvalidInputError("SIDE_INVALID", "Only rules on the z-score look below a threshold", ["side"])
        self._check_margin()
        if self.webhook_url is not None:
            checked_address(self.webhook_url)

    def _check_margin(self) -> None:
        if self.margin is None:
            return
        if not (math.isfinite(self.margin) and 0.0 <= self.margin <= THRESHOLD_MAX):
            raise InvalidInputError("MARGIN_NEGATIVE", f"margin is {self.margin}; it is not negative", ["margin"])
        threshold = IMPLIED.get(self.kind, self.threshold)
        if self.side is AlertSide.ABOVE and threshold is not None and self.margin >= threshold:
            message = f"margin is {self.margin:g}, threshold {threshold:g}: the figure never falls so far below it"
            raise InvalidInputError("MARGIN_TOO_LARGE", message, ["margin"])

    def to_columns(self) -> dict[str, Any]:
        """As the table keeps it; without a margin a rule is armed again after a tenth of its threshold."""
        threshold = IMPLIED.get(self.kind, self.threshold)
        margin = DECAY_REARMS_BELOW if self.kind is AlertKind.DECAY else 0.1 * (threshold or 0.0)
        return {
            "kind": self.kind,
            "name": self.name.strip(),
            "side": self.side,
            "threshold": threshold,
            "margin": margin if self.margin is None else self.margin,
            "webhook_url": self.webhook_url,
            "webhook_secret": f"whsec_{secrets.token_urlsafe(32)}" if self.webhook_url is not None else None,
        }


async def create(viewer: Viewer, pair_id: UUID, new: NewRule) -> AlertRule:
    """Make a rule; it looks at the pair whenever that is watched.

    Raises:
        NotFoundError: no such pair, or somebody else's.
        InvalidInputError: what makes no sense, or a webhook that is refused.
        LimitExceededError: 500 rules are there already.
    """
    new.check()
    pair = await pairs.find(viewer, pair_id, "pairId")
    owner_id: UUID = pair.owner_id  # type: ignore[attr-defined]  # made by Tortoise
    if await AlertRule.filter(owner_id=owner_id).count() >= RULES_MAX:
        raise LimitExceededError("RULES_TOO_MANY", f"At most {RULES_MAX} rules; remove another one", ["pairId"])
    return await AlertRule.create(owner_id=owner_id, pair_id=pair.id, **new.to_columns())


async def change(viewer: Viewer, rule_id: UUID, *, name: str | None, enabled: bool | None) -> AlertRule:
    """Rename a rule, or make it silent or active; one that is made active is armed.

    Raises:
        NotFoundError: no such rule, or somebody else's.
        InvalidInputError: NAME_INVALID.
    """
    rule = await find(viewer, rule_id)
    columns: dict[str, Any] = {}
    if name is not None:
        check_name(name)
        columns["name"] = name.strip()
    if enabled is not None:
        columns |= {"enabled": enabled} if enabled == rule.enabled else {"enabled": enabled, "armed": True}
    if columns:
        await AlertRule.filter(id=rule_id).update(**columns)
    return await find(viewer, rule_id)


async def remove(viewer: Viewer, rule_id: UUID) -> AlertRule:
    """Forget a rule; what it has raised stays.

    Raises:
        NotFoundError: no such rule, or somebody else's.
    """
    rule = await find(viewer, rule_id)
    await AlertRule.filter(id=rule_id).delete()
    return rule


async def find(viewer: Viewer, rule_id: UUID) -> AlertRule:
    """One rule.

    Raises:
        NotFoundError: no such rule, or somebody else's.
    """
    found = await AlertRule.filter(owned_by(viewer), id=rule_id).get_or_none()
    if found is None:
        raise NotFoundError("RULE_NOT_FOUND", "There is no such rule", ["id"])
    return found


async def by_ids(ids: list[UUID]) -> dict[UUID, AlertRule]:
    """Rules by id; absent ids are left out."""
    return {rule.id: rule for rule in await AlertRule.filter(id__in=ids)}


async def page(viewer: Viewer, request: PageRequest, pair_id: UUID | None = None) -> Page[AlertRule]:
    """The viewer's rules, newest first, of one pair or of all."""
    rows = AlertRule.filter(owned_by(viewer))
    rows = rows if pair_id is None else rows.filter(pair_id=pair_id)
    return await fetch_page(rows, request, Order("created_at", descending=True), {"pair": str(pair_id)})


def check_name(name: str) -> None:
    """Refuse an empty, overlong or unprintable name.

    Raises:
        InvalidInputError: NAME_INVALID or TEXT_INVALID.
    """
    check_text(name, ["name"])
    clean = name.strip()
    if not 1 <= len(clean) <= NAME_MAX or not clean.isprintable():
        raise InvalidInputError("NAME_INVALID", f"A name has 1 to {NAME_MAX} printable characters", ["name"])
