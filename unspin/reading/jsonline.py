"""Where the members of a JSON object stand in its line."""

from __future__ import annotations

import re
from json.decoder import JSONDecodeError, JSONDecoder
from typing import Any

from unspin.reading.ranges import Range

BLANK = re.compile(r"[ \t\r\n]*")
COLON = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")


def _number(digits: str) -> int:
    return 0  # the value is never used, and Python refuses to parse integers of more than 4,300 digits


DECODER = JSONDecoder(parse_int=_number, parse_float=_number)


def members_of(line: str) -> tuple[list[tuple[str, Any, Range]], int]:
    """The members of the object that a line is, as (key, value, [start, end) of the value), and the end of the last one.

    ValueError (JSONDecodeError) if it is no object, RecursionError if it is nested too deeply. Numbers are not read: all are 0.
    """
    members: list[tuple[str, Any, Range]] = []
    position = _skip(line, 0)
    if line[position : position + 1] != "{":
        DECODER.decode(line)  # says where it is malformed, if it is
        raise ValueError("not a JSON object")
    position = end = _skip(line, position + 1)
    while members or line[position : position + 1] != "}":
        if line[position : position + 1] != '"':
            raise JSONDecodeError("Expecting property name enclosed in double quotes", line, position)
        key, position = DECODER.raw_decode(line, position)
        start = _after(COLON, line, position, ":")
        value, end = DECODER.raw_decode(line, start)
        members.append((key, value, (start, end)))
        position = end if line[end : end + 1] == "," else _skip(line, end)
        if line[position : position + 1] == "}":
            break
        position = _after(COMMA, line, position, ",")
    rest = _skip(line, position + 1)
    if rest != len(line):
        raise JSONDecodeError("Extra data", line, rest)
    return members, end


def _skip(line: str, position: int) -> int:
    match = BLANK.match(line, position)
    return match.end() if match else position


def _after(separator: re.Pattern[str], line: str, position: int, character: str) -> int:
    match = separator.match(line, position)
    if match is None:
        raise JSONDecodeError(f"Expecting {character!r}", line, _skip(line, position))
    return match.end()
