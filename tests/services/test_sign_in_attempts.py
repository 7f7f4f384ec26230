"""Attempts to sign in: failures are counted for user and address together, and each more costs twice the time."""

import asyncio

import pytest
import redis

from tests.services.conftest import PASSWORD
from titan_graphql.errors import ForbiddenError, InvalidInputError, ThrottledError, UnavailableError
from titan_graphql.events import bus
from titan_graphql.models.users import User
from titan_graphql.services import sign_in_attempts, user_passwords, users

pytestmark = pytest.mark.usefixtures("dispatching")

WRONG = "incorrect horse battery"
HOME, AWAY = "192.0.2.7", "192.0.2.8"


class Clock:
    """Goes when the test says so."""

    def __init__(self) -> None:
        self.ms = 1_795_000_000_000

    def __call__(self) -> str:
        return str(self.ms)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sign_in_attempts, "clock", clock)
    return clock


async def fail(name: str = "ada", address: str = HOME, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(ForbiddenError):
            await user_passwords.sign_in(name, WRONG, address)


async def wait_of(name: str, address: str | None, password: str = PASSWORD) -> int:
    """Milliseconds that an attempt is asked to wait."""
    with pytest.raises(ThrottledError) as refused:
        await (user_passwords.sign_in(name, password, address) if address else sign_in_attempts.begin(name))
    return refused.value.retry_after_ms


async def test_five_failures_cost_nothing_and_then_each_twice_the_one_before(clock: Clock):
    waits = []
    for _ in range(4):
        await sign_in_attempts.begin("ada", HOME)
    for _ in range(12):
        await sign_in_attempts.begin("ada", HOME)
        waits.append(await wait_of("ada", None))
        clock.ms += waits[-1]

    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000, 128_000, 256_000, 512_000, 900_000, 900_000]


async def test_a_delayed_attempt_is_not_looked_at(ada: User, clock: Clock, verified: list[str]):
    await fail(times=5)
    verified.clear()

    assert await wait_of("ada", HOME) == 1_000  # with the right password, too
    clock.ms += 999
    assert await wait_of("ada", HOME) == 1
    assert verified == []

    clock.ms += 1
    assert await users.authenticate(await user_passwords.sign_in("ada", PASSWORD, HOME)) is not None


async def test_waiting_attempts_do_not_make_the_wait_longer(ada: User, clock: Clock):
    await fail(times=5)

    assert [await wait_of("ada", HOME, WRONG) for _ in range(10)] == [1_000] * 10


async def test_the_message_says_how_long(ada: User, clock: Clock):
    await fail(times=5)
    with pytest.raises(ThrottledError, match=r"try again in 1 second$"):
        await user_passwords.sign_in("ada", PASSWORD, HOME)
    clock.ms += 1_000
    await fail()
    clock.ms += 1
    with pytest.raises(ThrottledError, match=r"try again in 2 seconds$") as refused:
        await user_passwords.sign_in("ada", PASSWORD, HOME)
    assert (refused.value.code, refused.value.retryable) == ("THROTTLED", True)


async def test_failures_count_for_the_user_wherever_they_come_from(ada: User, clock: Clock):
    for number in range(5):
        await fail(address=f"192.0.2.{number}")

    assert await wait_of("ada", AWAY) == 1_000


async def test_failures_count_for_the_address_whoever_they_name(ada: User, clock: Clock):
    for number in range(5):
        await fail(name=f"user {number}")

    assert await wait_of("ada", HOME) == 1_000
    assert await users.authenticate(await user_passwords.sign_in("ada", PASSWORD, AWAY)) is not None


async def test_the_many_addresses_of_one_network_count_as_one(ada: User, clock: Clock):
    for number in range(5):
        await fail(name=f"user {number}", address=f"2001:db8::{number}")

    assert await wait_of("ada", "2001:db8::ffff:1") == 1_000
    assert await users.authenticate(await user_passwords.sign_in("ada", PASSWORD, "2001:db8:0:1::1")) is not None


