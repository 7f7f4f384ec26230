"""The job queue: which broker an address means, and that a silent server holds nobody up."""

import sys
import types
from typing import Any
from uuid import uuid4

import dramatiq
import dramatiq.brokers.stub
import pytest
from dramatiq.brokers.redis import RedisBroker

from tests.conftest import free_port
from titan_graphql import queue
from titan_graphql.errors import InvalidInputError
from titan_graphql.queue import JobName, Lane, QueueError
from titan_graphql.settings import Settings, read_settings


def settings_with(**variables: str) -> Settings:
    return read_settings({"TITAN_DATA_DIR": "/nowhere", **variables})


def test_redis_is_the_queue_unless_another_is_named():
    broker = queue.connect(settings_with(TITAN_REDIS_URL="redis://127.0.0.1:6379/3"))

    assert isinstance(broker, RedisBroker)
    assert broker.client.connection_pool.connection_kwargs["db"] == 3
    assert dramatiq.get_broker() is broker


@pytest.mark.parametrize("scheme", ["amqp", "amqps"])
def test_an_amqp_address_means_rabbitmq(scheme: str, monkeypatch: pytest.MonkeyPatch):
    made: list[dict[str, Any]] = []

    class RabbitmqBroker(dramatiq.brokers.stub.StubBroker):
        def __init__(self, **options: Any) -> None:
            super().__init__()
            made.append(options)

    module = types.ModuleType("dramatiq.brokers.rabbitmq")
    module.RabbitmqBroker = RabbitmqBroker  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "dramatiq.brokers.rabbitmq", module)
    url = f"{scheme}://titan:secret@rabbit:5672/jobs"

    broker = queue.connect(settings_with(TITAN_QUEUE_URL=url))

    assert isinstance(broker, RabbitmqBroker)
    assert made == [{"url": url, "middleware": None, "confirm_delivery": True}]


def test_a_missing_rabbitmq_client_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "dramatiq.brokers.rabbitmq", None)

    with pytest.raises(InvalidInputError) as refusal:
        queue.connect(settings_with(TITAN_QUEUE_URL="amqp://rabbit"))

    assert refusal.value.code == "QUEUE_URL_INVALID"
    assert refusal.value.message == (
        "TITAN_QUEUE_URL names RabbitMQ, whose client is missing: run ./titan add rabbitmq"
    )


def test_children_inherit_the_address_of_the_queue():
    assert settings_with(TITAN_QUEUE_URL="amqp://rabbit").environment()["TITAN_QUEUE_URL"] == "amqp://rabbit"
    assert "TITAN_QUEUE_URL" not in settings_with().environment()


def test_short_jobs_have_a_lane_of_their_own():
    assert queue.lane_of(JobName.BACKTEST) is Lane.SHORT
    assert queue.lane_of(JobName.SCAN) is Lane.LONG


async def test_a_queue_that_is_away_is_an_error_to_handle():
    queue.connect(settings_with(TITAN_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0"))

    with pytest.raises(QueueError):
        await queue.enqueue(JobName.BACKTEST, uuid4())
    with pytest.raises(QueueError):
        await queue.backlog(Lane.SHORT)


async def test_messages_wait_in_the_lane_of_their_job(settings: Settings, empty_redis: str):
    queue.connect(settings)
    await queue.enqueue(JobName.BACKTEST, uuid4())
    await queue.enqueue(JobName.BACKTEST, uuid4())

    assert [await queue.backlog(lane) for lane in (Lane.SHORT, Lane.LONG)] == [2, 0]


class Rabbit(dramatiq.brokers.stub.StubBroker):
    """Counts messages as RabbitMQ's broker does: by thread, over a connection that breaks when it was idle."""

    def __init__(self, broken: int) -> None:
        super().__init__()
        self.broken = broken

    @property
    def connection(self) -> None:
        """The connection of this thread."""

    @connection.deleter
    def connection(self) -> None:
        self.broken -= 1

    def get_queue_message_counts(self, queue_name: str) -> tuple[int, int, int]:
        if self.broken:
            raise RuntimeError("Connection reset by peer")
        return (7, 0, 0)


async def test_messages_are_counted_over_a_new_connection_where_the_idle_one_broke():
    dramatiq.set_broker(Rabbit(broken=1))

    assert await queue.backlog(Lane.LONG) == 7


async def test_a_rabbitmq_that_is_away_is_an_error_to_handle():
    dramatiq.set_broker(Rabbit(broken=9))

    with pytest.raises(QueueError) as away:
        await queue.backlog(Lane.LONG)
    assert str(away.value) == "Connection reset by peer"
