"""Puts the built browser client into the wheel, so that an installed package needs no Node."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClientHook(BuildHookInterface):  # type: ignore[type-arg]  # its parameter differs between hatchling versions
    """Build `client/` into `titan_graphql/static/` before the files are collected."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Skip editable installs, where ./titan builds the client, and sources that bring it along."""
        root = Path(self.root)
        static = root / "titan_graphql" / "static"
        if version == "editable" or not (root / "client" / "package.json").is_file():
            return
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError("npm is needed to build the client: install Node.js 20 or newer")
        subprocess.run([npm, "ci"], cwd=root / "client", check=True)  # noqa: S603 (a fixed command)
        command = [npm, "run", "build", "--", "--outDir", str(static), "--emptyOutDir"]
        subprocess.run(command, cwd=root / "client", check=True)  # noqa: S603 (a fixed command)
