"""Parquet files to cells: the metadata is judged before a byte of data is read."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from titan_graphql.feeds.headers import HeaderMeaning, read_header
from titan_graphql.feeds.options import ReadOptions
from titan_graphql.feeds.raw_table import ROWS_MAX, RawTable, without_blank_rows
from titan_graphql.feeds.refusals import FileRefusedError, shown

UNPACKED_MAX = 512 * 1024 * 1024
MAGIC = b"PAR1"


def read_parquet(path: Path, options: ReadOptions) -> tuple[HeaderMeaning, RawTable]:
    """Read the columns that matter.

    Raises:
        FileRefusedError: PARQUET_CORRUPT, ROWS_TOO_MANY, ROWS_MISSING, FILE_TOO_LARGE, COLUMN_NESTED or a header
            that says too little.
    """
    try:
        with pq.ParquetFile(path) as file:
            header = checked_header(file)
            meaning = read_header(header, options)
            wanted = sorted(meaning.positions())
            table = file.read([header[position] for position in wanted], use_threads=False)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise FileRefusedError("PARQUET_CORRUPT", f"The file is no readable Parquet: {shown(error)}") from error
    columns = {position: _plain(table.column(header[position])) for position in wanted}
    return meaning, without_blank_rows(header, columns, first_row=2)


def checked_header(file: pq.ParquetFile) -> tuple[str, ...]:
    """The column names of a file whose metadata promise something that can be read.

    Raises:
        FileRefusedError: ROWS_TOO_MANY, ROWS_MISSING, FILE_TOO_LARGE or COLUMN_NESTED.
    """
    metadata = file.metadata
    if metadata.num_rows > ROWS_MAX:
        raise FileRefusedError("ROWS_TOO_MANY", f"A file has at most {ROWS_MAX:,} rows, not {metadata.num_rows:,}")
    if metadata.num_rows <= 0:
        raise FileRefusedError("ROWS_MISSING", "The file has no rows")
    unpacked = sum(metadata.row_group(k).total_byte_size for k in range(metadata.num_row_groups))
    if unpacked > UNPACKED_MAX:
        message = f"Unpacked, the file would have {unpacked:,} bytes; at most {UNPACKED_MAX:,}"
        raise FileRefusedError("FILE_TOO_LARGE", message)
    nested = [field.name for field in file.schema_arrow if pa.types.is_nested(field.type)]
    if nested:
        raise FileRefusedError("COLUMN_NESTED", f"The column {shown(nested[0])!r} is nested; bars are flat")
    return tuple(field.name for field in file.schema_arrow)


def _plain(column: pa.ChunkedArray) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        column = column.cast(pa.string()).fill_null("")
    return column.combine_chunks()
