"""Parquet corpora: chunks of rows, the work on them, and the files that come of it. Other columns, schema and metadata stay."""

from __future__ import annotations

import base64
import json
import math
import struct
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from operator import itemgetter
from typing import IO, Any, BinaryIO

from unspin.corpus.jsonl import LineChunk
from unspin.corpus.operation import Change, Item, Repairing, Reverting, loaded
from unspin.corpus.transform import KEY
from unspin.corpus.work import PARQUET, Done, Job
from unspin.errors import InputError, missing

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
except ImportError as error:
    raise InputError(missing("Parquet", "corpus", error)) from error

ROWS = 1024  # in a chunk at most
HEADER = struct.Struct(">QQQ")  # length, row group and part of it of a frame
PART = 1 << 27  # bytes in memory that become one row group at most; writing it takes twice as many
BUFFER = 1 << 20  # bytes of a column that are read at a time
GROUP = 1 << 26  # bytes of JSONL that become one row group
NESTED = 20  # types in each other; what is nested more deeply becomes JSON
BLOCK = 1 << 22  # bytes of JSONL whose types are looked at together
UNHELD = ValueError, OverflowError, KeyError
"""What Arrow raises at a value that Python cannot hold: a year, a fraction of a second, a time zone, a text that is not valid UTF-8."""
EDIT = pa.struct(
    [(key, pa.int64()) for key in ("start", "end")]
    + [(key, pa.string()) for key in ("before", "after", "code", "entry")]
    + [("confidence", pa.float64()), ("tier", pa.string())]
)
TEXTS = pa.string(), pa.large_string(), pa.string_view(), pa.null()
"""The types of a column of texts. In that of an empty data frame nothing tells that it is one."""
LOG = [("spin_rate", pa.float64()), ("spun", pa.bool_()), ("edits", pa.list_(EDIT)), ("findings", pa.int64())]


@dataclass(slots=True)
class RowChunk:
    """Rows of a corpus, as an Arrow stream, and the row group and the part of it they are from. `first` is the number of the first one,
    from 1."""

    first: int
    rows: int
    data: bytes
    group: int
    part: int = 0
    cut: bool = False

    @property
    def last(self) -> int:
        return self.first + self.rows - 1

    def work(self, job: Job) -> Done:
        """Do the job on each row; what is not written as Parquet goes the way of JSONL."""
        batch = pa.ipc.open_stream(self.data).read_all()
        if job.output != PARQUET:
            return LineChunk(self.first, _lines(batch)).work(job)
        done = Done()
        table = changed(batch, self.first, job, done)
        data = _stream(table)
        done.payload = HEADER.pack(len(data), self.group, self.part) + data if len(table) else b""
        return done


def changed(table: pa.Table, first: int | None, job: Job, done: Done) -> pa.Table:
    """The rows with changed texts and logs, without those that are dropped or rejected. `first` is the number of the first one, None if
    it is unknown."""
    schema = written(table.schema, job)
    names = table.schema.names
    path = _path(table.schema, job.field)
    to_id = [] if job.id_field is None else _path(table.schema, job.id_field)
    ids = _column(table, to_id) if to_id else [None] * len(table)
    logs = _values(table[KEY]) if KEY in names else [None] * len(table)
    kept: list[int] = []
    texts: list[str] = []
    entries: list[dict[str, Any] | None] = []
    for i, text in enumerate(_column(table, path)):
        number = None if first is None else first + i
        try:
            if not isinstance(text, str):
                raise ValueError(f"field {job.field!r} is {'null' if text is None else 'not valid UTF-8'}, not a text")
            id = None if ids[i] is None else json.dumps(_plain(ids[i]))
            change = done.change(job, Item(number or 0, id, text, logs[i]))
        except ValueError as error:
            done.reject(number, _lines(table.slice(i, 1))[0].rstrip(b"\n"), error)
            continue
        if change is not None:
            kept.append(i)
            texts.append(change.text)
            entries.append(_entry(change, logs[i]))
    rest = _rows_of(table, kept)
    others = (  # of which two may have one name
        _replaced(rest.column(i), path[1:], texts) if i == path[0] else rest.column(i)
        for i, name in enumerate(names)
        if name != KEY
    )
    columns = [pa.array(entries, each.type) if each.name == KEY else next(others) for each in schema]
    return pa.Table.from_arrays(columns, schema=schema)


