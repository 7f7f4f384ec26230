"""Streams of events: every event has the next number of its stream, and is kept for a while."""

from tortoise import fields
from tortoise.models import Model


class StreamHead(Model):
    """The newest number of a stream, whose row is the lock that hands out the next."""

    stream = fields.CharField(max_length=80, primary_key=True)
    seq = fields.BigIntField()

    class Meta:
        """Table name."""

        table = "stream_head"


class StreamEvent(Model):
    """One event."""

    id = fields.BigIntField(primary_key=True, generated=True)
    stream = fields.CharField(max_length=80)
    seq = fields.BigIntField()
    data = fields.BinaryField()
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        """Table name and the natural key."""

        table = "stream_event"
        unique_together = (("stream", "seq"),)
