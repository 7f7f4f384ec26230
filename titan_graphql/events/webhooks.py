"""Webhooks: a signed POST to an address of the public internet, and to no other."""

import asyncio
import hashlib
import hmac
import ipaddress
import socket
import ssl
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from titan_graphql.errors import InvalidInputError

URL_MAX = 2_048
SECONDS = 5.0
BODY_MAX = 64 * 1024
STATUS_LINE_MAX = 1_024
# Answers that another attempt would only get again.
FINAL_STATUSES = frozenset({400, 401, 403, 404, 405, 410, 413, 422})
PORTS = {"http": 80, "https": 443}
LOCAL_NAMES = ("localhost", ".localhost", ".local", ".internal", ".home.arpa")
# Documentation (RFC 9637), which this Python's list of private networks does not know yet.
UNKNOWN_AS_PRIVATE = ipaddress.IPv6Network("3fff::/20")
# Prefixes of IPv6 that carry an IPv4 address, public by the letter and private by what they reach.
TRANSLATED = [ipaddress.IPv6Network(prefix) for prefix in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")]


_allowed: frozenset[str] = frozenset()


def allow(places: Collection[str]) -> None:
    """Which places ("127.0.0.1:8080") may be reached from this process although they lie in a private network."""
    global _allowed
    _allowed = frozenset(places)


class DeliveryError(Exception):
    """A message was not taken; the text says why, and `retryable` whether trying again may help."""

    def __init__(self, message: str, *, retryable: bool = True) -> None:
        super().__init__(message)
        self.retryable = retryable


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: `delivery_id` is the same at every attempt, `timestamp` is in seconds since the epoch."""

    delivery_id: str
    body: bytes
    secret: str
    timestamp: int

    def signature(self) -> str:
        """HMAC-SHA256 of "timestamp.body" under the secret, in hexadecimal."""
        signed = str(self.timestamp).encode() + b"." + self.body
        return hmac.new(self.secret.encode(), signed, hashlib.sha256).hexdigest()


def checked_address(url: str) -> SplitResult:
    """The parts of a webhook's address.

    Raises:
        InvalidInputError: WEBHOOK_INVALID for anything but a plain http or https address, WEBHOOK_REFUSED for a host
            that names this machine or its network; names are looked up again at every delivery.
    """
    if len(url) > URL_MAX or not url.isascii() or any(character <= " " for character in url):
        raise _invalid(f"it has at most {URL_MAX} printable characters of ASCII")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _invalid("it cannot be read") from None
    if parts.scheme not in PORTS or not parts.hostname or port == 0:
        raise _invalid("it begins with https:// or http:// and names a host")
    if parts.username is not None or parts.password is not None:
        raise _invalid("it must not hold a user name or password")
    _refuse_local(parts)
    return parts


def _refuse_local(parts: SplitResult) -> None:
    """Refuse a host that names this machine or its network without looking anything up."""
    host = parts.hostname or ""
    if place(parts) in _allowed:
        return
    try:
        public = is_public(host)
    except ValueError:
        plain = host.rstrip(".")
        public = "." in plain and not plain.endswith(LOCAL_NAMES)
    if not public:
        message = f"{host[:60]} is not an address of the public internet"
        raise InvalidInputError("WEBHOOK_REFUSED", message, ["webhookUrl"])


def place(parts: SplitResult) -> str:
    """Host and port."""
    return f"{parts.hostname}:{parts.port or PORTS[parts.scheme]}"


def is_public(address: str) -> bool:
    """Whether this is an address of the public internet, whatever it is wrapped in.

    Raises:
        ValueError: it is not an address.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found.is_site_local or found in UNKNOWN_AS_PRIVATE or any(found in prefix for prefix in TRANSLATED):
            return False
    return found.is_global and not found.is_multicast and not found.is_reserved and not found.is_unspecified


async def send(url: str, message: Message) -> None:
    """POST a message; any 2xx is taken for an answer, redirects are not followed, and no body is read.

    The host is looked up first and the connection made to the address that was found, so that a second look-up cannot
    lead elsewhere.

    Raises:
        DeliveryError: the address is refused, nobody answers within 5 seconds, or the answer is not 2xx.
    """
    try:
        parts = checked_address(url)
        async with asyncio.timeout(SECONDS):
            address = await _resolved(parts)
            status = await _posted(parts, address, message)
    except InvalidInputError as error:
        raise DeliveryError(error.message, retryable=False) from error
    except TimeoutError as error:
        raise DeliveryError(f"no answer within {SECONDS:g} s") from error
    except (OSError, asyncio.IncompleteReadError, ValueError) as error:
        raise DeliveryError(f"no answer: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise DeliveryError(f"answered {status}", retryable=status not in FINAL_STATUSES)


async def _resolved(parts: SplitResult) -> str:
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    addresses = [str(entry[4][0]) for entry in found]
    if place(parts) not in _allowed and not all(map(is_public, addresses)):
        raise DeliveryError(f"{host[:60]} leads to no address of the public internet", retryable=False)
    return addresses[0]


async def _posted(parts: SplitResult, address: str, message: Message) -> int:
    """Send the request over one connection and read the status of the answer."""
    secure = parts.scheme == "https"
    reader, writer = await asyncio.open_connection(
        address,
        parts.port or PORTS[parts.scheme],
        ssl=ssl.create_default_context() if secure else None,
        server_hostname=parts.hostname if secure else None,
        limit=STATUS_LINE_MAX,
    )
    try:
        writer.write(_request(parts, message))
        await writer.drain()
        version, _, rest = (await reader.readuntil(b"\r\n")).partition(b" ")
        if not version.startswith(b"HTTP/1."):
            raise ValueError("the answer is not HTTP")
        return int(rest[:3])
    except asyncio.LimitOverrunError as error:
        raise ValueError("the answer is not HTTP") from error
    finally:
        writer.transport.abort()


def _request(parts: SplitResult, message: Message) -> bytes:
    if len(message.body) > BODY_MAX:
        raise ValueError("the message is too large")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {host}",
        "Content-Type: application/json",
        f"Content-Length: {len(message.body)}",
        "User-Agent: TITAN",
        "Connection: close",
        f"Titan-Delivery: {message.delivery_id}",
        f"Titan-Timestamp: {message.timestamp}",
        f"Titan-Signature: v1={message.signature()}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + message.body


def _invalid(why: str) -> InvalidInputError:
    return InvalidInputError("WEBHOOK_INVALID", f"This cannot be the address of a webhook: {why}", ["webhookUrl"])