def _path(columns: pa.Schema | pa.StructType, name: str) -> list[int]:
    """The numbers of the column of this name and, if there is none, of that before its first dot and those in its structs; empty if one of
    them is not there, or twice."""
    names = [each.name for each in columns]
    if names.count(name) == 1:
        return [names.index(name)]
    outer, _, inner = name.partition(".")
    if not inner or names.count(outer) != 1:
        return []
    number = names.index(outer)
    type = columns.field(number).type
    path = _path(type, inner) if pa.types.is_struct(type) else []
    return [number, *path] if path else []


def _column(table: pa.Table, path: Sequence[int]) -> list[Any]:
    """The values of a column, or in its structs."""
    column = table.column(path[0])
    return _values(pc.struct_field(column, path[1:]) if path[1:] else column)


def _replaced(column: pa.Array | pa.ChunkedArray, path: Sequence[int], texts: Sequence[str]) -> pa.Array:
    """A column with these texts, or structs in which they are at this path; none of those is null."""
    if not path:
        return pa.array(texts, column.type)
    structs = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    inner = [structs.field(i) for i in range(column.type.num_fields)]
    inner[path[0]] = _replaced(inner[path[0]], path[1:], texts)
    return pa.StructArray.from_arrays(inner, fields=[*column.type])


def _rows_of(table: pa.Table, numbers: list[int]) -> pa.Table:
    """These rows, whatever the types of the columns."""
    if len(numbers) == len(table):
        return table
    try:
        return table.take(pa.array(numbers, pa.int64()))
    except pa.ArrowNotImplementedError:
        return pa.concat_tables([table.slice(0, 0), *(table.slice(number, 1) for number in numbers)])


def _entry(change: Change, log: dict[str, Any] | None) -> dict[str, Any] | None:
    """The log that a row gets."""
    if change.log is None:
        return (log or {}).get("previous")
    return change.log if log is None else {**change.log, "previous": log}


def written(schema: pa.Schema, job: Job) -> pa.Schema:
    """The schema of what is written for rows of this schema."""
    at = schema.get_field_index(KEY)
    last: Any = schema.field(at).type if at >= 0 else None
    if isinstance(job.operation, Reverting):
        if last is not None and "previous" in _names(last):
            return schema.set(at, pa.field(KEY, last.field("previous").type))
        return schema.remove(at) if last is not None else schema
    fields = list(LOG)
    if isinstance(job.operation, Repairing) and job.operation.keep_original:
        fields.append(("original", pa.string()))
    if last is not None:
        fields.append(("previous", last))
    field = pa.field(KEY, pa.struct(fields))
    return schema.append(field) if last is None else schema.set(at, field)


@contextmanager
def opened(path: str) -> Iterator[pq.ParquetFile]:
    """A Parquet file. InputError if it is none, or if it is damaged."""
    try:
        with pq.ParquetFile(path, buffer_size=BUFFER, pre_buffer=False) as file:  # or whole columns would be in memory
            yield file
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except pa.ArrowException as error:
        raise InputError(f"{path}: not a readable Parquet file ({error})") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror or error})") from error


def check(path: str, job: Job) -> None:
    """InputError if the file has no column of texts where the job expects it."""
    with opened(path) as file:
        check_schema(path, file.schema_arrow, job)


def check_schema(path: str, schema: pa.Schema, job: Job) -> None:
    """InputError if there is no column of texts where the job expects it."""
    if schema.names.count(KEY) > 1:
        raise InputError(f"{path}: more than one column {KEY!r}")
    if KEY in schema.names and not (pa.types.is_struct(log := schema.field(KEY).type) or pa.types.is_null(log)):
        raise InputError(f"{path}: column {KEY!r} is {log}, not the log of a run; rename it")
    if not (numbers := _path(schema, job.field)):
        raise InputError(f"{path}: no column {job.field!r} (there are {', '.join(schema.names)}); name another one with --field")
    type = schema.field(numbers[0]).type
    for number in numbers[1:]:
        type = type.field(number).type
    value = type.value_type if pa.types.is_dictionary(type) else type
    if value not in TEXTS:
        raise InputError(f"{path}: column {job.field!r} is {type}, not text")


