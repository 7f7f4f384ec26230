"""Every code that the program can answer with is explained, and every explanation belongs to a code in use."""

import ast
from collections.abc import Iterator
from pathlib import Path

from titan_graphql import errors
from titan_graphql.problem_codes import EXPLANATIONS
from titan_graphql.quant.errors import QuantError

PACKAGE = Path(__file__).parents[1] / "titan_graphql"
RAISED = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
# Calls besides raising that take a code first, or as the argument `code`.
TAKING = {"refusal": 0, "_refusal": 0, "fail": 1, "_fail": 1, "_answer": 4}
# What kernels refuse that no input of the graph reaches: their callers have checked it, or nobody asks for them yet.
UNREACHABLE = {
    "AXIS_EMPTY",
    "AXIS_OUT_OF_RANGE",
    "BAND_OUT_OF_RANGE",
    "BLOCKS_OUT_OF_RANGE",
    "CHUNK_OUT_OF_RANGE",
    "CRITERION_UNKNOWN",
    "CUT_OUT_OF_RANGE",
    "DAYS_NEGATIVE",
    "DECAY_OUT_OF_RANGE",
    "DELTA_OUT_OF_RANGE",
    "DRAWS_OUT_OF_RANGE",
    "GRID_EMPTY",
    "GRID_TOO_LARGE",
    "LENGTH_MISMATCH",
    "MAX_POINTS_OUT_OF_RANGE",
    "NOT_SWEEPABLE",
    "OPEN_MISSING",
    "PERIODS_NOT_POSITIVE",
    "RULE_UNSUPPORTED",
    "SCALE_UNKNOWN",
    "SERIES_SHAPE",
    "SIGNAL_OUT_OF_RANGE",
    "SPLIT_NOT_POSITIVE",
    "STATE_INVALID",
    "TOO_FEW_RETURNS",
    "TREND_UNKNOWN",
    "TRIALS_OUT_OF_RANGE",
    "VARIANCE_NOT_POSITIVE",
    "VOLATILITY_OUT_OF_RANGE",
    "WINDOW_TOO_SHORT",
}
# Explained ahead of their use: the endpoint's checks of bodies.
AHEAD = {"BODY_INVALID"}
ROOMS = ("services", "quant", "server", "schema", "resolvers", "events", "feeds")


def is_code(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace("_", "A").isupper()


def codes_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in EXPLANATIONS:
            yield node.value
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = 0 if name in RAISED else TAKING.get(name)
        given = [node.args[place]] if place is not None and len(node.args) > place else []
        given += [keyword.value for keyword in node.keywords if keyword.arg in {"code", "error_code"}]
        yield from (argument.value for argument in given if is_code(argument))


def used() -> set[str]:
    rooms = [path for room in ROOMS for path in (PACKAGE / room).rglob("*.py")]
    files = [*rooms, *PACKAGE.glob("[!p]*.py")]
    codes = {code for path in files for code in codes_in(ast.parse(path.read_text(encoding="utf-8")))}
    return codes | {kind.code for kind in QuantError.__subclasses__()} | {QuantError.code}


def test_every_code_is_explained():
    assert used() - set(EXPLANATIONS) - UNREACHABLE == set()


def test_every_explanation_is_of_a_code_in_use():
    assert set(EXPLANATIONS) - used() - AHEAD == set()


def test_explanations_are_sentences():
    assert [code for code, text in EXPLANATIONS.items() if not text.endswith(".")] == []