async def test_an_address_of_the_older_kind_is_one_alone(ada: User, clock: Clock):
    await fail(name="carl", address=HOME, times=2)
    for number in range(3):
        await fail(name=f"user {number}", address=f"::ffff:{HOME}")

    assert await wait_of("ada", HOME) == 1_000
    assert await users.authenticate(await user_passwords.sign_in("ada", PASSWORD, f"::ffff:{AWAY}")) is not None


async def test_names_that_nobody_has_are_delayed_as_those_of_users(ada: User, clock: Clock):
    await fail(name="ada", address=HOME, times=5)
    await fail(name="nobody", address=AWAY, times=5)

    assert await wait_of("nobody", "192.0.2.9") == await wait_of("ada", "192.0.2.9") == 1_000


async def test_success_forgets_the_users_failures_and_keeps_the_addresss(ada: User, clock: Clock):
    await fail(times=4)
    await user_passwords.sign_in("ada", PASSWORD, HOME)

    await fail(address=AWAY, times=4)
    await user_passwords.sign_in("ada", PASSWORD, AWAY)  # were the first four still there, she had to wait
    await fail(name="bob", address=HOME)
    assert await wait_of("carl", HOME) == 1_000


async def test_an_account_of_ones_own_washes_no_failures_off(ada: User, clock: Clock):
    """Somebody who may sign in guesses at another's password in between."""
    waits = []
    for number in range(6):
        await fail(name=f"victim {number}", address=HOME)
        if number >= 4:
            waits.append(await wait_of("ada", HOME))
            clock.ms += waits[-1]
        await user_passwords.sign_in("ada", PASSWORD, HOME)

    assert waits == [1_000, 2_000]


async def test_many_at_once_get_no_more_guesses_than_one_after_another(ada: User, verified: list[str]):
    attempts = (user_passwords.sign_in("ada", WRONG, f"192.0.2.{number}") for number in range(40))
    outcomes = await asyncio.gather(*attempts, return_exceptions=True)

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ForbiddenError"] * 5 + ["ThrottledError"] * 35
    assert len(verified) == 5


async def test_guessing_the_present_password_is_counted_with_the_sign_ins(ada: User, clock: Clock):
    secret = await user_passwords.sign_in("ada", PASSWORD, HOME)
    viewer = await users.authenticate(secret)
    assert viewer is not None
    await fail(address=AWAY, times=2)
    for _ in range(3):
        with pytest.raises(InvalidInputError):
            await user_passwords.change(viewer, "a new password", WRONG)

    with pytest.raises(ThrottledError) as refused:
        await user_passwords.change(viewer, "a new password", PASSWORD)
    assert refused.value.retry_after_ms == 1_000
    assert await wait_of("ada", "192.0.2.9") == 1_000


async def test_failures_are_forgotten_after_an_hour(ada: User, empty_redis: str):
    await fail()

    with redis.Redis.from_url(empty_redis) as client:
        left = [client.pttl(key) for key in client.scan_iter("titan:sign-in:*")]
    assert len(left) == 2
    assert all(3_500_000 < milliseconds <= 3_600_000 for milliseconds in left)


async def test_redis_does_not_learn_what_was_typed_as_a_name(ada: User, empty_redis: str):
    await fail(name="hunter2hunter2")

    with redis.Redis.from_url(empty_redis) as client:
        known = [(key, client.hgetall(key)) for key in client.scan_iter("*")]
    assert "hunter2" not in str(known)
    assert HOME not in str(known)


async def test_without_redis_passwords_are_not_looked_at_and_links_work(
    ada: User, verified: list[str], monkeypatch: pytest.MonkeyPatch
):
    away = bus.client("unix:///nowhere/valkey.sock?db=0")
    for connection in (None, away):
        monkeypatch.setattr(bus, "connection", lambda: connection)  # noqa: B023 (called before the next round)
        with pytest.raises(UnavailableError) as refused:
            await user_passwords.sign_in("ada", PASSWORD, HOME)
        assert refused.value.code == "SIGN_IN_UNAVAILABLE"
    await away.aclose()

    assert verified == []
    assert await users.authenticate(await users.sign_in(await users.new_sign_in_link(ada))) is not None
