"""HTML, whole files and the pieces of it in Markdown: a tokenizer with exact offsets that takes broken markup as browsers do.

Where a tag, comment or element is never closed, everything after it belongs to it. One pass, linear time.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from unspin.reading.markup.parts import APOSTROPHES, Parts, front_matter
from unspin.reading.markup.quotations import MARK, Mark
from unspin.reading.ranges import Range, merged, without

TRANSPARENT = frozenset(
    (
        "a abbr acronym b bdi bdo big cite data del dfn em font i ins label mark nobr q s small span strike strong sub sup time u wbr"
    ).split()
)
"""Elements inside running text, across whose tags a phrase goes on."""
INLINE = frozenset(
    (
        "audio br button canvas code embed iframe img input kbd map math meter noscript object output picture progress rp rt ruby samp "
        "script select source svg template textarea tt var video"
    ).split()
)
"""Other elements inside running text; a phrase ends there, but not the sentence."""
OPAQUE = frozenset(
    "code head iframe kbd listing math noembed noframes object pre samp script select style svg template textarea tt var xmp".split()
)
"""Elements of which the contents are not prose."""
ENDS_PARAGRAPH = frozenset(
    (
        "address article aside blockquote body center dd details dialog dir div dl dt fieldset figcaption figure footer form "
        "h1 h2 h3 h4 h5 h6 header hgroup hr html li listing main menu nav ol p plaintext pre search section summary table td th tr ul xmp"
    ).split()
)
"""Elements whose tags, opening or closing, end a paragraph that is not closed."""
CODE = frozenset("code kbd listing pre samp textarea tt xmp".split())
"""Those of which the contents are shown as they are."""
RAW = frozenset("iframe noembed noframes script style textarea xmp".split())
"""Elements in which there are no tags but the closing one."""
HEAD = frozenset("base head html link meta noscript script style template title".split())
"""What a head may contain; any other tag ends a head that is not closed."""
FOREIGN = frozenset(("svg", "math"))
"""Elements that can be empty in HTML, too: <svg/>."""
QUOTING = frozenset(("blockquote", "q"))
PAGE = frozenset(("html", "body"))
"""Elements that hold the whole page; of them, "not to be translated" says nothing of how the words were meant, and the language is often
that of a template."""
VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
"""Elements without contents and without a closing tag."""

MARKUP = re.compile(r"<(?:/?[A-Za-z]|[!?%])|&(?:#[0-9]|#[xX][0-9A-Fa-f]|[A-Za-z])|\{[{%#]")
NAME = re.compile(r"</?([^\s/>]{1,100})")
IN_TAG = re.compile(r"[>=]")
VALUE = re.compile(r"=\s*([\"'])")
ENTITY = re.compile(r"&(?:#[0-9]{1,10}|#[xX][0-9A-Fa-f]{1,8}|[A-Za-z][A-Za-z0-9]{0,31});|&(?:nbsp|amp|quot|lt|gt)")
UNTRANSLATED = re.compile(
    r"""translate(?:(?<=notranslate)|\s*=\s*["']?no)(?=[\s"'/>])"""
    r"""|\s(?:xml:)?lang\s*=\s*["']?(?!en\b)[a-z]{2,3}\b"""  # in another language than English
)
SCRIPT_MARK = re.compile(r"<!--|-->|</?script(?=[\s/>])", re.IGNORECASE)
EMPTY_COMMENT = re.compile(r"<!--[^\w>]{0,8}-->")
"""What React, Vue and others leave where two pieces of a text met; a phrase goes on across it."""
CLOSED_BY = (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"))
TEMPLATES = (("<%", "%>"), ("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
TEMPLATE_LENGTH = 2000
XHTML = re.compile(r"\s*<\?xml|[^>]{0,200}//DTD XHTML", re.IGNORECASE)
WORD_JOINERS = "&\N{SOFT HYPHEN}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}\N{ZERO WIDTH SPACE}"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag at [start, end). `name` is in lower case; `closes` for </name>, `empty` for <name/>; `opaque` if it begins an element of which
    the contents are not prose, or are meant to stay as they are."""

    start: int
    end: int
    name: str
    closes: bool
    empty: bool
    opaque: bool


def read_html(text: str, parts: Parts) -> None:
    """Read a whole file into `parts`."""
    start = front_matter(text)
    parts.protected.append((0, start))
    self_closing = XHTML.match(text) is not None
    tags = list(scan(text, start, len(text), parts, self_closing))
    close(tags, len(text), parts, self_closing)


def scan(text: str, start: int, end: int, parts: Parts, self_closing: bool = False) -> Iterator[Tag]:
    """Read tags, comments, entities, and templates' {{ }} and {% %} in a range into `parts`. The tags are for `close`.

    `self_closing`: whether <script/> is a whole element, as in XHTML, and not an opening tag, as in HTML.
    """
    position = start
    unclosed: set[str] = set()
    while found := MARKUP.search(text, position, end):
        at = found.start()
        if found[0][0] == "&":
            position = max(entity(text, at, end, parts), at + 1)
            continue
        if found[0][0] == "{" or found[0][1] in "!?%":
            position = _hidden_end(text, at, end)
            (parts.transparent if EMPTY_COMMENT.match(text, at, end) else parts.protected).append((at, position))
            continue
        tag = tag_at(text, at, end)
        position = tag.end
        place(tag, parts)
        yield tag
        if tag.name in RAW and not tag.closes and not (tag.empty and (self_closing or tag.name in unclosed)):
            closing = _closing_tag(text, tag, end)
            if closing < 0 and tag.empty:
                unclosed.add(tag.name)
            else:
                position = closing if closing >= 0 else end
                parts.protected.append((tag.end, position))


def place(tag: Tag, parts: Parts) -> None:
    """Put a tag among the protected or the transparent ranges, and note where it breaks the text."""
    if tag.name in TRANSPARENT:
        parts.transparent.append((tag.start, tag.end))
        return
    parts.protected.append((tag.start, tag.end))
    if tag.name not in INLINE:
        parts.breaks += (tag.start, tag.end)


def tag_at(text: str, start: int, end: int) -> Tag:
    """The tag that begins at `start`; one that is never closed goes on to `end`."""
    name = NAME.match(text, start, end)
    position = name.end() if name else start + 1
    while found := IN_TAG.search(text, position, end):
        position = found.end()
        if found[0] == ">":
            break
        if value := VALUE.match(text, found.start(), end):
            closing = text.find(value[1], value.end(), end)
            if closing < 0:
                position = end
                break
            position = closing + 1
    else:
        position = end
    return read_tag(start, position, name[1] if name else "", text[start:position])


def read_tag(start: int, end: int, name: str, written: str) -> Tag:
    """A tag at [start, end) of a text, as it is written."""
    name, closes = name.lower(), written.startswith("</")
    untranslated = UNTRANSLATED.search(written.lower()) and name not in VOID and name not in PAGE
    return Tag(start, end, name, closes, written.endswith("/>"), not closes and (name in OPAQUE or bool(untranslated)))


def close(tags: Iterable[Tag], end: int, parts: Parts, self_closing: bool = False) -> None:
    """Find the elements whose contents are not prose, and the quotations, by their tags in order; what is not closed goes on to `end`."""
    tags = [tag for tag in tags if not (tag.empty and (self_closing or tag.name in RAW or tag.name in FOREIGN))]
    opaque = merged(_opaque(tags, end))
    parts.protected += opaque
    parts.code += _opaque([tag for tag in tags if tag.name in CODE], end)
    in_prose = without([(mark.start, mark.end) for mark in parts.entities], opaque)
    parts.entities = [Mark(start, stop, html.unescape(parts.text[start:stop])) for start, stop in in_prose]
    for name in QUOTING:
        parts.quotations += _nested([tag for tag in tags if tag.name == name], end)


def entity(text: str, start: int, end: int, parts: Parts) -> int:
    """Read the entity at `start`, if there is one; returns its end, or `start`.

    A space of any kind is a blank: the words around it can be one phrase. An apostrophe is one. All others are protected, with the word
    that they are part of: the text holds that word in a form that no dictionary can write back.
    """
    match = ENTITY.match(text, start, end)
    if match is None:
        return start
    character = html.unescape(match[0])
    if character.isspace():
        parts.blanks.append(match.span())
    elif character in APOSTROPHES:
        parts.apostrophes.append(match.span())
    elif character.isalnum() or character in WORD_JOINERS or character == match[0]:
        parts.protect_word(*match.span())
    else:
        parts.protected.append(match.span())
        if MARK.fullmatch(character):
            parts.entities.append(Mark(*match.span(), character))
    return match.end()


def _hidden_end(text: str, start: int, end: int) -> int:
    """The end of a comment, declaration, processing instruction or template tag."""
    for opening, closing in CLOSED_BY:
        if text.startswith(opening, start):
            found = text.find(closing, start + 2, end)
            return found + len(closing) if found >= 0 else end
    closing = dict(TEMPLATES)[text[start : start + 2]]
    found = text.find(closing, start + 2, min(end, start + TEMPLATE_LENGTH))
    return found + len(closing) if found >= 0 else start + 2


def _closing_tag(text: str, tag: Tag, end: int) -> int:
    """Where the tag is that closes a raw element, -1 if nowhere."""
    if tag.name == "script":
        return _script_end(text, tag.end, end)
    found = re.compile(rf"</{tag.name}(?=[\s/>])", re.IGNORECASE).search(text, tag.end, end)
    return found.start() if found else -1


def _script_end(text: str, start: int, end: int) -> int:
    """The same for a script. In <!-- and --> it may write another one, which has a closing tag, too (HTML 13.2.5.15 to 13.2.5.31)."""
    in_comment = in_script = False
    for mark in SCRIPT_MARK.finditer(text, start, end):
        if mark[0] == "<!--":
            in_comment = True
        elif mark[0] == "-->":
            in_comment = in_script = False
        elif mark[0][1] != "/":
            in_script = in_comment
        elif not in_script:
            return mark.start()
        else:
            in_script = False
    return -1


def _opaque(tags: list[Tag], end: int) -> Iterator[Range]:
    opened: Tag | None = None
    start = depth = 0
    for tag in tags:
        if opened is not None and _ends(tag, opened):
            yield start, tag.start
            opened = None
        if start == end:
            start = tag.start
        if opened is None:
            if tag.opaque:
                opened, start, depth = tag, tag.start, 1
        elif tag.name == opened.name:
            depth += -1 if tag.closes else 1
            if depth == 0:
                yield start, tag.end
                opened = None
        elif opened.name == "head" and tag.name == "title" and not tag.closes:
            yield start, tag.end
            start = end  # until the next tag, which is the title's closing one
    if opened is not None:
        yield start, end


def _ends(tag: Tag, opened: Tag) -> bool:
    """Whether a tag ends an element that has no closing tag of its own."""
    if opened.name == "p":
        return tag.name in ENDS_PARAGRAPH and not (tag.name == "p" and tag.closes)
    return opened.name == "head" and tag.name not in HEAD


def _nested(tags: list[Tag], end: int) -> Iterator[Range]:
    """The outermost elements of one name."""
    depth = start = 0
    for tag in tags:
        if tag.closes and depth:
            depth -= 1
            if depth == 0:
                yield start, tag.end
        elif not tag.closes:
            start = tag.start if depth == 0 else start
            depth += 1
    if depth:
        yield start, end
