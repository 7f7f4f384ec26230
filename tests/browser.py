"""The end-to-end path: a real `titan up` on an empty data directory, and the client's script in a real Chromium."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
LINK = re.compile(r"(http://\S+)/sign-in\?token=\S+")
STOP_SECONDS = 10
LOG_LINES = 40


def main() -> int:
    """Start the stack, hand its link to the script, stop the stack."""
    chromium = os.environ.get("TITAN_CHROMIUM", "")
    if not os.access(chromium, os.X_OK):
        print("no Chromium: ./titan test installs one, or set TITAN_CHROMIUM to yours", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="titan-e2e-") as data_dir:
        stack = start(Path(data_dir))
        try:
            code = run_script(wait_for_link(stack), data_dir)
        finally:
            stack.send_signal(signal.SIGTERM)
            stack.wait(STOP_SECONDS)
        if code:
            show_logs(Path(data_dir))
        return code


def run_script(link: re.Match[str], data_dir: str) -> int:
    """The client's own script, told where the stack is."""
    addresses = {"TITAN_URL": link.group(1), "TITAN_SIGN_IN_LINK": link.group(0), "TITAN_DATA_DIR": data_dir}
    command = ["npm", "run", "--silent", "e2e"]
    return subprocess.run(command, cwd=ROOT / "client", env={**os.environ, **addresses}, check=False).returncode


def show_logs(data_dir: Path) -> None:
    """The last lines of every log, since the folder goes away."""
    for log in sorted((data_dir / "logs").glob("*.log")):
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        print(f"--- {log.name}", *lines[-LOG_LINES:], sep="\n", flush=True)


def start(data_dir: Path) -> "subprocess.Popen[str]":
    """`titan up` as a user would start it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [ROOT / "titan", "up", "--data-dir", data_dir, "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TITAN_")}
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)


def wait_for_link(stack: "subprocess.Popen[str]") -> re.Match[str]:
    """Pass on what the stack says until the line with the sign-in link."""
    assert stack.stdout is not None
    for line in stack.stdout:
        print(line, end="", flush=True)
        if link := LINK.search(line):
            return link
    raise SystemExit(f"titan up ended with {stack.wait()} before it was ready")


if __name__ == "__main__":
    sys.exit(main())
