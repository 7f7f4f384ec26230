"""The rules of the house that files show: sizes, names, docstrings, mirrored concepts, and what must not be named."""

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GENERATED = {"titan_graphql/migrations"}
PYTHON_LINES_MAX = {"tests/": 500, "titan_graphql/quant/": 500, "": 350}
CLIENT_LINES_MAX = 250
FUNCTION_LINES_MAX = 50
KERNEL_LINES_MAX = 80
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "base", "common", "misc"}
CONCEPT_ROOMS = ("models", "services", "resolvers", "schema")
# Written in pieces, so that this file does not name them either.
REGISTRY_HOSTS = [
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry." + "npmjs",
    "npmjs" + ".org",
    "registry." + "yarnpkg",
    "deb." + "debian.org",
    "conda." + "anaconda.org",
]


def files_of_the_project() -> list[Path]:
    """Everything committed or about to be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()
    return [ROOT / name for name in sorted(set(names)) if (ROOT / name).is_file()]


FILES = files_of_the_project()


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


PYTHON = [path for path in FILES if path.suffix == ".py" and relative(path.parent) not in GENERATED]
CLIENT = [path for path in FILES if path.suffix in {".ts", ".tsx"} and relative(path).startswith("client/src/")]


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The lines of code after the signature and the docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def comments(path: Path) -> Iterator[tuple[int, str]]:
    for token in tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def test_python_files_stay_short():
    def most(path: Path) -> int:
        return next(most for prefix, most in PYTHON_LINES_MAX.items() if relative(path).startswith(prefix))

    assert {relative(path): lines(path) for path in PYTHON if lines(path) > most(path)} == {}


def test_client_files_stay_short():
    assert {relative(path): lines(path) for path in CLIENT if lines(path) > CLIENT_LINES_MAX} == {}


def test_functions_stay_short():
    def most(name: str) -> int:
        return KERNEL_LINES_MAX if name.endswith("_nb") else FUNCTION_LINES_MAX

    measured = {
        f"{relative(path)}:{function.name}": body_lines(function)
        for path in PYTHON
        for function in functions(path)
        if body_lines(function) > most(function.name)
    }
    assert measured == {}


def test_every_module_opens_with_a_sentence():
    def first_paragraph(path: Path) -> str:
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        return docstring.split("\n\n")[0]

    assert [relative(path) for path in PYTHON if not first_paragraph(path).endswith((".", "?"))] == []


def test_no_file_has_a_vague_name():
    def words(path: Path) -> set[str]:
        parts = Path(relative(path)).with_suffix("").parts
        return {word for part in parts for word in re.split(r"[_.\-]", part.lower())}

    assert [relative(path) for path in [*PYTHON, *CLIENT] if words(path) & VAGUE_NAMES] == []


def test_every_suppression_names_its_rule():
    bare = re.compile(r"#\s*(noqa(?!: ?[A-Z]+[0-9]+)|type:\s*ignore(?!\[[a-z]))")
    found = [f"{relative(path)}:{line}" for path in PYTHON for line, text in comments(path) if bare.search(text)]
    assert found == []


def test_no_file_names_a_package_registry():
    found = []
    for path in FILES:
        text = path.read_bytes()
        found += [f"{relative(path)}: {host}" for host in REGISTRY_HOSTS if host.encode() in text]
    assert found == []


def test_no_work_is_left_for_later():
    marks = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    found = [f"{relative(path)}:{line}" for path in PYTHON for line, text in comments(path) if marks.search(text)]
    assert found == []


@pytest.mark.parametrize("room", CONCEPT_ROOMS)
def test_every_room_has_every_concept(room: str):
    from titan_graphql.db import MODELS

    concepts = [name for name in MODELS if "_" not in name]  # the others are sub-nouns of one
    assert [name for name in concepts if not (ROOT / "titan_graphql" / room / f"{name}.py").is_file()] == []


def test_test_folders_are_named_after_rooms():
    rooms = {path.name for path in (ROOT / "titan_graphql").iterdir() if path.is_dir()} | {"workers", "benchmarks"}
    folders = {relative(path).split("/")[1] for path in PYTHON if re.match(r"tests/[^/]+/", relative(path))}
    assert folders - rooms == set()


def test_only_pictures_are_no_text():
    assert [relative(path) for path in FILES if b"\0" in path.read_bytes()] == ["docs/images/pair.png"]


def test_the_development_lock_holds_the_other_one():
    def pins(name: str) -> set[str]:
        text = (ROOT / name).read_text(encoding="utf-8")
        return {line.rstrip("\\ ") for line in text.splitlines() if re.match(r"[a-z0-9]", line)}

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()
