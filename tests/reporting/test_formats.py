from __future__ import annotations

import subprocess
import sys

import pytest

from unspin.reporting import concise
from unspin.reporting.formats import FORMATS, writer


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_a_writer(name: str) -> None:
    assert callable(writer(name))


def test_the_writer_is_the_formats_own() -> None:
    assert writer("concise") is concise.write


@pytest.mark.parametrize("name", ["", "filereport", "../json", "TEXT"])
def test_other_modules_are_no_formats(name: str) -> None:
    with pytest.raises(KeyError):
        writer(name)


@pytest.mark.parametrize("description", FORMATS.values())
def test_descriptions_take_one_line(description: str) -> None:
    assert description and "\n" not in description and len(description) < 70


def test_listing_the_formats_loads_none_of_them() -> None:
    code = "import sys, unspin.reporting.formats; print(*{'rich', 'json', 'xml.etree'} & set(sys.modules))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == ""
