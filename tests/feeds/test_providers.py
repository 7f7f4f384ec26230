"""Providers are found by name or entry point, take typed options, and give bars that can be kept."""

import subprocess
import sys
import tomllib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from tests.bad_files import parquet, text
from tests.feeds.binance import serving
from titan_graphql.errors import InvalidInputError, NotFoundError, TitanError, UnavailableError
from titan_graphql.feeds.bars import Bars
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.providers import registry
from titan_graphql.feeds.providers.contract import Provider
from titan_graphql.feeds.providers.gathering import gather
from titan_graphql.feeds.providers.options import list_options, read_options
from titan_graphql.feeds.providers.registry import BUILT_IN, make_provider, provider_class
from titan_graphql.feeds.providers.timeframes import timeframe_named

ROOT = Path(__file__).parents[2]
DAY = 86_400_000
TUESDAY = 1_704_153_600_000  # 2024-01-02
STOOQ = text(
    "<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>",
    "KO.US,D,20240102,000000,58.5,60,58,59.5,100,0",
    "KO.US,D,20240103,000000,59.5,61,59,60.25,200.5,0",
)
SITE = text("Date,Open,High,Low,Close,Volume", "2024-01-02,58.5,60,58,59.5,100", "2024-01-03,59.5,61,59,60.25,200")


def ignore(_page: Bars) -> None:
    """Nobody looks."""


async def gathered(provider: Provider, symbol: str, timeframe: str = "D1") -> Bars:
    return await gather(provider, symbol, timeframe, None, None, ReadOptions(), ignore)


@pytest.fixture
def forgotten() -> Any:
    """Entry points are looked for once in a process."""
    registry._points.cache_clear()
    registry._others.cache_clear()
    yield
    registry._points.cache_clear()
    registry._others.cache_clear()


THIRD_PARTY = """
from dataclasses import dataclass
import numpy as np
from titan_graphql.feeds.bars import Bars
from titan_graphql.feeds.providers.contract import Listed, PastProvider
from titan_graphql.feeds.venues import OTHER

@dataclass(frozen=True)
class Options:
    level: float

class Flat(PastProvider):
    name, summary, timeframes, options = "flat", "always the same price", ("D1",), Options
    origin, venue, adjustment = "nowhere", OTHER, "RAW"

    def __init__(self, options):
        self.level = options.level

    async def instruments(self):
        return [Listed("FLAT", "A flat line", "USD", "INDEX")]

    async def bars(self, symbol, timeframe, start, end):
        yield Bars(np.array([86_400_000, 172_800_000]), {"close": np.full(2, self.level)})
"""


@pytest.fixture
def third_party(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forgotten: None) -> Path:
    """A package as an installer leaves it."""
    (tmp_path / "flat_line.py").write_text(THIRD_PARTY)
    folder = tmp_path / "flat_line-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: flat-line\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(
        "[titan.providers]\nflat = flat_line:Flat\nbroken = flat_line:Nothing\nempty = flat_line:np\n"
        "sample = flat_line:Flat\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


async def test_a_provider_of_another_package_is_found(third_party: Path):
    provider = make_provider("flat", {"level": "7.5"})
    bars = await gathered(provider, "FLAT")

    assert (bars.time.tolist(), bars.close.tolist()) == ([DAY, 2 * DAY], [7.5, 7.5])
    assert ("flat", "flat-line") in [(found.name, found.origin) for found in registry.listing()]
    assert provider_class("sample").__module__ == "titan_graphql.feeds.providers.sample"


@pytest.mark.parametrize("name", ["broken", "empty"])
async def test_an_entry_point_that_is_no_provider_is_named(third_party: Path, name: str):
    with pytest.raises(UnavailableError) as refused:
        make_provider(name, {})
    assert (refused.value.code, f"The provider {name} " in refused.value.message) == ("PROVIDER_INVALID", True)


