"""Bytes → text, in such a way that the text can be written back without touching a byte that nobody edited."""

from __future__ import annotations

import codecs
import re
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from unspin.errors import InputError, OutputError

STDIN = "-"

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

WESTERN = "cp1252"
WESTERN_SHARE = 0.05  # German has 2 % non-ASCII letters, French 4 %; Russian or Greek in an 8-bit encoding nearly all
WESTERN_CHARACTERS = re.compile(
    r"[\x00-\x7f\xa0‘’‚“”„†‡•…‰‹›–—™€¡¢£¥§©ª«¬®°±²³´¶·¹º»¼½¾¿×÷ŠšŒœŽžß"
    r"ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜÝàáâãäåæçèéêëìíîïñòóôõöøùúûüý]*"
)
NON_ASCII = re.compile(rb"[\x80-\xff]")
VALID_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

DAMAGED_UTF8 = 0.75  # share of non-ASCII bytes in valid sequences; Shift-JIS looks so by chance to 0.54
SHORT = 100  # bytes; a short text has no statistics

COHERENCE = 0.3  # charset-normalizer: real prose in the right encoding scored 0.5 to 0.8, chance hits below 0.1
MULTIBYTE_SHARE = 0.3  # it cannot grade the coherence of Japanese or Chinese; there the share of multi-byte characters tells
SAMPLE = 1 << 20  # bytes that are enough to recognise an encoding


@dataclass(frozen=True, slots=True)
class Source:
    """One input: its text, newlines as they are, and what it takes to turn text back into bytes.

    `path` is what the user called it, "-" for standard input. `bom` is the byte order mark, which `text` does not contain.
    """

    path: str
    text: str
    encoding: str = "utf-8"
    bom: bytes = b""

    def encode(self, text: str) -> bytes:
        """An edited text as bytes in the input's encoding; for `self.text`, exactly the bytes that were read.

        OutputError if the encoding lacks a character.
        """
        try:
            return self.bom + text.encode(self.encoding)
        except UnicodeEncodeError as error:
            character = text[error.start]
            message = f"{character!r} cannot be written in this file's encoding, {self.encoding}; convert the file to UTF-8"
            raise OutputError(f"{self.path}: {message}") from error


def read(path: str) -> Source:
    """Read a file, or standard input for "-". InputError says why it cannot be done."""
    return decode(read_bytes(path), path)


def decode(data: bytes, path: str = STDIN) -> Source:
    """Find the encoding of `data`: a byte order mark, UTF-8, or what else fits with confidence. InputError if nothing does."""
    for bom, encoding in BOMS:
        if data.startswith(bom):
            try:
                return Source(path, data[len(bom) :].decode(encoding), encoding, bom)
            except UnicodeDecodeError as error:
                at = error.start + len(bom)
                raise InputError(f"{path}: starts like {encoding.upper()} but is not valid at byte {at}") from error
    if b"\0" in data:
        raise InputError(f"{path}: looks like a binary file (NUL bytes); unspin reads text")
    try:
        return Source(path, data.decode("utf-8"))
    except UnicodeDecodeError as error:
        return _decode_legacy(data, path, error.start)


def read_bytes(path: str) -> bytes:
    """The content of a file, or of standard input for "-". InputError."""
    try:
        if path == STDIN:
            return sys.stdin.buffer.read()
        if _may_block(path):
            raise InputError(f"{path}: is a pipe; give its content as standard input: - < {path}")
        return Path(path).read_bytes()
    except FileNotFoundError as error:
        raise InputError(f"{path}: no such file") from error
    except IsADirectoryError as error:
        raise InputError(f"{path}: is a folder, not a file") from error
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error


def _may_block(path: str) -> bool:
    """Whether a file is a named pipe, which nobody may ever write to. Those of a shell, like /dev/fd/63, have a writer."""
    try:
        return stat.S_ISFIFO(Path(path).stat().st_mode) and not path.startswith(("/dev/", "/proc/"))
    except (OSError, ValueError):
        return False


def _decode_legacy(data: bytes, path: str, first_invalid: int) -> Source:
    non_ascii = len(NON_ASCII.findall(data))
    if sum(map(len, VALID_MULTIBYTE.findall(data))) > DAMAGED_UTF8 * non_ascii:
        raise InputError(f"{path}: damaged UTF-8 at byte {first_invalid}; repair the file or convert it to UTF-8")
    for encoding in _encodings(data, non_ascii):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding, errors="replace") == data:  # else an edit elsewhere would change these bytes too
            return Source(path, text, encoding)
    raise InputError(f"{path}: not valid UTF-8 at byte {first_invalid}, and no other encoding fits; convert it to UTF-8")


def _encodings(data: bytes, non_ascii: int) -> list[str]:
    """Encodings that fit with confidence, best first."""
    # In English text the few non-ASCII bytes are too few for statistics (charset-normalizer picks cp1250 or UTF-16), but nearly
    # always Windows' quotes, dashes and accents.
    if non_ascii < WESTERN_SHARE * len(data):
        return [WESTERN] if _is_western(data) else []
    if len(data) < SHORT and _is_western(data):
        return [WESTERN]
    from charset_normalizer import from_bytes

    return [
        match.encoding
        for match in from_bytes(data[:SAMPLE])
        if match.coherence >= COHERENCE or min(match.multi_byte_usage, non_ascii / len(data)) >= MULTIBYTE_SHARE
    ]


def _is_western(data: bytes) -> bool:
    try:
        return WESTERN_CHARACTERS.fullmatch(data.decode(WESTERN)) is not None
    except UnicodeDecodeError:
        return False
