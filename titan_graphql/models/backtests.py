"""Backtests: the specification of a run, its figures, its columns and its trades."""

from enum import StrEnum
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from titan_graphql.models.campaigns import Campaign
from titan_graphql.models.jobs import Job
from titan_graphql.models.pairs import Pair
from titan_graphql.models.users import User


class ExitReason(StrEnum):
    """Why a trade ended; OPEN means it had not when the data did."""

    EXIT = "EXIT"
    STOP = "STOP"
    TIME = "TIME"
    RUIN = "RUIN"
    DELISTED = "DELISTED"
    OPEN = "OPEN"


class Direction(StrEnum):
    """LONG buys y against x, SHORT sells it."""

    LONG = "LONG"
    SHORT = "SHORT"


class Backtest(Model):
    """One simulated run of a pair whose figures are filled in when its job succeeds."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    owner: fields.ForeignKeyRelation[User] = fields.ForeignKeyField("titan.User", related_name="backtests")
    pair: fields.ForeignKeyRelation[Pair] = fields.ForeignKeyField("titan.Pair", related_name="backtests")
    job: fields.OneToOneRelation[Job] = fields.OneToOneField("titan.Job", related_name="backtest")
    campaign: fields.ForeignKeyNullableRelation[Campaign] = fields.ForeignKeyField(
        "titan.Campaign", related_name="backtests", null=True
    )
    spec = fields.JSONField[dict[str, object]]()
    hedge = fields.JSONField[dict[str, object]](null=True)
    metrics = fields.JSONField[dict[str, object]](null=True)
    # Two of the metrics once more, to be sorted and filtered by.
    sharpe = fields.FloatField(null=True)
    total_return = fields.FloatField(null=True)
    attribution = fields.JSONField[dict[str, float]](null=True)
    leak_check = fields.JSONField[dict[str, object]](null=True)
    track_record = fields.JSONField[dict[str, float]](null=True)
    manifest = fields.JSONField[dict[str, object]](null=True)
    dataset_hashes = fields.JSONField[list[str]](default=list)
    result_hash = fields.CharField(max_length=64, null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the paging index."""

        table = "backtest"
        indexes = (Index(fields=("created_at", "id")),)


class BacktestSeries(Model):
    """The columns of a finished backtest, a little-endian float64 (times: int64) blob each."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    backtest: fields.OneToOneRelation[Backtest] = fields.OneToOneField("titan.Backtest", related_name="series")
    time = fields.BinaryField()
    equity = fields.BinaryField()
    drawdown = fields.BinaryField()
    position = fields.BinaryField()
    z_score = fields.BinaryField()
    hedge_ratio = fields.BinaryField(null=True)

    class Meta:
        """Table name."""

        table = "backtest_series"


class Trade(Model):
    """A round trip of both legs, with prices and quantities per leg, P&L after costs."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    backtest: fields.ForeignKeyRelation[Backtest] = fields.ForeignKeyField("titan.Backtest", related_name="trades")
    number = fields.IntField()
    direction = fields.CharEnumField(Direction, max_length=5)
    signal_at = fields.DatetimeField()
    entered_at = fields.DatetimeField()
    exited_at = fields.DatetimeField(null=True)
    bars_held = fields.IntField()
    quantity_y = fields.FloatField()
    quantity_x = fields.FloatField()
    entry_y = fields.FloatField()
    entry_x = fields.FloatField()
    exit_y = fields.FloatField(null=True)
    exit_x = fields.FloatField(null=True)
    costs = fields.FloatField()
    pnl = fields.FloatField()
    rehedges = fields.IntField(default=0)
    exit_reason = fields.CharEnumField(ExitReason, max_length=10)

    class Meta:
        """Table name and the natural key."""

        table = "trade"
        unique_together = (("backtest", "number"),)
