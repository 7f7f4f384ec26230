"""titan serve: run the API server alone."""

import argparse
import os
import socket

from titan_graphql.app import create_app
from titan_graphql.server import running
from titan_graphql.settings import Settings
from titan_graphql.stack import unfailing_output


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Where to listen."""
    parser.add_argument("--host", help="the address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", type=int, help="the port to listen on (default 8000)")
    parser.add_argument("--fd", type=int, metavar="N", help="take the listening socket of this file descriptor instead")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Serve until a signal; a supervisor that hands over its own socket keeps the port while the server restarts."""
    unfailing_output.install()
    os.environ.update(settings.environment())
    running.log_plainly(settings.log_level)
    serving = running.server(create_app(settings), settings.host, settings.port, settings.log_level)
    listener = serving.config.bind_socket() if arguments.fd is None else socket.socket(fileno=arguments.fd)
    running.give_up_on_silent_peers(listener)
    serving.run(sockets=[listener])
    return 0 if serving.started else 1
