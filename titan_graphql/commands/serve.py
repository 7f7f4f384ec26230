"""titan serve: run the API server alone."""

import argparse
import os
import socket

import uvicorn

from titan_graphql.app import create_app
from titan_graphql.settings import Settings

SHUTDOWN_SECONDS = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port to listen on (default 8000)")
    parser.add_argument("--fd", type=int, metavar="N", help="take the listening socket of this file descriptor instead")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until a signal; a supervisor that hands over its own socket keeps the port while the server restarts."""
    os.environ.update(settings.environment())
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level.lower(),
        access_log=False,
        server_header=False,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    sockets = None if arguments.fd is None else [socket.socket(fileno=arguments.fd)]
    server = uvicorn.Server(config)
    server.run(sockets=sockets)
    return 0 if server.started else 1
