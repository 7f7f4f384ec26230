"""The bootstrap script alone: in a copy of the project with stand-ins for Python, uv and Node on PATH."""

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TOOLS = "bash cat chmod cut dirname env find flock grep id mkdir rm sha256sum sleep sort tail touch xargs"

# Behaves as a Python that fits; its `pip install uv` leaves a uv whose `venv` leaves a Python that says what it runs.
PYTHON = r"""#!/usr/bin/env bash
if [ "$1" = -c ]; then
  if [ -z "${OLD:-}" ]; then exit 0; fi
  case $2 in *python_version*) echo 3.9.2; exit 0 ;; *) exit 1 ;; esac
fi
echo "python $*" >>"$CALLS"
while [ $# -gt 0 ]; do if [ "$1" = --target ]; then target=$2; fi; shift; done
if [ "${target:-}" ]; then
  mkdir -p "$target/bin"
  cat >"$target/bin/uv" <<'UV'
#!/usr/bin/env bash
echo "uv $*" >>"$CALLS"
if [ "${UV_FAILS:-}" ]; then echo "no such wheel"; exit 2; fi
if [ "$1" = venv ]; then
  mkdir -p "$ROOT/.venv/bin"
  printf '#!/usr/bin/env bash\nif [ "$1" = -c ]; then exit 0; fi\necho "ran $*"\n' >"$ROOT/.venv/bin/python"
  chmod +x "$ROOT/.venv/bin/python"
fi
UV
  chmod +x "$target/bin/uv"
fi
"""
NODE = "#!/usr/bin/env bash\necho ${NODE_VERSION:-v20.11.0}\n"
NPM = r"""#!/usr/bin/env bash
echo "npm $*" >>"$CALLS"
if [ "$1" = ci ]; then mkdir -p node_modules; else mkdir -p "$ROOT/titan_graphql/static"; fi
"""


