"""The process that reads a stranger's file: capped in memory, time and what it may touch; answers on stdout.

Each line of the answer is JSON: `progress`, or `refused`, or `preview`, or `parsed`, which is followed by the bars'
columns as raw little-endian numbers.
"""

import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from titan_graphql.feeds.bars import TIME_TYPE, VALUE_TYPE, Bars
from titan_graphql.feeds.files import ParsedFile, read_file
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.preview import preview
from titan_graphql.feeds.refusals import FileRefusedError

ADDRESS_SPACE_MAX = 3 * 1024**3
CPU_SECONDS_MAX = 120


def main() -> int:
    """Obey the request on stdin."""
    _cap()
    request = orjson.loads(sys.stdin.buffer.read())
    path, options = Path(request["path"]), ReadOptions.from_json(request["options"])
    out = sys.stdout.buffer
    try:
        if request["action"] == "preview":
            _line(out, {"preview": asdict(preview(path, options))})
        else:
            _write(out, read_file(path, options, lambda *progress: _line(out, {"progress": progress})))
    except FileRefusedError as error:
        rows = [asdict(row) for row in error.rows]
        _line(out, {"refused": {"code": error.code, "message": error.message, "rows": rows, "total": error.total}})
    except MemoryError:
        message = "Reading the file needs more memory than allowed"
        _line(out, {"refused": {"code": "FILE_TOO_DEMANDING", "message": message, "rows": [], "total": 0}})
    return 0


def _cap() -> None:
    for kind, most in (
        (resource.RLIMIT_AS, ADDRESS_SPACE_MAX),
        (resource.RLIMIT_CPU, CPU_SECONDS_MAX),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def _write(out: BinaryIO, parsed: ParsedFile) -> None:
    series = [
        {"symbol": symbol, "bars": len(bars), "columns": list(bars.columns)} for symbol, bars in parsed.series.items()
    ]
    _line(out, {"parsed": {"understanding": asdict(parsed.understanding), "series": series}})
    for bars in parsed.series.values():
        _columns(out, bars)
    out.flush()


def _columns(out: BinaryIO, bars: Bars) -> None:
    out.write(bars.time.astype(TIME_TYPE, copy=False).tobytes())
    for column in bars.columns.values():
        out.write(column.astype(VALUE_TYPE, copy=False).tobytes())


def _line(out: BinaryIO, answer: dict[str, Any]) -> None:
    out.write(orjson.dumps(answer) + b"\n")
    out.flush()


if __name__ == "__main__":
    sys.exit(main())
