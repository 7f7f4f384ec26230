"""GraphQL over HTTP, judged by the audits of the graphql-http package: an oracle that is not ours."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.server.conftest import LiveServer

AUDITS = Path(__file__).parent / "audits"
COUNT = 61


@pytest.fixture(scope="session")
def audits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The audits with their two packages, installed from the lock file."""
    folder = tmp_path_factory.mktemp("audits")
    for name in ("package.json", "package-lock.json", "audit.js"):
        shutil.copy(AUDITS / name, folder)
    subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--silent"], cwd=folder, check=True)
    return folder


def test_every_audit_of_graphql_over_http_passes(live: LiveServer, audits: Path):
    done = subprocess.run(
        ["node", "audit.js", live.url, live.token], cwd=audits, check=True, capture_output=True, text=True
    )
    outcomes = json.loads(done.stdout)

    assert [one for one in outcomes if one["status"] != "ok"] == []
    assert len(outcomes) == COUNT
