from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.errors import InputError, OutputError
from unspin.reading.source import Source, decode, read

ENGLISH = "The company said that its plans for the economy would not change before the end of the year. "
RUSSIAN = "Премьер-министр заявил, что экономика растёт и компания не изменит своих планов. "


@given(st.text())
def test_any_utf8_comes_back_byte_for_byte(text: str) -> None:
    data = text.replace("\0", "").encode()
    source = decode(data)
    assert source.encode(source.text) == data


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbfcaf\xc3\xa9\r\n", "utf-8"),
        ("café\r\n".encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + "café\n".encode("utf-16-be"), "utf-16-be"),
        ("café\n".encode("utf-32"), "utf-32-le"),
        ((ENGLISH * 3 + "It’s “good” – he said").encode("cp1252"), "cp1252"),
        (b"caf\xe9", "cp1252"),
        ((RUSSIAN * 5).encode("cp1251"), "cp1251"),
        (("日本の首相は経済について述べた。会社は計画を変えない。" * 5).encode("cp932"), "cp932"),
    ],
)
def test_encodings_are_recognised_and_kept(data: bytes, encoding: str) -> None:
    source = decode(data)
    assert source.encoding == encoding
    assert source.encode(source.text) == data


def test_the_byte_order_mark_is_not_text() -> None:
    assert decode(b"\xef\xbb\xbfone\r\ntwo\n").text == "one\r\ntwo\n"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "binary"),
        (ENGLISH.encode() + "café “x” ".encode() + b"\xff\xfe", "damaged UTF-8"),
        (ENGLISH.encode() + b"\xff\xfe bad", "no other encoding fits"),
        (b"hello \x81\x8d\x90 world", "no other encoding fits"),
        (bytes(range(1, 256)) * 3, "no other encoding fits"),
        (b"\xff\xfea", "starts like UTF-16"),
    ],
)
def test_what_is_not_text_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        decode(data, "x.txt")


def test_messages_name_the_path(tmp_path: Path) -> None:
    for path, message in [(tmp_path / "none.txt", "no such file"), (tmp_path, "is a folder")]:
        with pytest.raises(InputError, match=f"^{path}: {message}"):
            read(str(path))


def test_an_unreadable_file_is_an_input_error(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(InputError, match=r"x.txt: cannot be read .Permission denied"):
        read("x.txt")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"a\r\nb")))
    assert read("-") == Source("-", "a\r\nb")


def test_an_edit_that_the_encoding_lacks_is_an_output_error() -> None:
    source = decode(b"caf\xe9 sold", "x.txt")
    with pytest.raises(OutputError, match=r"x.txt: 'ł' cannot be written"):
        source.encode("café ł")
