from __future__ import annotations

import pytest

from tests.reading.marked import prose, protected, transparent


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one::\n\n    final year\n\ntwo", "one/#/#/two"),
        ("one::\n\n> final\n> year\n\ntwo", "one/#/#/two"),
        ("- one::\n\n    final year\n\n  two", "#/one/#/#/two"),
        ("one ``final year`` two", "one # two"),
        ("one :ref:`final year` two `final`:sup: x", "one # two # x"),
        ("one `final year`_ two\n\n.. _final year: http://x", "one # two/#"),
        ("see the `final year <http://x>`_ of it", "see the final year# of it"),
        ("see `final year <http://x>`_ and `final year`_", "see # and #"),
        ("see ref_ and |final| and [1]_ and [FIN2020]_ x", "see # and # and # and # x"),
        ("a **bold** and *slanted* b", "a bold and slanted b"),
        ("a fin\\ *al*\\ ly b", "a finally b"),
        ("Final year\n==========\nIt was", "Final year/#/It was"),
        ("====\nTitle\n====\n\nIt was", "#/Title/#/It was"),
        ("`Final year`_ x\n\nFinal year\n----------\n", "# x/#/#"),
        ("See :term:`Final year`.\n\n.. glossary::\n\n   final year\n     One of many", "See #./#/#/One of many"),
        (
            ".. glossary::\n   :sorted:\n\n   final year\n   Year, the : F\n     One of many\n\n     years\n\nText",
            "# #/# #/One of many/years/Text",
        ),
        ("See :term:`years <final year>`.\n\n   past\n   Final year : F\n     One of many", "See #./past #/One of many"),
        ("See :ref:`Final year` in it.\n\nFinal year\n----------\n", "See # in it./#/#"),
        (".. note:: The final\n   year\n\n   More of it\n\nthen", "#/The final year/More of it/then"),
        (".. note::\n   :class: final\n\n   More of it", "# #/More of it"),
        (".. admonition:: The final\n   :class: final\n\n   body", "#/The final/#/body"),
        (".. code-block:: py\n   :linenos:\n\n   final\n\n     year\n\nthen", "#/then"),
        (".. unknown:: final\n\n   year\n\nthen", "#/then"),
        (".. figure:: final.png\n   :alt: final\n      year\n\n   The final year", "#/The final year"),
        (".. py:function:: final(year)\n\n   The final year", "#/The final year"),
        (".. py:function:: final(year)\n                 year(final)\n   :async:\n\n   The final year", "#/The final year"),
        (".. compound::\n   The final year", "#/The final year"),
        (".. versionadded:: 3.2\n   The final year", "#/The final year"),
        (".. final comment\n   year\n\nthen", "#/then"),
        ("..\n\n   quoted", "#/quoted"),
        ("..\n   final\n\n   year\n\nthen", "#/then"),
        ("- one\n\n  ..\n    final\n\n  then", "#/one/#/then"),
        ("The final year\n...", "The final year ..."),
        ("The final year\n---\nof it", "The final year --- of it"),
        ("---\nThe final year\n---", "#/The final year ---"),
        ("The\n---\nof it", "The/#/of it"),
        ("The final year\n----\nof it", "The final year/#/of it"),
        ("The final year\n::::::::::::::\nof it", "The final year/#/of it"),
        (".. [1] The final\n   year", "#/The final year"),
        (".. |final| replace:: year", "#"),
        (".. _final: http://year\n__ http://final", "# #"),
        (":param int final: the\n  year\n:returns: x", "#/the year/#/x"),
        (">>> final\nyear\n\nthen", "#/then"),
        ("one\n\n```\nfinal\n\nyear\n```\nthen", "one/#/then"),
        ("one\n```python\nfinal\n\nyear\n```\nthen", "one/#/then"),
        ("- ```\n  final\n\nthe\n\n  year", "#/the/year"),
        ("One\n```\n\nfinal year\n\nTwo\n```\n", "One/#/final year/Two/#"),
        ("-v\n````\n\nfinal year\n\nTwo\n```\n", "#/#/final year/Two/#"),
        ("an _accolade_ and name_ x", "an _# and # x"),
        ("see `final year<http://x>`_ of it", "see # of it"),
        ("-f, --final=YEAR  the option\n", "#/the option"),
        ("| one\n| two", "#/one/#/two"),
        ("+----+----+\n| a  | b  |\n+----+----+\n", "#/#/a/#/b/#/#"),
        ("+----+----+\n| ``a| b``|\n+----+----+\n\nc", "#/c"),
        ("- +-----+\n  | cat |\n  +-----+\n\nthen", "#/#/cat/#/#/then"),
        ("- +-----+\n\nthen", "#/then"),
        ("== ==\na  b c\n== ==\nd  ``e``\n== ==\n\nf", "#/a/#/b c/#/d/#/#/f"),
        ("1. one\n   two\n#. three", "#/one two/#/three"),
        ("one ``never closed\ntwo\n\nthree", "one #/three"),
        ("term\n   its meaning", "term/its meaning"),
        ("one\n    two", "one/two"),
    ],
)
def test_running_text(text: str, expected: str) -> None:
    assert prose(text, "rst") == expected


def test_what_is_protected_is_exactly_the_markup() -> None:
    text = "- a ``b`` :c:`d` `e <f>`_\n\n.. note::\n   :class: g\n\n   h::\n\n     i\n"
    assert protected(text, "rst") == ["- ", "``b``", ":c:`d`", " <f>`_", ".. note::", ":class: g", "::", "\n     i"]


def test_what_is_transparent() -> None:
    assert transparent("a **b** *c* `d <e>`_ \\* f\\ g", "rst") == ["**", "**", "*", "*", "`", "\\", "\\ "]


def test_an_arithmetic_star_breaks_a_phrase() -> None:
    assert transparent("a * b", "rst") == []


def test_a_literal_block_ends_where_the_indentation_ends() -> None:
    assert prose("::\n\n  a\n\n    b\n\nc\nd", "rst").endswith("c d")


def test_each_line_of_a_cell_is_a_block_of_its_own() -> None:
    assert "final year" not in prose("+-------+\n| final |\n| year  |\n+-------+\n", "rst")
