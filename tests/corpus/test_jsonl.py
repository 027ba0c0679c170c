from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from unspin.corpus import jsonl
from unspin.corpus.transform import Transform
from unspin.errors import InputError
from unspin.findings import Tier

ROOT = Path(__file__).parents[2]
SPUN = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "examples" / "spun").glob("*.txt"))]


def repaired(lines: list[bytes], folder: Path, workers: int) -> tuple[bytes, bytes, list[int]]:
    """Output, rejects, and the number of records after each step."""
    output = io.BytesIO()
    path = folder / f"rejects-{workers}"
    with jsonl.Rejects(str(path)) as rejects:
        steps = [totals.records for totals in jsonl.repair(lines, output, rejects, Transform(Tier.LIKELY), "text", workers)]
    return output.getvalue(), path.read_bytes() if path.exists() else b"", steps


def test_workers_write_the_same_bytes_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonl, "BATCH", 3000)
    lines = [b'\xef\xbb\xbf{"text": "The Linked Press met."}\r\n']
    for number in range(24):
        lines.append(json.dumps({"id": number, "text": SPUN[number % 4][: 300 + 60 * number]}).encode() + b"\n")
        lines += [b"\n", b'{"text": null}\n', b"broken\n", b'{"text": "\\ud800 final year"}\n'][number % 5 : number % 5 + 1]
    one, two = repaired(lines, tmp_path, 1), repaired(lines, tmp_path, 2)
    assert one == two
    assert one[0].count(b"Associated Press") > 1
    assert one[1].count(b"\n") == 10
    assert one[2] == list(range(1, len(one[2]) + 1))


def test_a_mark_before_an_empty_line_is_kept(tmp_path: Path) -> None:
    output, _, _ = repaired([b"\xef\xbb\xbf\n", b'{"text": ""}\n'], tmp_path, 1)
    assert output.startswith(b'\xef\xbb\xbf{"text": "", "unspin"')


def test_records_are_taken_as_they_are_needed(tmp_path: Path) -> None:
    taken: list[int] = []

    def lines() -> list[bytes]:
        for number in range(10):
            taken.append(number)
            yield b'{"text": "a"}\n'  # type: ignore[misc]

    with jsonl.Rejects(str(tmp_path / "r")) as rejects:
        steps = jsonl.repair(lines(), io.BytesIO(), rejects, Transform(), "text")
        next(steps)
        assert len(taken) == 1


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_packed_corpora(tmp_path: Path, suffix: str) -> None:
    path = str(tmp_path / f"a.jsonl{suffix}")
    with jsonl.created(path) as stream:
        for number in range(2000):
            stream.write(b'{"text": "%d"}\n' % number)
    assert Path(path).stat().st_size < 20_000
    with jsonl.Lines(path) as lines:
        assert [json.loads(line)["text"] for line in lines] == [str(number) for number in range(2000)]
    content = Path(path).read_bytes()
    Path(path).write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="damaged"), jsonl.Lines(path) as lines:
        list(lines)


def test_frames_one_after_another_are_one_corpus(tmp_path: Path) -> None:
    zstandard = pytest.importorskip("zstandard")
    path = tmp_path / "a.jsonl.zst"
    path.write_bytes(b"".join(zstandard.ZstdCompressor().compress(b'{"text": "%d"}\n' % n) for n in range(3)))
    with jsonl.Lines(str(path)) as lines:
        assert len(list(lines)) == 3