class Project:
    """A copy of the script with locks of its own, and a PATH that holds only what a test allows."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "project"
        self.bin = folder / "bin"
        self.calls_file = folder / "calls"
        (self.root / "client" / "src").mkdir(parents=True)
        (self.root / "titan_graphql").mkdir()
        self.bin.mkdir()
        shutil.copy(ROOT / "titan", self.root)
        for name in ("requirements.lock", "requirements-dev.lock", "client/package.json", "client/package-lock.json"):
            (self.root / name).write_text(name)
        for name in TOOLS.split():
            (self.bin / name).symlink_to(shutil.which(name) or name)

    def provide(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def start(self, *words: str, **environment: str) -> "subprocess.Popen[str]":
        variables = {
            "PATH": str(self.bin),
            "HOME": "/nonexistent",
            "CALLS": str(self.calls_file),
            "ROOT": str(self.root),
        }
        return subprocess.Popen(
            [self.root / "titan", *words], env={**variables, **environment}, cwd="/", text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def run(self, *words: str, **environment: str) -> tuple[int, str, str]:
        process = self.start(*words, **environment)
        out, err = process.communicate(timeout=30)
        return process.returncode, out, err

    def calls(self) -> list[str]:
        """What was called since the last time, in short: the program and its first words."""
        if not self.calls_file.exists():
            return []
        lines = self.calls_file.read_text().splitlines()
        self.calls_file.unlink()
        return [" ".join(line.split()[:3]) for line in lines]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def equipped(project: Project) -> Project:
    project.provide("python3", PYTHON)
    project.provide("node", NODE)
    project.provide("npm", NPM)
    return project


INSTALLED = ["python -m pip", "python -m pip", "uv venv --clear", "uv pip sync"]
BUILT = ["npm ci", "npm run build"]


def test_without_python_one_line_says_what_to_install(project: Project):
    assert project.run("up") == (
        1,
        "",
        "titan: needs Python 3.11, 3.12 or 3.13, and found no python3: install python3 and python3-pip\n",
    )


def test_a_python_that_is_too_old_is_named_with_its_version(equipped: Project):
    assert equipped.run("up", OLD="yes") == (1, "", "titan: needs Python 3.11, 3.12 or 3.13, but python3 is 3.9.2\n")
    assert equipped.calls() == []


def test_a_chosen_python_is_the_only_one_tried(equipped: Project):
    assert equipped.run("up", TITAN_PYTHON="python9") == (
        1,
        "",
        "titan: needs Python 3.11, 3.12 or 3.13, and found no python9: install python3 and python3-pip\n",
    )


def test_without_node_nothing_is_installed(equipped: Project):
    (equipped.bin / "node").unlink()

    assert equipped.run("up") == (
        1,
        "",
        "titan: needs Node.js 20 or newer to build the client, and found none: install nodejs and npm\n",
    )
    assert equipped.calls() == []


def test_a_node_that_is_too_old_is_named_with_its_version(equipped: Project):
    assert equipped.run("up", NODE_VERSION="v18.19.0") == (
        1,
        "",
        "titan: needs Node.js 20 or newer, but node is v18.19.0\n",
    )
    assert equipped.calls() == []


def test_without_npm_one_line_says_what_to_install(equipped: Project):
    (equipped.bin / "npm").unlink()

    assert equipped.run("up") == (1, "", "titan: needs npm to build the client, and found none: install npm\n")


def test_the_first_start_installs_and_builds_and_the_second_does_neither(equipped: Project):
    code, out, err = equipped.run("up", "--port", "9000")

    assert (code, err) == (0, "")
    assert out.splitlines()[-1] == "ran -P -m titan_graphql up --port 9000"
    assert equipped.calls() == [*INSTALLED, *BUILT]
    assert equipped.run("up") == (0, "ran -P -m titan_graphql up\n", "")
    assert equipped.calls() == []


def test_commands_without_a_browser_need_no_node(equipped: Project):
    (equipped.bin / "node").unlink()

    code, out, err = equipped.run("token", "list")

    assert (code, out.splitlines()[-1], err) == (0, "ran -P -m titan_graphql token list", "")
    assert equipped.calls() == INSTALLED


def test_a_changed_lock_is_installed_again(equipped: Project):
    equipped.run("up")
    equipped.calls()
    (equipped.root / "requirements.lock").write_text("other")

    equipped.run("up")

    assert equipped.calls() == ["uv pip sync"]


def test_changed_client_sources_are_built_again(equipped: Project):
    equipped.run("up")
    equipped.calls()
    (equipped.root / "client" / "src" / "main.tsx").write_text("other")

    equipped.run("up")

    assert equipped.calls() == ["npm run build"]


def test_a_moved_project_gets_its_environment_anew(equipped: Project, tmp_path: Path):
    equipped.run("up")
    equipped.calls()
    equipped.root = equipped.root.rename(tmp_path / "moved")

    equipped.run("up")

    assert equipped.calls() == ["uv venv --clear", "uv pip sync"]


def test_a_failed_installation_says_why_and_is_tried_again(equipped: Project):
    code, _, err = equipped.run("up", UV_FAILS="yes")

    assert code == 1
    assert err.splitlines()[0] == "no such wheel"
    assert err.splitlines()[-1].startswith("titan: failed: ")
    equipped.calls()
    assert equipped.run("up")[0] == 0
    assert equipped.calls() == ["uv venv --clear", "uv pip sync", *BUILT]


def test_two_starts_at_once_install_once(equipped: Project):
    both = [equipped.start("up"), equipped.start("up")]

    assert [process.communicate(timeout=30)[1] for process in both] == ["", ""]
    assert equipped.calls() == [*INSTALLED, *BUILT]


def test_nothing_is_written_outside_the_project(equipped: Project, tmp_path: Path):
    before = set(tmp_path.iterdir())

    equipped.run("up", HOME=str(tmp_path))

    assert set(tmp_path.iterdir()) == before | {equipped.calls_file}


def test_the_environment_of_the_tests_serves_the_other_commands_too(equipped: Project):
    equipped.provide("chromium", NODE)
    equipped.run("test", "tests/x")
    assert equipped.calls() == [*INSTALLED, *BUILT]

    assert equipped.run("up") == (0, "ran -P -m titan_graphql up\n", "")
    assert equipped.calls() == []


def test_what_one_process_compiled_the_next_may_find(equipped: Project):
    equipped.run("user")
    (equipped.root / ".venv" / "bin" / "python").write_text(
        '#!/usr/bin/env bash\necho "${PYTHONDONTWRITEBYTECODE-unset}"\n'
    )

    assert equipped.run("user", PYTHONDONTWRITEBYTECODE="1") == (0, "unset\n", "")


def test_arguments_of_test_go_to_pytest(equipped: Project):
    equipped.provide("chromium", NODE)

    _, out, _ = equipped.run("test", "tests/x", "-k", "y")

    assert out.splitlines()[-1] == "ran -m pytest tests/x -k y"


def test_an_extra_is_installed_and_outlives_a_changed_lock(equipped: Project):
    equipped.run("user")
    assert equipped.calls() == INSTALLED

    assert equipped.run("add", "ccxt") == (0, "titan: installing ccxt\n", "")
    assert equipped.calls() == ["uv pip install"]

    (equipped.root / "requirements.lock").write_text("other packages")
    equipped.run("user")
    assert equipped.calls() == ["uv pip sync", "uv pip install"]


def test_the_client_of_rabbitmq_is_an_extra_too(equipped: Project):
    equipped.run("user")
    equipped.calls()

    assert equipped.run("add", "rabbitmq") == (0, "titan: installing rabbitmq\n", "")
    assert equipped.calls() == ["uv pip install"]
    assert (equipped.root / ".titan" / "extras").read_text() == "dramatiq[rabbitmq]\n"


def test_only_known_extras_are_installed(equipped: Project):
    code, out, err = equipped.run("add", "leftpad")

    assert (code, out, equipped.calls()) == (1, "", [])
    assert err == (
        "titan: adds packages that not everybody needs: "
        "./titan add ccxt, ./titan add yfinance, or ./titan add rabbitmq\n"
    )
