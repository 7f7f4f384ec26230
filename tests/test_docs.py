"""The guides keep to what there is: commands, options, settings, links, queries and programs in them are real."""

import argparse
import http.client
import http.server
import importlib
import keyword
import re
import shlex
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from graphql import get_variable_values, parse, validate

from titan_graphql.__main__ import COMMANDS
from titan_graphql.events.webhooks import Message
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers.gathering import gather
from titan_graphql.feeds.providers.options import read_options
from titan_graphql.feeds.providers.registry import GROUP, NEEDED
from titan_graphql.schema.root import schema

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
GUIDES = {path.name: path.read_text(encoding="utf-8") for path in PAGES}
COMMAND = re.compile(r"(?:[A-Z_]+=\S+ )*(?:\./)?titan ([a-z-].*?)(?:\s+#.*)?$")
# Commands of the bootstrap script, which come before Python.
OF_THE_SCRIPT = {"add": {"ccxt", "yfinance", "rabbitmq"}, "test": None}
SETTING = re.compile(r"\bTITAN_[A-Z_]+\b")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", GUIDES[page], re.DOTALL)


def block(page: str, language: str, marked: str) -> str:
    (found,) = [text for text in blocks(page, language) if marked in text]
    return found


def code_spans(text: str) -> Iterator[str]:
    """Indented and fenced blocks, and what stands in backticks."""
    yield from re.findall(r"```\w*\n(.*?)```", text, re.DOTALL)
    yield from re.findall(r"(?:^ {4,}\S.*\n?)+", text, re.MULTILINE)
    yield from re.findall(r"(?<!`)`([^`\n]+(?:\n[^`\n]+)?)`(?!`)", text)


def commands(text: str) -> Iterator[list[str]]:
    """The words of each command of ours."""
    for span in code_spans(text):
        for line in span.replace("\\\n", " ").splitlines():
            if found := COMMAND.match(line.strip()):
                yield shlex.split(found[1])


def parsers(name: str) -> list[argparse.ArgumentParser]:
    """The parser of a command and those of its actions."""
    module = importlib.import_module(f"titan_graphql.commands.{name}{'_' if keyword.iskeyword(name) else ''}")
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir")
    module.add_arguments(parser)
    nested = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return [parser, *(one for action in nested for one in action.choices.values())]


def complaint(words: list[str]) -> str | None:
    """What of a command there is not."""
    name, *rest = words
    if name in OF_THE_SCRIPT:
        allowed = OF_THE_SCRIPT[name]
        return None if allowed is None or not rest or rest[0] in allowed else rest[0]
    if name == "--help":
        return None
    if name not in COMMANDS:
        return name
    known = parsers(name)
    options = {option for parser in known for option in parser._option_string_actions}
    unknown = [word for word in rest if word.startswith("--") and word.split("=")[0] not in options]
    actions = [set(one.choices) for one in known[0]._actions if isinstance(one, argparse._SubParsersAction)]
    if actions and rest and not rest[0].startswith("-") and rest[0] not in actions[0]:
        unknown.append(rest[0])
    return ", ".join(unknown) or None


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_commands_that_are_named_exist():
    found = {" ".join(words): complaint(words) for text in GUIDES.values() for words in commands(text)}
    assert {"up", "test", "--help", "providers", "check faults --seeds 1,2,3"} <= found.keys()
    assert {command: unknown for command, unknown in found.items() if unknown} == {}


def test_a_command_that_does_not_exist_is_noticed():
    wrong = "    ./titan fly\n    ./titan up --prot 80\n    ./titan token make x\n    ./titan add numpy\n"
    assert [complaint(words) for words in commands(wrong)] == ["fly", "--prot", "make", "numpy"]


def test_the_settings_that_are_named_exist_and_all_are_in_the_readme():
    of_the_script = set(re.findall(r"\$\{(TITAN_[A-Z_]+)", (ROOT / "titan").read_text(encoding="utf-8")))
    read = set(SETTING.findall((ROOT / "titan_graphql" / "settings.py").read_text(encoding="utf-8"))) - {"TITAN_"}
    named = {name: set(SETTING.findall(text)) for name, text in GUIDES.items()}
    assert named["README.md"] == read | of_the_script
    assert set().union(*named.values()) == read | of_the_script


def test_links_lead_somewhere():
    broken = []
    for page in PAGES:
        for link in re.findall(r"\]\(([^)\s]+)\)", GUIDES[page.name]):
            if re.match(r"[a-z]+:", link):
                continue
            path, _, anchor = link.partition("#")
            target = page.parent / path if path else page
            if not target.exists() or (anchor and anchor not in anchors(target.read_text(encoding="utf-8"))):
                broken.append(f"{page.name}: {link}")
    assert broken == []


