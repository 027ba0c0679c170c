from __future__ import annotations

import pytest

from tests.reading.marked import prose, protected, quotations, transparent
from unspin.reading.markup import read


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('<p class="final">The <b>final</b> year</p><p>x</p>', "#/The final year/#/x/#"),
        ("a<!-- final > year -->b", "a#b"),
        ("a<!-- never closed", "a#"),
        ("<!DOCTYPE final>x", "#x"),
        ("<a title='final > year'>b</a>", "b"),
        ('<a title="never closed>x</a>', ""),
        ('x <script>a < b; "final</p>"</script> y', "x # y"),
        ("x <style>final</style> <textarea>final</textarea> <svg><text>final</text></svg> <math>final</math> y", "x/#/#/# # y"),
        ("<pre>a <b>b</b><pre>c</pre>d</pre> e", "#/e"),
        ("<pre>never <b>closed</b>", "#"),
        ("<head><meta x=final>final<title>The final</title><style>x</style></head><p>x", "#/The final/#/x"),
        ("<head><title>A</title><p>x", "#/A/#/x"),
        ("the <!-- -->final<!----> year<!--[-->s, fi<!-- -->nal <!-- final --> year", "the final #, final # year"),
        ("a&nbsp;b&#160;c", "a b c"),
        ("final&thinsp;year&#32;of&ensp;it, <b>final&#8239;</b>year", "final year of it, final year"),
        ("don&#8217;t caf&eacute;s &mdash; &ldquo;x&rdquo; AT&amp;T", "don’t # # #x# #"),
        ("the press&rsquo;s &#39;last&apos; caf&eacute;&#x27;s", "the press’s ’last’ #’s"),
        ("fin<i>al</i>ly it", "# it"),
        ("one<br>two <img alt=final> x", "one#two # x"),
        ("3 < 4 & 5 > 2", "3 < 4 & 5 > 2"),
        ("a {{ final > 1 }} {% if final %} b", "a # # b"),
        ("<?php if ($final > 1) { ?>x", "#x"),
        ("<div/final/ x", "#"),
        ("x <script src=a /> y", "x # y"),
        ("x <script></script><script src=a />final</script> y", "x # y"),
        ("<script><!-- w('<script>final</script>year') //--></script> x", "# x"),
        ("<script>a('<!--') </script> x <SCRIPT>a('<script>')--> </SCRIPT> y", "# x # y"),
        ("<?xml version='1.0'?><html><script src='a'/><p>x</p><code/>y</html>", "#/x/#y/#"),
        ("---\ntitle: final\n---\n<p>x", "#/#/x"),
        ("a <b translate=no>final <i>year</i></b> b", "a # b"),
        ("<p translate=no>final <b>year</b><p>a<p class=notranslate>b<div>c</div>d", "#/a/#/c/#/d"),
        ("<div><p translate=no>a <i>b</i></div>c<p translate=no>d</p>e<p translate=no>f", "#/c/#/e/#"),
        ("<p translate=no>a<pre>b</pre>c", "#/c"),
        ("<p>a <span class='x notranslate'>final <span>year</span></span> b</p>", "#/a # b/#"),
        ("a <b Translate = 'NO'>final</b> <b translate=yes>final</b>, <b class=notranslated>final</b>", "a # final, final"),
        ("a <img class=notranslate> b<br translate=no>c", "a # b#c"),
        ("a <i lang='la'>final <b>year</b></i> <q xml:lang=fr-CA>final</q> b", "a # # b"),
        (
            "<a hreflang=fr>a</a> <i lang=en-GB>b</i> <i lang=''>c</i> <i data-lang=fr>d</i> <a href='?b&lang=fr'>e</a>",
            "a b c d e",
        ),
        ("<html translate=no lang=de><body class=notranslate><p>final year", "#/final year"),
    ],
)
def test_running_text(text: str, expected: str) -> None:
    assert prose(text, "html") == expected


def test_what_is_protected_is_exactly_the_markup() -> None:
    text = "<p>a <b>b</b> <code>c</code> &amp; d<!-- e --></p>"
    assert protected(text, "html") == ["<p>", "<code>c</code>", "&amp;", "<!-- e --></p>"]


def test_what_is_transparent() -> None:
    text = "<p><a href='x'>a</a> <em>b</em>&nbsp;c&#xA0;d</p>"
    assert transparent(text, "html") == ["<a href='x'>", "</a>", "<em>", "</em>"]


@pytest.mark.parametrize(
    "name", ["a", "b", "em", "strong", "span", "sup", "sub", "u", "s", "small", "mark", "abbr", "cite", "font", "wbr", "q", "I"]
)
def test_a_phrase_goes_on_across_inline_tags(name: str) -> None:
    assert transparent(f"a <{name} x=y>b</{name}> c", "html") == [f"<{name} x=y>", f"</{name}>"]


def test_blocks_break_the_text_and_inline_code_does_not() -> None:
    assert read("a <code>b</code> c", "html").breaks == ()
    assert read("<td>a</td><td>b</td>", "html").breaks == (4, 5, 10, 14, 15)


@pytest.mark.parametrize(
    "text", ["&ldquo;a b&rdquo;", "&#8220;a b&#8221;", "&quot;a b&quot;", "<q>a b</q>", "<blockquote>a<p>b</blockquote>"]
)
def test_quotations(text: str) -> None:
    assert quotations(f"x {text} y", "html") == [text]


def test_nested_and_stray_blockquotes() -> None:
    text = "</blockquote>a<blockquote>b<blockquote>c</blockquote>d</blockquote>e"
    assert quotations(text, "html") == ["<blockquote>b<blockquote>c</blockquote>d</blockquote>"]


def test_quotation_marks_in_attributes_and_code_are_not_speech() -> None:
    assert quotations('<p class="a"><code>&quot;b&quot;</code> "c"</p>', "html") == ['"c"']
