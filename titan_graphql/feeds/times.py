"""Cells to moments: dates, ISO times, epoch counts; never a guess where a zone or an hour is in doubt."""

import re
import time as clock
from datetime import datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from titan_graphql.feeds.bars import MS_PER_DAY, Times
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.raw_table import is_text
from titan_graphql.feeds.refusals import FileRefusedError, Wrong, shown

EARLIEST_MS = -5_364_662_400_000  # 1800-01-01
UNIT_FACTORS = {"s": 1000.0, "ms": 1.0, "us": 1e-3, "ns": 1e-6}
OFFSET = r"(?P<offset>[Zz]|[+-]\d{2}(?::?\d{2})?)$"
Rows = npt.NDArray[np.int64]


def read_times(cells: pa.Array, column: str, rows: Rows, options: ReadOptions, wrong: Wrong) -> tuple[Times, bool]:
    """Bar starts in milliseconds since the epoch, and whether the cells were plain dates.

    Plain dates come back as midnight UTC of the date; so does every time when the timeframe is a day. Which date that
    is, is what the cells say if all of them are midnights as they are written, and else what the market's clocks show.
    """
    naive, zoned = _moments(cells, column, rows, options, wrong)
    wrong.refuse()
    if zoned is not None:
        if options.timeframe == "D1":
            local = _as_written(cells, zoned)
            if not _are_midnights(local):
                local = _ms(pc.local_timestamp(zoned.cast(pa.timestamp("ms", _zone(options.market_timezone)))))
            return _in_range(local - local % MS_PER_DAY, cells, column, rows, wrong), False
        return _in_range(_ms(zoned), cells, column, rows, wrong), False
    local = _ms(naive)
    dates = _are_midnights(local)
    if dates or options.timeframe == "D1":
        return _in_range(local - local % MS_PER_DAY, cells, column, rows, wrong), dates
    if options.timezone is None:
        message = f"Times such as {shown(cells[0].as_py())} carry no zone; say which as timezone, for example UTC"
        raise FileRefusedError("TIMEZONE_MISSING", message)
    return _in_range(_localised(naive, column, rows, options.timezone, cells, wrong), cells, column, rows, wrong), False