def chunks(path: str, size: int, segment: int, skip: int = 0) -> Iterator[RowChunk]:
    """The rows after the first `skip` ones, in chunks of about `size` bytes, and segments of at least `segment`.

    Where a chunk and a part of a row group end does not depend on how many are skipped.
    """
    with opened(path) as file:
        number = since = 0
        for group in range(file.num_row_groups):
            rows, stored = file.metadata.row_group(group).num_rows, file.metadata.row_group(group).total_byte_size
            if number + rows <= skip:
                number += rows
                continue
            length = max(1, min(ROWS, rows * size // max(stored, 1)))
            filled = 0
            for batch in file.iter_batches(length, row_groups=[group]):
                number += len(batch)
                filled += batch.nbytes
                if number <= skip:
                    continue
                since += batch.nbytes
                chunk = RowChunk(number - len(batch) + 1, len(batch), _stream(batch), group, filled // PART, since >= segment)
                since = 0 if chunk.cut else since
                yield chunk


def write_rows(frames: BinaryIO, target: IO[bytes], source: str, job: Job) -> None:
    """Write the frames that came of a Parquet file as another one, with its row groups, or the parts of these, compressions and
    metadata."""
    with opened(source) as file:
        schema = written(file.schema_arrow, job)
        compression = _compression(file.metadata, schema, job.field) if file.num_row_groups else "SNAPPY"
    with pq.ParquetWriter(target, schema, compression=compression) as writer:
        for _, group in groupby(_frames(frames), key=itemgetter(0)):
            writer.write_table(pa.concat_tables(table for _, table in group).combine_chunks(), sys.maxsize)


def _compression(metadata: pq.FileMetaData, schema: pa.Schema, field: str) -> dict[str, str]:
    """How the columns of a schema are compressed, by their paths: as they were, and new ones like the texts."""
    group = metadata.row_group(0)
    before = {column.path_in_schema: column.compression for column in map(group.column, range(group.num_columns))}
    sink = pa.BufferOutputStream()
    pq.write_table(schema.empty_table(), sink)
    columns = pq.ParquetFile(pa.BufferReader(sink.getvalue())).schema
    codecs = {column.path: before.get(column.path, before[field]) for column in columns}
    return {path: "NONE" if codec == "UNCOMPRESSED" else codec for path, codec in codecs.items()}


def _frames(stream: BinaryIO) -> Iterator[tuple[tuple[int, int], pa.Table]]:
    """The rows of each frame, and the row group and the part of it they are from."""
    while header := stream.read(HEADER.size):
        length, group, part = HEADER.unpack(header)
        yield (group, part), pa.ipc.open_stream(stream.read(length)).read_all()


def write_lines(lines: BinaryIO, target: IO[bytes]) -> None:
    """Write JSONL as Parquet. A column whose values have no common type that holds them exactly has them as JSON."""
    schema, as_json = _types(lines)
    while (name := _write_lines(lines, target, schema, as_json)) is not None:
        as_json.add(name)
        schema = schema.set(schema.get_field_index(name), pa.field(name, pa.string()))
        target.seek(0)
        target.truncate()


def _write_lines(lines: BinaryIO, target: IO[bytes], schema: pa.Schema, as_json: set[str]) -> str | None:
    """Write JSONL as Parquet of a schema. If it cannot hold all values, the column that is to blame."""
    lines.seek(0)
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for rows in _rows(lines, GROUP):
            columns = []
            for field in schema:
                name = field.name
                if name in as_json:
                    values = [json.dumps(row[name], ensure_ascii=False) if name in row else None for row in rows]
                else:
                    values = [row.get(name) for row in rows]
                try:
                    columns.append(pa.array(values, field.type))
                except (pa.ArrowException, OverflowError):
                    return str(name)
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
    return None


def _types(lines: BinaryIO) -> tuple[pa.Schema, set[str]]:
    """The columns of all records, in the order they first occur, and those whose values have no common type."""
    types: dict[str, pa.DataType] = {}
    as_json: set[str] = set()
    for rows in _rows(lines, BLOCK):
        columns: dict[str, list[Any]] = {}
        for row in rows:
            for key, value in row.items():
                columns.setdefault(key, []).append(value)
        for key, values in columns.items():
            if key in as_json:
                continue
            try:
                found = pa.array(values).type
                if key == KEY:
                    found = pa.struct([(name, dict(LOG).get(name, found.field(name).type)) for name in _names(found)])
                known = pa.schema([(key, types.get(key, pa.null()))])
                unified = pa.unify_schemas([known, pa.schema([(key, found)])], promote_options="permissive")
                types[key] = unified.field(key).type
                if not _is_writable(types[key]):
                    raise pa.ArrowInvalid(f"Parquet has no {types[key]}")
            except (pa.ArrowException, OverflowError):
                types[key] = pa.string()
                as_json.add(key)
    return pa.schema([*types.items()]), as_json


def _is_writable(type: pa.DataType, depth: int = 0) -> bool:
    """Whether Parquet can hold a type, which must not be nested too deeply, or have structs without fields."""
    inner = [type.field(i).type for i in range(type.num_fields)]
    return depth < NESTED and bool(inner or not pa.types.is_struct(type)) and all(_is_writable(each, depth + 1) for each in inner)


def _names(type: pa.DataType) -> list[str]:
    return [type.field(i).name for i in range(type.num_fields)]


def _rows(lines: Iterable[bytes], size: int) -> Iterator[list[dict[str, Any]]]:
    """The records of lines of about so many bytes together."""
    rows: list[dict[str, Any]] = []
    filled = 0
    for line in lines:
        content = line.decode("utf-8-sig")
        if not content.strip():
            continue
        rows.append(loaded(content))
        filled += len(line)
        if filled >= size:
            yield rows
            rows, filled = [], 0
    if rows:
        yield rows


def _stream(batch: pa.RecordBatch | pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as writer:
        writer.write(batch)
    data: bytes = sink.getvalue().to_pybytes()
    return data


def _lines(table: pa.Table) -> list[bytes]:
    """The rows as lines of JSONL. Columns of one name become a key that is there twice."""
    names = [_json(name) for name in table.schema.names]
    columns = [_values(column) for column in table.columns]
    lines = []
    for row in zip(*columns, strict=True):
        members = (f"{name}: {_json(value)}" for name, value in zip(names, row, strict=True))
        lines.append(f"{{{', '.join(members)}}}\n".encode())
    return lines


def _values(column: pa.Array | pa.ChunkedArray) -> list[Any]:
    """The values of a column in Python."""
    try:
        values: list[Any] = column.to_pylist()
    except UNHELD:
        return [_value(scalar) for scalar in column]
    return values


def _value(scalar: Any) -> Any:
    """A value in Python. A time that it cannot hold is in ISO format if it only is too exact, else the number that is stored; a text that
    it cannot hold is {"base64": its bytes}."""
    try:
        return scalar.as_py()
    except UNHELD:
        if isinstance(scalar, pa.StringScalar):
            return {"base64": _plain(scalar.as_buffer().to_pybytes())}
        if isinstance(scalar, pa.StructScalar):
            return {scalar.type.field(i).name: _value(scalar[i]) for i in range(len(scalar))}
        if isinstance(scalar, pa.MapScalar):
            return [tuple(_value(pair[i]) for i in range(2)) for pair in scalar.values]
        if isinstance(scalar, pa.ListScalar):
            return [_value(inner) for inner in scalar.values]
        if isinstance(scalar.value, pa.Scalar):
            return _value(scalar.value)
        if pa.types.is_timestamp(scalar.type) and scalar.type.unit == "ns":
            return _to_the_nanosecond(scalar)
        return scalar.value


def _to_the_nanosecond(scalar: Any) -> Any:
    microseconds, rest = divmod(scalar.value, 1000)
    try:
        time = pa.scalar(microseconds, pa.timestamp("us", scalar.type.tz)).as_py().isoformat(timespec="microseconds")
    except UNHELD:  # for want of the time zone
        return scalar.value
    return f"{time[:26]}{rest:03}{time[26:]}"


def _json(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    """A value as JSON has it: bytes in base64, times in ISO format, what is no number as null, all else as text."""
    if value is None or isinstance(value, str | int | bool):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    return value.isoformat() if isinstance(value, date | datetime | time) else str(value)
