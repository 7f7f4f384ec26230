"""The smaller commands: what they print, what they refuse, and that a refusal changes nothing."""

import re

import pytest

from tests.commands.conftest import Installation
from titan_graphql.__main__ import COMMANDS, main
from titan_graphql.commands import user
from titan_graphql.errors import InvalidInputError

TOKEN = re.compile(r"titan_[\w-]{43}\n")
LINK = re.compile(r"http://127\.0\.0\.1:8000/sign-in\?token=titan_[\w-]{43}\n")


def test_without_a_command_the_list_of_commands_is_shown(installation: Installation):
    code, out, err = installation.run()

    assert (code, err) == (0, "")
    assert [name for name in COMMANDS if f"\n  {name} " not in out] == []


def test_an_unknown_command_is_one_line(installation: Installation):
    code, out, err = installation.run("fly")

    assert (code, out) == (2, "")
    assert err.startswith("titan: argument command: invalid choice: 'fly'")
    assert err.count("\n") == 1


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name: str, capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        main([name, "--help"])

    assert end.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: titan {name} ")


def test_a_wrong_option_is_one_line(installation: Installation):
    assert installation.run("up", "--port", "x") == (
        2,
        "",
        "titan: argument --port: invalid int value: 'x' (see titan up --help)\n",
    )


def test_migrating_twice_changes_nothing(installation: Installation):
    assert installation.run("migrate") == (0, "titan: updating the database (0001_initial)\n", "")
    assert installation.run("migrate") == (0, "", "")


def test_models_and_migrations_agree(installation: Installation):
    assert installation.run("migrate", "--check") == (0, "No changes detected\n", "")
    assert installation.data_dir.exists() is False


def test_a_token_is_created_listed_and_revoked(migrated: Installation):
    code, out, err = migrated.run("token", "create", "notebook", "--days", "7")
    assert (code, err) == (0, "")
    assert TOKEN.fullmatch(out)

    listing = migrated.run("token", "list")[1]
    assert re.fullmatch(r"notebook +admin +write until \d{4}-\d\d-\d\d, never used\n", listing)

    elsewhere = str(migrated.data_dir / "other")
    assert migrated.run("token", "list", "--data-dir", elsewhere)[0] == 1  # nothing is there: the option holds here too
    assert migrated.run("token", "revoke", "notebook") == (0, "revoked 1\n", "")
    assert migrated.run("token", "list") == (0, "no tokens\n", "")


def test_a_token_that_only_reads_is_listed_as_such(migrated: Installation):
    assert migrated.run("token", "create", "screen", "--read-only")[0] == 0

    assert re.fullmatch(r"screen +admin +read  until \d{4}-\d\d-\d\d, never used\n", migrated.run("token", "list")[1])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("create", "x", "--days", "0"), "A token lives for 1 to 3650 days, not 0"),
        (("create", " "), "A name has 1 to 100 printable characters"),
        (("create", "x", "--user", "nobody"), "There is no user named nobody"),
        (("revoke", "x"), "There is no live token named x"),
    ],
)
def test_a_refused_token_is_one_line(migrated: Installation, words: tuple[str, ...], message: str):
    assert migrated.run("token", *words) == (1, "", f"titan: {message}\n")
    assert migrated.run("token", "list") == (0, "no tokens\n", "")


def test_a_user_is_added_once_and_gets_links(migrated: Installation):
    code, out, _ = migrated.run("user", "add", "ada", "--role", "viewer")
    assert code == 0
    assert LINK.fullmatch(out)

    assert migrated.run("user", "add", "ada") == (1, "", "titan: There is already a user named ada\n")
    assert LINK.fullmatch(migrated.run("user", "link", "ada")[1])
    assert migrated.run("user", "link", "bob") == (1, "", "titan: There is no user named bob\n")


def test_a_password_is_read_from_a_pipe_and_never_shown(migrated: Installation):
    migrated.run("user", "add", "ada")

    given = "correct horse battery\nwhat follows is not read\n"
    assert migrated.run("user", "password", "ada", given=given) == (0, "password of ada set; sessions ended: 0\n", "")


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("ada", "", "A password has 12 to 128 characters, not 0"),
        ("ada", "too short\n", "A password has 12 to 128 characters, not 9"),
        ("ada", "x" * 129, "A password has 12 to 128 characters, not 129"),
        ("bob", "correct horse battery\n", "There is no user named bob"),
    ],
)
def test_a_refused_password_is_one_line(migrated: Installation, name: str, given: str, message: str):
    migrated.run("user", "add", "ada")

    assert migrated.run("user", "password", name, given=given) == (1, "", f"titan: {message}\n")


@pytest.mark.parametrize(
    ("typed", "outcome"),
    [(["one secret text"] * 2, "one secret text"), (["one secret text", "another text"], None), ([], None)],
)
def test_a_password_is_asked_for_twice_and_not_echoed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], typed: list[str], outcome: str | None
):
    answers, prompts = iter(typed), []

    def getpass(prompt: str) -> str:
        prompts.append(prompt)
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr(user, "getpass", getpass)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    if outcome is None:
        with pytest.raises(InvalidInputError) as refused:
            user._asked_password("ada")
        assert refused.value.code == "PASSWORDS_DIFFER"
    else:
        assert user._asked_password("ada") == outcome
    assert prompts[0] == "New password of ada: "
    assert capsys.readouterr() == ("", "")


def test_a_database_without_tables_says_what_to_run(installation: Installation):
    installation.data_dir.mkdir()

    assert installation.run("token", "list") == (
        1,
        "",
        "titan: the database lacks 1 migration; run: titan migrate\n",
    )


def test_check_finds_what_is_missing(migrated: Installation):
    code, out, err = migrated.run("check")

    words = {line[:15].strip(): line[16:24].strip() for line in out.splitlines()}
    assert err == ""
    assert {name: words[name] for name in ("data directory", "database", "Redis")} == {
        "data directory": "ok",
        "database": "ok",
        "Redis": "ok",
    }
    assert code == (0 if words["client"] == "ok" else 1)


def test_check_names_missing_migrations(installation: Installation):
    code, out, _ = installation.run("check")

    assert code == 1
    assert "database        PROBLEM  the database lacks 1 migration; run: titan migrate\n" in out


def test_the_schema_is_the_committed_one(installation: Installation):
    assert installation.run("schema", "--check") == (0, "client/schema.graphql is up to date\n", "")


def test_the_schema_is_printed(installation: Installation):
    code, out, err = installation.run("schema")

    assert (code, err) == (0, "")
    assert "type Query {" in out