def test_the_command_lists_it_with_its_options(third_party: Path):
    command = [sys.executable, "-P", "-m", "titan_graphql", "providers", "flat"]
    path = f"{ROOT}:{third_party}"
    listed = subprocess.run(command, env={"PYTHONPATH": path}, cwd="/", check=True, capture_output=True, text=True)
    assert listed.stdout == (
        "flat (flat-line)\n    always the same price\n    can: history, instruments; timeframes: 1d\n"
        "    --option level=… a number, required: \n"
    )


def test_built_in_providers_are_also_declared_as_entry_points():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["entry-points"][registry.GROUP] == BUILT_IN
    assert {name: list(provider_class(name).timeframes)[-1] for name in BUILT_IN} == dict.fromkeys(BUILT_IN, "D1")
    assert all(name in project["optional-dependencies"] for name in registry.EXTRAS)


def test_an_unknown_provider_is_answered_with_those_there_are():
    with pytest.raises(NotFoundError) as refused:
        make_provider("bloomberg", {})
    assert refused.value.code == "PROVIDER_UNKNOWN"
    assert refused.value.message.startswith("There is no provider 'bloomberg'; there are sample, csv, parquet, stooq")


@pytest.mark.parametrize("name", registry.EXTRAS)
def test_a_missing_package_is_one_clear_line(name: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(registry, "installed", lambda package: False)
    with pytest.raises(UnavailableError) as refused:
        make_provider(name, {"exchange": "binance"} if name == "ccxt" else {})
    line = (
        f"the provider {name} needs a package that is not installed; run: ./titan add {name} (or: pip install {name})"
    )
    assert (refused.value.code, refused.value.message) == ("PROVIDER_MISSING", line)


@pytest.mark.parametrize(
    ("name", "given", "code", "named"),
    [
        ("ccxt", {}, "OPTION_MISSING", "exchange"),
        ("ccxt", {"exchange": "binance", "leverage": "3"}, "OPTION_UNKNOWN", "leverage"),
        ("sample", {"seed": "1"}, "OPTION_UNKNOWN", "seed"),
        ("csv", {}, "OPTION_MISSING", "files"),
    ],
)
def test_options_are_typed_and_named(name: str, given: dict[str, Any], code: str, named: str):
    with pytest.raises(InvalidInputError) as refused:
        make_provider(name, given)
    assert (refused.value.code, refused.value.path) == (code, ["options", named])
    assert named in refused.value.message


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """An option of each kind that no built-in provider has."""

    speed: float = 60.0
    start: int | None = None
    loop: bool = field(default=False, metadata={"help": "begin again at the end"})

    def __post_init__(self) -> None:
        """Refuse a speed that is none."""
        if not 0.0 < self.speed <= 1e6:
            raise InvalidInputError("OPTION_INVALID", "The speed is above 0", ["options", "speed"])


@pytest.mark.parametrize(
    "given",
    [{"speed": "fast"}, {"speed": "1e400"}, {"speed": "nan"}, {"loop": "perhaps"}, {"start": "1.5"}],
)
def test_options_that_are_no_number_and_no_choice(given: dict[str, str]):
    with pytest.raises(InvalidInputError) as refused:
        read_options("typed", Typed, given)
    assert (refused.value.code, refused.value.path) == ("OPTION_INVALID", ["options", *given])


def test_options_are_read_and_listed_as_they_are_written():
    assert read_options("typed", Typed, {"speed": "120", "start": "5", "loop": "yes"}) == Typed(
        speed=120.0, start=5, loop=True
    )
    assert [(one.name, one.kind, one.default, one.help) for one in list_options(Typed)] == [
        ("speed", "a number", "60.0", ""),
        ("start", "a whole number", None, ""),
        ("loop", "yes or no", "False", "begin again at the end"),
    ]


@pytest.mark.parametrize(("written", "name"), [("1m", "M1"), ("M5", "M5"), ("1H", "H1"), ("1d", "D1"), ("d1", "D1")])
def test_timeframes_are_written_either_way(written: str, name: str):
    assert timeframe_named(written) == name


async def test_the_sample_is_a_provider():
    provider = make_provider("sample", {})
    bars = await gathered(provider, "KO")
    assert (len(await provider.instruments()), len(bars), provider.adjustment) == (20, 8313, "TOTAL_RETURN")
    with pytest.raises(NotFoundError):
        await provider.find("NOPE")
    with pytest.raises(InvalidInputError) as refused:
        await provider.stream(["KO"], "D1").__anext__()
    assert refused.value.code == "PROVIDER_NO_STREAM"


async def test_files_are_providers(tmp_path: Path):
    (tmp_path / "ko.csv").write_bytes(SITE)
    (tmp_path / "pep.parquet").write_bytes(parquet(Date=["2024-01-02", "2024-01-03"], Close=[1.0, 2.0]))
    csv = make_provider("csv", {"files": str(tmp_path / "ko.csv")})
    assert (await gathered(csv, "KO")).close.tolist() == [59.5, 60.25]
    table = make_provider("parquet", {"files": str(tmp_path / "pep.parquet")})
    assert (await gathered(table, "PEP")).close.tolist() == [1.0, 2.0]
    wrong = make_provider("csv", {"files": str(tmp_path / "pep.parquet")})
    with pytest.raises(InvalidInputError) as refused:
        await gathered(wrong, "PEP")
    assert refused.value.code == "FILE_FORMAT_WRONG"


@pytest.mark.parametrize(("name", "content"), [("ko.us.txt", STOOQ), ("ko_us_d.csv", SITE)], ids=["bulk", "site"])
async def test_both_layouts_of_stooq_are_read(tmp_path: Path, name: str, content: bytes):
    (tmp_path / name).write_bytes(content)
    provider = make_provider("stooq", {"files": str(tmp_path / name)})
    bars = await gathered(provider, "KO")

    assert [listed.symbol for listed in await provider.instruments()] == ["KO"]
    assert (bars.time.tolist(), bars.close.tolist()) == ([TUESDAY, TUESDAY + DAY], [59.5, 60.25])
    assert (provider.venue.code, provider.adjustment) == ("US", "TOTAL_RETURN")
    await provider.close()


async def test_a_stooq_file_of_another_market_is_refused(tmp_path: Path):
    (tmp_path / "bp.txt").write_bytes(STOOQ.replace(b"KO.US", b"BP.UK"))
    with pytest.raises(InvalidInputError) as refused:
        await make_provider("stooq", {"files": str(tmp_path / "bp.txt")}).instruments()
    assert (refused.value.code, refused.value.path) == ("MARKET_UNKNOWN", ["options", "market"])


@pytest.fixture
async def stooq() -> AsyncIterator[tuple[Provider, list[str]]]:
    asked: list[str] = []

    async def download(request: Request) -> Response:
        asked.append(request.url.query)
        answers = {"ko.us": SITE.decode(), "limit.us": "Exceeded the daily hits limit"}
        return PlainTextResponse(answers.get(request.query_params["s"], "No data"))

    async with serving(Starlette(routes=[Route("/q/d/l/", download)])) as url:
        provider = make_provider("stooq", {"url": url})
        yield provider, asked
        await provider.close()


async def test_the_site_of_stooq_is_asked_for_one_symbol(stooq: tuple[Provider, list[str]]):
    provider, asked = stooq
    bars = await gather(provider, "KO", "D1", TUESDAY + DAY, None, ReadOptions(), ignore)

    assert (bars.close.tolist(), asked) == ([60.25], ["s=ko.us&i=d&d1=20240103"])


@pytest.mark.parametrize(("symbol", "code"), [("NOPE", "INSTRUMENT_NOT_FOUND"), ("LIMIT", "PROVIDER_FAILED")])
async def test_what_the_site_says_in_words_is_an_error(stooq: tuple[Provider, list[str]], symbol: str, code: str):
    with pytest.raises(TitanError) as refused:
        await gathered(stooq[0], symbol)
    assert refused.value.code == code
