"""Webhooks: which addresses are refused, and that what was looked up is what is connected to."""

import asyncio
import socket

import pytest

from titan_graphql.errors import InvalidInputError
from titan_graphql.events import webhooks
from titan_graphql.events.webhooks import DeliveryError, Message, checked_address, is_public, send

MESSAGE = Message("id", b"{}", "secret", 1_700_000_000)
PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
    "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::a00:1", "2002:7f00:1::", "2001::1", "fd00:ec2::254",
    "fec0::1", "3fff::1", "::7f00:1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1"])
def test_addresses_that_are_public(address: str):
    assert is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "WEBHOOK_INVALID"),
        ("example.com", "WEBHOOK_INVALID"),
        ("file:///etc/passwd", "WEBHOOK_INVALID"),
        ("gopher://example.com/", "WEBHOOK_INVALID"),
        ("http://", "WEBHOOK_INVALID"),
        ("http://[::1", "WEBHOOK_INVALID"),
        ("http://example.com:0/", "WEBHOOK_INVALID"),
        ("http://example.com:70000/", "WEBHOOK_INVALID"),
        ("http://user@example.com/", "WEBHOOK_INVALID"),
        ("http://:@example.com/", "WEBHOOK_INVALID"),
        ("http://example.com/a b", "WEBHOOK_INVALID"),
        ("http://example.com/\nHost: x", "WEBHOOK_INVALID"),
        ("http://exämple.com/", "WEBHOOK_INVALID"),
        ("http://localhost/", "WEBHOOK_REFUSED"),
        ("http://printer/", "WEBHOOK_REFUSED"),
        ("http://metadata.google.internal/", "WEBHOOK_REFUSED"),
        ("http://a.localhost./", "WEBHOOK_REFUSED"),
        ("http://[::1]/", "WEBHOOK_REFUSED"),
        ("http://169.254.169.254/", "WEBHOOK_REFUSED"),
    ],
)
def test_urls_that_are_refused(url: str, code: str):
    with pytest.raises(InvalidInputError) as caught:
        checked_address(url)

    assert (caught.value.code, caught.value.path) == (code, ["webhookUrl"])


@pytest.mark.parametrize(
    "addresses", [["127.0.0.1"], ["169.254.169.254"], ["1.1.1.1", "10.0.0.1"], ["::ffff:127.0.0.1"]]
)
async def test_a_name_that_leads_home_is_refused_before_anything_is_sent(
    addresses: list[str], monkeypatch: pytest.MonkeyPatch
):
    async def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in addresses]

    async def connected(*_: object, **__: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    monkeypatch.setattr(asyncio, "open_connection", connected)

    with pytest.raises(DeliveryError) as caught:
        await send("https://hooks.example.com/", MESSAGE)

    assert not caught.value.retryable
    assert str(caught.value) == "hooks.example.com leads to no address of the public internet"


async def test_the_connection_goes_to_the_address_that_was_looked_up(monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []

    async def found(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("1.1.1.1", 443))]

    async def connected(host: str, port: int, **how: object) -> None:
        asked.extend([host, port, how["server_hostname"]])
        raise ConnectionRefusedError

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", found)
    monkeypatch.setattr(asyncio, "open_connection", connected)
    with pytest.raises(DeliveryError) as caught:
        await send("https://hooks.example.com/", MESSAGE)

    assert asked == ["1.1.1.1", 443, "hooks.example.com"]
    assert (str(caught.value), caught.value.retryable) == ("no answer: ConnectionRefusedError", True)


async def test_a_receiver_that_says_nothing_is_left(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(webhooks, "SECONDS", 0.1)
    left = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await reader.read(1024):
                pass
        except ConnectionResetError:
            pass
        left.set()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    place = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    webhooks.allow([place])
    try:
        with pytest.raises(DeliveryError, match="no answer within"):
            await send(f"http://{place}/", MESSAGE)
        await asyncio.wait_for(left.wait(), 5)
    finally:
        webhooks.allow([])
        server.close()