def joined(dates: pa.Array, times: pa.Array) -> pa.Array:
    """One ISO cell of a date and a time of day that are apart; 20240131 and 930 or 093000 are understood."""
    day, hour = dates.cast(pa.string()), times.cast(pa.string())
    day = pc.replace_substring_regex(day, r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")
    hour = pc.replace_substring_regex(hour, r"^(\d)(\d{2})$", r"0\1\2")
    hour = pc.replace_substring_regex(hour, r"^(\d{2})(\d{2})(\d{2})?$", r"\1:\2")
    hour = pc.if_else(pc.is_in(hour, pa.array(["0", "000000", "00:00"])), "00:00", hour)
    return pc.binary_join_element_wise(day, hour, "T")


def _moments(
    cells: pa.Array, column: str, rows: Rows, options: ReadOptions, wrong: Wrong
) -> tuple[pa.Array | None, pa.Array | None]:
    """The cells without a zone, or with one; exactly one of the two is given."""
    kind = cells.type
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        return _typed(cells, column, rows, wrong)
    if pa.types.is_integer(kind) or (is_text(cells) and _all_digits(cells)):
        return _counted(cells, column, rows, options, wrong)
    if not is_text(cells):
        raise FileRefusedError("TIME_INVALID", f"The column {shown(column)!r} holds {kind}, no times")
    if options.time_format is not None:
        read = pc.strptime(cells, format=options.time_format, unit="ms", error_is_null=True)
        _note_nulls(read, cells, column, rows, wrong, f"The time is not in the format {shown(options.time_format)}")
        return (read, None) if read.type.tz is None else (None, read)
    for zone, result in ((None, 0), ("UTC", 1)):
        try:
            read = cells.cast(pa.timestamp("ms", zone))
        except pa.ArrowInvalid:
            continue
        if result:
            _check_offsets(cells, read, column, rows, options, wrong)
            return None, read
        return read, None
    return _one_by_one(cells, column, rows, options, wrong)


def _typed(cells: pa.Array, column: str, rows: Rows, wrong: Wrong) -> tuple[pa.Array | None, pa.Array | None]:
    _note_nulls(cells, cells, column, rows, wrong, "The cell is empty")
    zone = getattr(cells.type, "tz", None)
    read = cells.cast(pa.timestamp("ms", zone), safe=False)
    return (None, read) if zone else (read, None)


def _all_digits(cells: pa.Array) -> bool:
    return bool(pc.all(pc.match_substring_regex(cells, r"^-?\d{1,19}$")).as_py())


def _counted(
    cells: pa.Array, column: str, rows: Rows, options: ReadOptions, wrong: Wrong
) -> tuple[pa.Array | None, pa.Array | None]:
    """Days written as 20240131, or seconds, milli-, micro- or nanoseconds since the epoch."""
    _note_nulls(cells, cells, column, rows, wrong, "The cell is empty")
    wrong.refuse()
    numbers = cells.cast(pa.float64(), safe=False).to_numpy(zero_copy_only=False)
    if options.time_unit is None and options.timeframe in (None, "D1") and _are_excel_days(numbers):
        message = "This looks like a spreadsheet's count of days; show the column as dates before saving the file"
        _note(wrong, "TIME_INVALID", message, cells, column, rows, np.arange(len(cells)))
        wrong.refuse()
    if options.time_unit is None and ((numbers >= 18_000_101) & (numbers < 30_000_101)).all():
        text = pc.replace_substring_regex(cells.cast(pa.string()), r"^(\d{4})(\d{2})(\d{2})$", r"\1-\2-\3")
        return _one_by_one(text, column, rows, options, wrong)
    unit = options.time_unit or _unit(float(np.median(np.abs(numbers))))
    ms = np.floor(numbers * UNIT_FACTORS[unit])
    bad = np.flatnonzero((ms < EARLIEST_MS) | (ms > _latest_ms()))
    message = f"As {unit} since 1970 this cannot be the date of a bar; give time_unit if the unit is another one"
    wrong.add("TIME_OUT_OF_RANGE", message, column, rows[bad], lambda k: cells[int(bad[k])].as_py())
    wrong.refuse()
    read = pa.array(ms.astype(np.int64)).cast(pa.timestamp("ms", "UTC"))
    return None, read


def _are_excel_days(numbers: npt.NDArray[np.float64]) -> bool:
    """Days since 1900, from 1946 to 2119: as seconds they would all lie in one day of 1970."""
    return bool(((numbers >= 17_000) & (numbers < 80_000)).all())


def _unit(size: float) -> str:
    return "s" if size < 1e11 else "ms" if size < 1e14 else "us" if size < 1e17 else "ns"


def _one_by_one(
    cells: pa.Array, column: str, rows: Rows, options: ReadOptions, wrong: Wrong
) -> tuple[pa.Array | None, pa.Array | None]:
    """Find out which cells are not times, or which carry a zone and which do not."""
    read: list[datetime] = []
    bad: dict[tuple[str, str], list[int]] = {}
    zoned: list[int] = []
    for k, text in enumerate(cells.to_pylist()):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            bad.setdefault(_reason(text), []).append(k)
            continue
        read.append(moment)
        if moment.tzinfo is not None:
            zoned.append(k)
    for (code, message), found in bad.items():
        _note(wrong, code, message, cells, column, rows, np.array(found))
    wrong.refuse()
    if zoned and len(zoned) < len(cells):
        minority = np.array(zoned)
        if len(zoned) > len(cells) // 2:
            minority = np.setdiff1d(np.arange(len(cells)), minority)
        message = "Some times carry a zone and others do not"
        _note(wrong, "ZONES_MIXED", message, cells, column, rows, minority)
        wrong.refuse()
    if zoned:
        utc = pa.array([round(moment.timestamp() * 1000) for moment in read]).cast(pa.timestamp("ms", "UTC"))
        _check_offsets(cells, utc, column, rows, options, wrong)
        return None, utc
    return pa.array(read, pa.timestamp("us")).cast(pa.timestamp("ms"), safe=False), None


def _reason(text: str) -> tuple[str, str]:
    if not text:
        return "TIME_MISSING", "The cell is empty"
    if re.match(r"\d{4}-\d{2}-\d{2}([T ]|$)", text):
        return "DATE_INVALID", "There is no such date or time of day"
    if re.match(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}", text):
        return "DATE_AMBIGUOUS", "Day and month could be either; say time_format, for example %d/%m/%Y"
    return (
        "TIME_INVALID",
        "This is not a time; write 2024-01-31 or 2024-01-31T09:30:00Z, or say time_format, for example %d %b %Y",
    )


def _check_offsets(cells: pa.Array, utc: pa.Array, column: str, rows: Rows, options: ReadOptions, wrong: Wrong) -> None:
    """One offset throughout, or the market's own, which changes with summer time; midnights are dates anywhere."""
    offsets = _offsets(cells)
    if (offsets == offsets[0]).all() or _are_midnights(_as_written(cells, utc)):
        return
    local = pc.local_timestamp(utc.cast(pa.timestamp("ms", _zone(options.market_timezone))))
    expected = (_ms(local) - _ms(utc)) // 60_000
    given = np.array([_minutes(offset) for offset in offsets])
    bad = np.flatnonzero(given != expected)
    if len(bad):
        bad = np.flatnonzero(offsets != offsets[0])
        message = f"The zone differs from the first row's, and not as the clocks of {options.market_timezone} do; "
        message += "say the market whose clocks these are, or write all times in UTC"
        _note(wrong, "ZONES_MIXED", message, cells, column, rows, bad)
        wrong.refuse()


def _as_written(cells: pa.Array, utc: pa.Array) -> Times:
    """The times that the cells show, whatever their zones; a cell without an offset shows UTC."""
    if not is_text(cells):
        return _ms(pc.local_timestamp(utc))
    ahead = np.array([0 if offset is None else _minutes(offset) for offset in _offsets(cells)], np.int64)
    return np.add(_ms(utc), 60_000 * ahead, dtype=np.int64)


def _are_midnights(local: Times) -> bool:
    return bool((local % MS_PER_DAY == 0).all())


def _offsets(cells: pa.Array) -> npt.NDArray[np.object_]:
    return pc.struct_field(pc.extract_regex(cells, OFFSET), "offset").to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _minutes(offset: str) -> int:
    if offset in "Zz":
        return 0
    digits = offset[1:].replace(":", "").ljust(4, "0")
    return (-1 if offset[0] == "-" else 1) * (int(digits[:2]) * 60 + int(digits[2:]))


def _localised(naive: pa.Array, column: str, rows: Rows, zone: str, cells: pa.Array, wrong: Wrong) -> Times:
    name = _zone(zone)
    early = _ms(pc.assume_timezone(naive, name, ambiguous="earliest", nonexistent="earliest"))
    late = _ms(pc.assume_timezone(naive, name, ambiguous="latest", nonexistent="latest"))
    twice, never = np.flatnonzero(late - early > 1), np.flatnonzero(late - early == 1)
    message = f"The clocks of {name} showed this time twice; write times with their zone"
    _note(wrong, "TIME_AMBIGUOUS", message, cells, column, rows, twice)
    _note(wrong, "TIME_NONEXISTENT", f"The clocks of {name} skipped this time", cells, column, rows, never)
    return early


def _zone(name: str) -> str:
    try:
        pc.assume_timezone(pa.array([0], pa.timestamp("ms")), name)
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        message = f"{shown(name)!r} is not a time zone; write for example America/New_York"
        raise FileRefusedError("TIMEZONE_UNKNOWN", message) from error
    return name


def _in_range(ms: Times, cells: pa.Array, column: str, rows: Rows, wrong: Wrong) -> Times:
    early, late = np.flatnonzero(ms < EARLIEST_MS), np.flatnonzero(ms > _latest_ms())
    _note(wrong, "TIME_OUT_OF_RANGE", "Bars begin in 1800", cells, column, rows, early)
    _note(wrong, "TIME_IN_FUTURE", "This time has not come yet", cells, column, rows, late)
    return ms


def _latest_ms() -> int:
    # Exchanges east of here may already have a date that is tomorrow's.
    return int(clock.time() * 1000) + MS_PER_DAY


def _ms(moments: pa.Array) -> Times:
    return moments.cast(pa.int64()).to_numpy(zero_copy_only=False)  # type: ignore[no-any-return]


def _note_nulls(read: pa.Array, cells: pa.Array, column: str, rows: Rows, wrong: Wrong, message: str) -> None:
    _note(
        wrong,
        "TIME_INVALID",
        message,
        cells,
        column,
        rows,
        np.flatnonzero(pc.is_null(read).to_numpy(zero_copy_only=False)),
    )


def _note(
    wrong: Wrong, code: str, message: str, cells: pa.Array, column: str, rows: Rows, at: npt.NDArray[np.int64]
) -> None:
    if len(at):
        wrong.add(code, message, column, rows[at], lambda k: cells[int(at[k])].as_py())
