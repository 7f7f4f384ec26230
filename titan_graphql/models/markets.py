"""Markets, instruments, and their bars as immutable revisions."""

from enum import StrEnum
from typing import Any
from uuid import uuid4

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model


class InstrumentKind(StrEnum):
    """What is traded."""

    EQUITY = "EQUITY"
    ETF = "ETF"
    FUTURE = "FUTURE"
    CRYPTO = "CRYPTO"
    FX = "FX"
    COMMODITY = "COMMODITY"
    INDEX = "INDEX"


class Timeframe(StrEnum):
    """The length of a bar."""

    M1 = "M1"
    M5 = "M5"
    M15 = "M15"
    M30 = "M30"
    H1 = "H1"
    H4 = "H4"
    D1 = "D1"


class Adjustment(StrEnum):
    """What prices have been corrected for."""

    RAW = "RAW"
    SPLIT = "SPLIT"
    TOTAL_RETURN = "TOTAL_RETURN"


class ActionKind(StrEnum):
    """What a company did to its shares."""

    SPLIT = "SPLIT"
    DIVIDEND = "DIVIDEND"


class Market(Model):
    """A venue with its own hours and currency, where `calendar` names its session calendar."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    code = fields.CharField(max_length=20, unique=True)
    name = fields.CharField(max_length=200)
    timezone = fields.CharField(max_length=50)
    currency = fields.CharField(max_length=10)
    calendar = fields.CharField(max_length=20, null=True)

    class Meta:
        """Table name."""

        table = "market"


class Instrument(Model):
    """Something with a price on one market, and the extent of its daily bars at their newest revision."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    market: fields.ForeignKeyRelation[Market] = fields.ForeignKeyField("titan.Market", related_name="instruments")
    symbol = fields.CharField(max_length=40)
    name = fields.CharField(max_length=200)
    currency = fields.CharField(max_length=10)
    kind = fields.CharEnumField(InstrumentKind, max_length=20)
    synthetic = fields.BooleanField(default=False)
    bar_count = fields.IntField(default=0)
    first_bar = fields.DatetimeField(null=True)
    last_bar = fields.DatetimeField(null=True)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the natural key."""

        table = "instrument"
        unique_together = (("market", "symbol"),)
        indexes = (Index(fields=("symbol", "id")),)


class Series(Model):
    """The bars of one instrument at one timeframe, described at its newest revision.

    `adjustment` is what the stored prices have been corrected for by their source: all revisions agree on it.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    instrument: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField(
        "titan.Instrument", related_name="series"
    )
    timeframe = fields.CharEnumField(Timeframe, max_length=3)
    revision = fields.IntField(default=0)
    adjustment = fields.CharEnumField(Adjustment, max_length=12, default=Adjustment.RAW)
    bar_count = fields.IntField(default=0)
    first_bar = fields.DatetimeField(null=True)
    last_bar = fields.DatetimeField(null=True)

    class Meta:
        """Table name and the natural key."""

        table = "series"
        unique_together = (("instrument", "timeframe"),)


class Dataset(Model):
    """One immutable revision of a series: what it holds (by hash) and where it came from.

    `actions` are the corporate actions known at this revision, `quality` is what was found wrong with its bars.
    """

    id = fields.UUIDField(primary_key=True, default=uuid4)
    series: fields.ForeignKeyRelation[Series] = fields.ForeignKeyField("titan.Series", related_name="datasets")
    revision = fields.IntField()
    content_hash = fields.CharField(max_length=64)
    provider = fields.CharField(max_length=50)
    source = fields.CharField(max_length=300)
    options = fields.JSONField[dict[str, object]](default=dict)
    synthetic = fields.BooleanField(default=False)
    adjustment = fields.CharEnumField(Adjustment, max_length=12, default=Adjustment.RAW)
    actions = fields.JSONField[list[list[Any]]](default=list)
    quality = fields.JSONField[dict[str, Any]](null=True)
    bar_count = fields.IntField()
    first_bar = fields.DatetimeField()
    last_bar = fields.DatetimeField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the natural key."""

        table = "dataset"
        unique_together = (("series", "revision"),)


class BarBlock(Model):
    """The bars of one series in one year, a little-endian blob per column.

    A block holds for the revisions from `revision` up to, but not including, `superseded_by`; a restated bar
    rewrites only its own year.
    """

    id = fields.BigIntField(primary_key=True, generated=True)
    series: fields.ForeignKeyRelation[Series] = fields.ForeignKeyField("titan.Series", related_name="blocks")
    year = fields.IntField()
    revision = fields.IntField()
    superseded_by = fields.IntField(null=True)
    time = fields.BinaryField()
    open = fields.BinaryField(null=True)
    high = fields.BinaryField(null=True)
    low = fields.BinaryField(null=True)
    close = fields.BinaryField()
    volume = fields.BinaryField(null=True)

    class Meta:
        """Table name and the natural key."""

        table = "bar_block"
        unique_together = (("series", "year", "revision"),)


class CorporateAction(Model):
    """A split (`value` new shares for one old) or a cash dividend (`value` per share), first effective on `ex_date`."""

    id = fields.UUIDField(primary_key=True, default=uuid4)
    instrument: fields.ForeignKeyRelation[Instrument] = fields.ForeignKeyField(
        "titan.Instrument", related_name="actions"
    )
    kind = fields.CharEnumField(ActionKind, max_length=10)
    ex_date = fields.DateField()
    value = fields.FloatField()
    source = fields.CharField(max_length=300)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the natural key."""

        table = "corporate_action"
        unique_together = (("instrument", "kind", "ex_date"),)
