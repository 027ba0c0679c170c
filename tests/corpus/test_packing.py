from __future__ import annotations

import bz2
import json
import lzma
from pathlib import Path
from types import ModuleType

import pytest

from unspin.corpus.packing import Lines, Packer
from unspin.errors import InputError


def packed(path: Path, frames: list[list[bytes]]) -> bytes:
    packer = Packer(str(path))
    data = b"".join(b"".join(packer.pack(line) for line in frame) + packer.end() for frame in frames)
    path.write_bytes(data)
    return data


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_frames_one_after_another_are_one_corpus(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("zstandard")
    path = tmp_path / f"a.jsonl{suffix}"
    frames = [[b'{"text": "%d"}\n' % number for number in range(start, start + 700)] for start in (0, 700, 1400)]
    data = packed(path, frames)
    assert len(data) < 20_000
    with Lines(str(path)) as lines:
        assert [json.loads(line)["text"] for line in lines] == [str(number) for number in range(2100)]
    assert packed(path, frames) == data


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_cut_off_file_is_an_error(tmp_path: Path, suffix: str) -> None:
    pytest.importorskip("zstandard")
    path = tmp_path / f"a.jsonl{suffix}"
    data = packed(path, [[b'{"text": "%d"}\n' % number for number in range(2000)]])
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="damaged"), Lines(str(path)) as lines:
        list(lines)


@pytest.mark.parametrize("packing", [bz2, lzma])
def test_other_packings_are_an_error(tmp_path: Path, packing: ModuleType) -> None:
    path = tmp_path / "a"
    path.write_bytes(packing.compress(b"{}\n"))
    with pytest.raises(InputError, match=r"a: \.(bz2|xz) cannot be read"):
        Lines(str(path))
    with pytest.raises(InputError, match="cannot be packed"):
        Packer("a.xz")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ('{"text": "a"}\n'.encode("utf-16"), "UTF-16 cannot be read"),
        (b"PARE\x15\x04", "encrypted Parquet cannot be read"),
        (b"PK\x03\x04\x14", "a zip archive cannot be read"),
    ],
)
def test_what_holds_no_lines_of_json_is_an_error(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a").write_bytes(data)
    with pytest.raises(InputError, match=message):
        Lines(str(tmp_path / "a"))


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.jsonl.zst", "a.parquet"])
def test_a_file_of_no_bytes_is_not_taken_for_one_without_records(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(InputError, match=f"{name}: empty"):
        Lines(str(tmp_path / name))


def test_frames_that_look_far_back_and_frames_without_data(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    far = zstandard.ZstdCompressor(compression_params=zstandard.ZstdCompressionParameters(window_log=28)).compressobj()
    skippable = b"\x5f\x2a\x4d\x18\x02\0\0\0ab"
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(skippable + far.compress(b"a\nb\n") + far.flush() + skippable)
    with Lines(str(path)) as lines:
        assert list(lines) == [b"a\n", b"b\n"]


def test_nothing_is_packed_as_nothing() -> None:
    packer = Packer("a.gz")
    assert packer.pack(b"") + packer.end() == b""
