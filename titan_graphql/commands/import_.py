"""titan import: import files of bars, or bars of a provider, with a progress bar and a summary."""

import argparse
import asyncio
from collections.abc import Sequence
from pathlib import Path

from titan_graphql import db
from titan_graphql.commands import import_provider
from titan_graphql.commands.progress import ProgressBar, print_quality
from titan_graphql.errors import InvalidInputError, TitanError
from titan_graphql.feeds.files import FILE_BYTES_MAX, Understanding, check_file_name
from titan_graphql.feeds.options import ACCEPTABLE, DECIMALS, THOUSANDS, TIME_UNITS, Layout, ReadOptions
from titan_graphql.feeds.providers.files import FileOptions
from titan_graphql.feeds.providers.options import read_options
from titan_graphql.feeds.providers.timeframes import SPOKEN, timeframe_named
from titan_graphql.feeds.refusals import FileRefusedError
from titan_graphql.models.markets import InstrumentKind
from titan_graphql.services import market_imports, market_venues, market_writing
from titan_graphql.services.market_imports import ImportSpec
from titan_graphql.services.market_writing import Outcome
from titan_graphql.settings import Settings

OF_FILES = (
    "timezone", "columns", "layout", "symbol", "delimiter", "decimal", "thousands", "time_format", "time_unit",
)  # fmt: skip
OF_PROVIDERS = ("symbols", "since", "until", "overlap")
FILE_FORMATS = {"csv": "CSV", "parquet": "PARQUET"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Files and what they do not say themselves, or a provider."""
    parser.add_argument("files", nargs="*", metavar="FILE", type=Path, help="CSV or Parquet files")
    parser.add_argument("--market", help=f"{', '.join(market_venues.VENUES)}, or XPAR …")
    parser.add_argument("--timeframe", metavar="LENGTH", help=f"the length of a bar: {', '.join(SPOKEN.values())}")
    parser.add_argument("--timezone", help="the zone of times that carry none, such as America/New_York")
    parser.add_argument("--columns", metavar="ROLE=NAME,…", default="", help="which column is what, such as close=Last")
    parser.add_argument("--layout", type=str.upper, choices=list(Layout), help="(default: guessed)")
    parser.add_argument("--symbol", help="the symbol of a file that names none (default: the file's name)")
    parser.add_argument("--kind", type=str.upper, choices=list(InstrumentKind), help="what is traded")
    parser.add_argument("--currency", help="the currency of the prices (default: the market's)")
    parser.add_argument(
        "--adjustment", help="what the prices are corrected for: RAW, SPLIT, TOTAL_RETURN (default: RAW)"
    )
    parser.add_argument("--delimiter", default=",", help="what separates columns (default: a comma)")
    parser.add_argument("--decimal", choices=DECIMALS, default=".", help="what decimals begin with (default: a point)")
    parser.add_argument("--thousands", choices=THOUSANDS, help="what separates thousands (default: nothing)")
    parser.add_argument("--time-format", metavar="FORMAT", help="how times are written, such as %%d/%%m/%%Y")
    parser.add_argument("--time-unit", choices=TIME_UNITS, help="what counts of time since 1970 count")
    parser.add_argument("--accept", metavar="CODE,…", default="", help=f"confirm {', '.join(sorted(ACCEPTABLE))}")
    parser.add_argument("--synthetic", action="store_true", help="the prices were generated, not observed")
    import_provider.add_arguments(parser.add_argument_group("providers (titan providers lists them)"))
    names = (*OF_FILES, *OF_PROVIDERS, "option", "exchange")
    parser.set_defaults(defaults={name: parser.get_default(name) for name in names})


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Import every file; each is imported whole or not at all, and the first that is refused ends the command."""
    if arguments.provider is not None and arguments.provider not in FILE_FORMATS:
        _refuse(arguments, OF_FILES, f"goes with files, not with the provider {arguments.provider}")
        return import_provider.run(arguments, settings)
    _refuse(arguments, OF_PROVIDERS, "goes with a provider that is asked; files are imported whole")
    if arguments.provider is None:
        _refuse(arguments, ("option", "exchange"), "goes with a --provider")
    else:
        _take_options(arguments)
    if not arguments.files:
        raise InvalidInputError("FILE_MISSING", "name a file, or a --provider")
    for path in arguments.files:
        _check_path(path)
    form = FILE_FORMATS.get(arguments.provider or "")
    asyncio.run(_import(arguments.files, _spec(arguments), form, settings))
    return 0


def _refuse(arguments: argparse.Namespace, names: Sequence[str], why: str) -> None:
    """An option that would be overlooked is refused."""
    for name in names:
        if getattr(arguments, name) != arguments.defaults[name]:
            raise InvalidInputError("OPTION_INVALID", f"--{name.replace('_', '-')} {why}")


def _take_options(arguments: argparse.Namespace) -> None:
    """What `--option` says of files is what their own options say."""
    options = read_options(arguments.provider, FileOptions, {"files": (), **import_provider.given_options(arguments)})
    arguments.files = list(options.files)
    for name in ("symbol", "timeframe", "timezone"):
        if (value := getattr(options, name)) is not None:
            setattr(arguments, name, value)


async def _import(paths: Sequence[Path], spec: ImportSpec, form: str | None, settings: Settings) -> None:
    async with db.opened(settings):
        await market_imports.check(spec)
        for path in paths:
            await _import_file(path, spec, form)


def _check_path(path: Path) -> None:
    check_file_name(path.name)
    if not path.is_file():
        raise InvalidInputError("FILE_MISSING", f"there is no file {path}")
    if path.stat().st_size > FILE_BYTES_MAX:
        raise InvalidInputError(
            "FILE_TOO_LARGE", f"FILE_TOO_LARGE: {path} has more than {FILE_BYTES_MAX // 1024**2} MiB"
        )


async def _import_file(path: Path, spec: ImportSpec, form: str | None) -> None:
    name = path.name
    progress = ProgressBar(name)
    try:
        parsed, prepared = await market_imports.prepare_file(path, name, spec, progress)
        if form not in (None, parsed.understanding.format):
            message = f"{name} is {parsed.understanding.format}, not {form}"
            raise InvalidInputError("FILE_FORMAT_WRONG", message)
        progress(market_imports.STEPS - 1, market_imports.STEPS, "Writing")
        outcome = await market_writing.write(prepared)
    except TitanError as error:
        progress.clear()
        raise explained(error) from error
    progress.clear()
    print(summary(name, parsed.understanding, outcome))
    for revision in prepared.revisions:
        print_quality(revision.quality or {}, len(prepared.revisions) == 1)


def summary(name: str, understanding: Understanding, outcome: Outcome) -> str:
    """What came of a file, in one paragraph."""
    columns = ", ".join(f"{role} = {column}" for role, column in understanding.columns.items())
    ignored = f"; ignored: {', '.join(understanding.ignored)}" if understanding.ignored else ""
    changed = f"{outcome.bars_added:,} bars added, {outcome.bars_restated:,} restated"
    return (
        f"titan: {name}: {understanding.layout.lower()} {understanding.format}, {understanding.rows:,} rows, "
        f"{understanding.timeframe} ({columns}{ignored})\n"
        f"titan: {outcome.series:,} series, {outcome.unchanged:,} of them unchanged: {changed}"
    )


def explained(error: TitanError) -> TitanError:
    """A refusal whose message lists the wrong rows."""
    if not isinstance(error, FileRefusedError) or not error.rows:
        return InvalidInputError(error.code, f"{error.code}: {error.message}")
    places = [f"row {row.row}, column {row.column}" if row.column else f"row {row.row}" for row in error.rows]
    rows = [f"  {at}: {row.message}; found {row.value!r}" for at, row in zip(places, error.rows, strict=True)]
    more = [f"  … and {error.total - len(rows):,} more"] if error.total > len(rows) else []
    text = "\n".join([f"{error.code}: nothing was imported", *rows, *more])
    return InvalidInputError(error.code, text)


def _spec(arguments: argparse.Namespace) -> ImportSpec:
    read = ReadOptions(
        symbol=arguments.symbol,
        timeframe=timeframe_named(arguments.timeframe) if arguments.timeframe else None,
        timezone=arguments.timezone,
        columns=_columns(arguments.columns),
        layout=Layout(arguments.layout) if arguments.layout else None,
        delimiter=arguments.delimiter.replace("\\t", "\t"),
        decimal=arguments.decimal,
        thousands=arguments.thousands,
        time_format=arguments.time_format,
        time_unit=arguments.time_unit,
        accept=frozenset(_words(arguments.accept)),
    )
    return ImportSpec(
        market=arguments.market or market_venues.NO_VENUE,
        kind=InstrumentKind(arguments.kind) if arguments.kind else None,
        currency=arguments.currency,
        adjustment=market_writing.adjustment_named(arguments.adjustment or "RAW"),
        synthetic=arguments.synthetic,
        read=read,
    )


def _columns(text: str) -> dict[str, str]:
    pairs = [word.partition("=") for word in _words(text)]
    if any(not sign for _, sign, _ in pairs):
        raise InvalidInputError("OPTION_INVALID", "--columns is written as close=Last,time=Day")
    return {role.strip(): name.strip() for role, _, name in pairs}


def _words(text: str) -> Sequence[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