@pytest.mark.parametrize("page", [name for name in GUIDES if blocks(name, "graphql")])
def test_queries_are_valid(page: str):
    errors = [error for text in blocks(page, "graphql") for error in validate(schema._schema, parse(text))]
    assert [error.message for error in errors] == []


def test_queries_inside_programs_are_valid():
    client = block("api.md", "python", "barTicks")
    documents = re.findall(r"= \"\"\"(.*?)\"\"\"|= '(\{.*?\})'$", client, re.DOTALL | re.MULTILINE)
    texts = [one or other for one, other in documents]
    assert len(texts) == 2
    assert [error.message for text in texts for error in validate(schema._schema, parse(text))] == []
    compile(client, "docs/api.md", "exec")


def test_the_notebook_of_the_guide_makes_a_table(monkeypatch: pytest.MonkeyPatch):
    def post(url: str, json: dict[str, Any], headers: dict[str, str], timeout: float) -> httpx.Response:
        assert validate(schema._schema, parse(json["query"])) == []
        assert get_variable_values_errors(json) == []
        assert (url, headers) == ("http://127.0.0.1:8000/graphql", {"Authorization": "Bearer titan_example"})
        columns = {"time": [1327881600000, 1327968000000], "spread": [0.5, None], "zScore": [1.5, -2.0]}
        return httpx.Response(200, json={"data": {"pair": {"spread": columns}}})

    monkeypatch.setenv("TOKEN", "titan_example")
    monkeypatch.setattr(httpx, "post", post)
    namespace: dict[str, Any] = {}
    exec(compile(block("api.md", "python", "pd.DataFrame"), "docs/api.md", "exec"), namespace)
    table = namespace["spread"]

    assert [str(moment) for moment in table.index] == ["2012-01-30 00:00:00+00:00", "2012-01-31 00:00:00+00:00"]
    assert table["zScore"].tolist() == [1.5, -2.0]
    assert (table["spread"].iloc[0], table["spread"].isna().tolist()) == (0.5, [False, True])


def get_variable_values_errors(request: dict[str, Any]) -> list[str]:
    """What is wrong with the variables of a request."""
    (operation,) = parse(request["query"]).definitions
    values = get_variable_values(schema._schema, operation.variable_definitions, request["variables"])  # type: ignore[attr-defined]
    return [error.message for error in values] if isinstance(values, list) else []


async def test_the_provider_of_the_guide_is_one():
    project = tomllib.loads(block("data.md", "toml", "[project]"))
    ((name, value),) = project["project"]["entry-points"][GROUP].items()
    namespace: dict[str, Any] = {"__name__": value.partition(":")[0]}
    exec(compile(block("data.md", "python", "PastProvider"), "docs/data.md", "exec", dont_inherit=True), namespace)
    kind = namespace[value.partition(":")[2]]
    assert [part for part in NEEDED if not hasattr(kind, part)] == []
    provider = kind(read_options(name, kind.options, {"days": "60"}))
    bars = await gather(provider, "WAVE", "D1", 0, 30 * 86_400_000, ReadOptions(), lambda _: None)
    assert kind.name == name
    assert (len(bars), bars.time[0], bars.close[0], bars.close[15]) == (30, 0, 100.0, 110.0)


def test_the_receiver_of_the_guide_believes_the_sender_alone(monkeypatch, capsys):
    monkeypatch.setenv("WEBHOOK_SECRET", "whsec_example")
    source = block("live.md", "python", "Titan-Delivery")
    namespace: dict[str, Any] = {}
    exec(compile(source[: source.index("HTTPServer((")], "docs/live.md", "exec"), namespace)
    with http.server.HTTPServer(("127.0.0.1", 0), namespace["Receiver"]) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        now = int(time.time())
        body = b'{"message": "KO/PEP: far apart"}'
        genuine = Message("alert-1", body, "whsec_example", now)
        cases = [
            (genuine, body),
            (genuine, body + b" "),
            (Message("alert-2", body, "another", now), body),
            (Message("alert-3", body, "whsec_example", now - 3600), body),
        ]
        answers = [deliver(server.server_port, message, sent) for message, sent in cases]
        server.shutdown()
    assert answers == [204, 400, 400, 400]
    assert capsys.readouterr().out == "alert-1 KO/PEP: far apart\n"


def deliver(port: int, message: Message, body: bytes) -> int:
    headers = {
        "Titan-Delivery": message.delivery_id,
        "Titan-Timestamp": str(message.timestamp),
        "Titan-Signature": f"v1={message.signature()}",
    }
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", "/", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status
