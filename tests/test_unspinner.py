from __future__ import annotations

import pickle
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from unspin import cache
from unspin import unspinner as unspinner_module
from unspin.errors import DictionaryError, ModelError
from unspin.findings import Report, Tier
from unspin.lexicon import load
from unspin.patching import apply, revert
from unspin.unspinner import Unspinner

DICTIONARY = Path(__file__).parent / "dictionary" / "terms.tsv"
EXAMPLES = Path(__file__).parents[1] / "examples" / "spun"

# Written for these tests, and spun by hand.
SPUN = [
    "The president will meet the primary minister next week to discuss the peace talks.",
    "Nobody from the White Residence was available on Tuesday, a spokesman advised the Linked Press.",
    "The provide chain broke down final year, and the central financial institution raised interest rates.",
    "“The corporate stated it would purchase the agency,” she stated, “and its chief govt would step down.”",
    "The talks began at five:35 p.m. in New York Metropolis.",
    "She has lived in the United International locations’ quarter as effectively as in London.",
    "Economists said that local weather change was to blame.",
    "The corporate additionally stated nothing was an vital issue, as effectively as that it was the identical factor.",
]
CLEAN = [
    "The council discussed the new library on Monday.",
    "Its members agreed on a plan that would cost two million dollars, and the mayor promised to open the building in spring.",
    "Neighbours asked for more trees and a bus stop.",
    "The Associated Press reported from New York City that the prime minister would visit the White House.",
    "The supply chain held last year, and nobody spoke about climate change.",
    "Dr. Jones told the committee that the results were good, but that they would need another year.",
    "“We are happy,” said the teacher, who has worked at the school for twenty years.",
]
TEXT = " ".join(SPUN)


def test_spun_text_is_told_from_clean_text(unspinner: Unspinner) -> None:
    assert unspinner.analyze(TEXT).spun
    assert not unspinner.analyze(" ".join(CLEAN)).spun


def test_clean_text_gives_nothing_to_write(unspinner: Unspinner) -> None:
    assert unspinner.analyze(" ".join(CLEAN)).edits(Tier.LIKELY) == ()


@pytest.mark.parametrize("text", ["", " \n", "…", "Stated", "\U0001f600", "a", "word " * 3000])
def test_texts_without_any_sense_are_no_trouble(unspinner: Unspinner, text: str) -> None:
    assert unspinner.repair(text, Tier.LIKELY).text == text


LONG_CLEAN = " ".join(CLEAN * 8)


def test_a_long_spun_text_is_spun_text(unspinner: Unspinner) -> None:
    texts = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.glob("*.txt"))]
    alone = [len(unspinner.analyze(text).edits(Tier.LIKELY)) for text in texts]
    together = unspinner.analyze("\n\n".join(texts))
    assert together.spun
    assert len(together.edits(Tier.LIKELY)) > 0.7 * sum(alone)


def test_a_text_that_stands_there_twice_is_hardly_less_spun(unspinner: Unspinner) -> None:
    once, twice = (unspinner.analyze("\n\n".join([TEXT] * times)).spin_rate for times in (1, 2))
    assert twice == pytest.approx(once, rel=0.2)


def test_long_clean_text_is_not_decoded(unspinner: Unspinner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unspin.unspinner.decode", lambda *_: pytest.fail("decoded"))
    report = unspinner.analyze(LONG_CLEAN)
    assert (report.findings, report.spun) == ((), False)
    assert report.spin_rate < 0.01


def test_a_tell_in_long_clean_text_has_it_decoded(unspinner: Unspinner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unspin.unspinner.decode", lambda *_: pytest.fail("decoded"))
    with pytest.raises(pytest.fail.Exception, match="decoded"):
        unspinner.analyze(f"{LONG_CLEAN} She sings as effectively as her sister. {LONG_CLEAN}")


def test_a_broken_clock_time_in_long_clean_text_is_found(unspinner: Unspinner) -> None:
    text = f"{LONG_CLEAN} They met at five:35 p.m. {LONG_CLEAN}"
    assert [finding.code for finding in unspinner.analyze(text).findings] == ["US501"]


def test_the_same_text_gives_the_same_report(unspinner: Unspinner) -> None:
    assert unspinner.analyze(TEXT) == unspinner.analyze(TEXT)


def test_what_was_read_before_does_not_matter(unspinner: Unspinner) -> None:
    before = unspinner.analyze(SPUN[1])
    unspinner.analyze(TEXT)
    assert unspinner.analyze(SPUN[1]) == before


def test_threads_can_share_an_engine() -> None:
    engine = Unspinner()
    texts = [" ".join(SPUN[i:] + CLEAN[:i]) for i in range(7)] * 3
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(engine.analyze, texts))
    assert together == [engine.analyze(text) for text in texts]


def test_an_engine_can_be_pickled(unspinner: Unspinner) -> None:
    assert pickle.loads(pickle.dumps(unspinner)).analyze(TEXT) == unspinner.analyze(TEXT)


def test_a_pickled_engine_keeps_its_dictionaries() -> None:
    assert pickle.loads(pickle.dumps(Unspinner([DICTIONARY]))).lookup("blorfy quux")


@pytest.fixture(scope="module")
def report(unspinner: Unspinner) -> Report:
    return unspinner.analyze(TEXT)


def test_findings_are_in_order_and_never_overlap(report: Report) -> None:
    assert len(report.findings) > 5
    assert all(a.end <= b.start for a, b in zip(report.findings, report.findings[1:], strict=False))


def test_offsets_point_at_the_text(report: Report) -> None:
    assert [TEXT[finding.start : finding.end] for finding in report.findings] == [finding.text for finding in report.findings]


def test_every_suggestion_changes_something_and_the_best_comes_first(report: Report) -> None:
    for finding in report.findings:
        confidences = [suggestion.confidence for suggestion in finding.suggestions]
        assert finding.text not in (suggestion.text for suggestion in finding.suggestions)
        assert confidences == sorted(confidences, reverse=True)


def test_what_a_less_likely_term_would_replace_besides_is_a_finding_of_its_own(unspinner: Unspinner) -> None:
    findings = unspinner.analyze("In this paper we study the bolster vector instrument.").findings
    restored = [(finding.text, finding.suggestions[0].text) for finding in findings]
    assert restored == [("bolster", "support"), ("vector instrument", "vector machine")]


@pytest.mark.parametrize("before", ["😀😀 ", "\r\n\r\n", "“Café”: "])
def test_offsets_count_code_points(unspinner: Unspinner, before: str) -> None:
    text = before + TEXT
    assert "Linked Press" in [text[f.start : f.end] for f in unspinner.analyze(text).findings if f.code == "US201"]


def test_protected_ranges_are_not_touched(unspinner: Unspinner) -> None:
    start = TEXT.index("Linked Press")
    protected = (start, start + len("Linked Press"))
    assert all(f.end <= protected[0] or protected[1] <= f.start for f in unspinner.analyze(TEXT, [protected]).findings)


def test_addresses_and_code_are_protected_unless_other_ranges_are(unspinner: Unspinner) -> None:
    left = "https://linked.example/primary-minister/final-year, linked.press@example.org and `final year`"
    text = f"{TEXT} See {left}. {TEXT}"
    assert left in unspinner.repair(text, Tier.POSSIBLE).text
    assert left not in unspinner.repair(text, Tier.POSSIBLE, []).text


def test_nobody_asks_for_the_protected_ranges_of_a_genuine_text(unspinner: Unspinner) -> None:
    class Asked(Sequence[tuple[int, int]]):
        def __len__(self) -> int:
            raise AssertionError

        __getitem__ = __len__  # type: ignore[assignment]

    assert unspinner.analyze(" ".join(CLEAN) * 2, Asked()).findings == ()
    with pytest.raises(AssertionError):
        unspinner.analyze(" ".join(SPUN), Asked())


def test_protected_clock_times_are_not_touched(unspinner: Unspinner) -> None:
    start = TEXT.index("five:35")
    assert "five:35" in unspinner.repair(TEXT, Tier.POSSIBLE, [(start, start + 7)]).text


def test_a_protected_blank_becomes_no_line_end(unspinner: Unspinner) -> None:
    text = f"{TEXT} It was referred\nto as the plan."
    blank = text.index(" the plan")
    assert "It was called\nthe plan." in unspinner.repair(text, Tier.POSSIBLE).text
    assert "It was called the plan." in unspinner.repair(text, Tier.POSSIBLE, [(blank, blank + 1)]).text


def test_a_protected_url_is_left_as_it_is_by_every_pass(unspinner: Unspinner) -> None:
    url = "https://linked.example/primary-minister/final-year"
    text = f"{TEXT} See {url} for more. {TEXT}"
    start = text.index(url)
    repair = unspinner.repair(text, Tier.POSSIBLE, [(start, start + len(url))])
    assert url in repair.text and len(repair.edits) > 5


def test_a_spelled_out_clock_time_is_a_safe_finding_of_its_own(report: Report) -> None:
    (finding,) = (finding for finding in report.findings if finding.code == "US501")
    assert (finding.text, finding.edit.after, finding.tier) == ("five", "5", Tier.SAFE)


@pytest.mark.parametrize(
    ("text", "code"),
    [("primary minister", "US301"), ("Linked Press", "US201"), ("chief govt", "US101"), ("final", "US401")],
)
def test_the_code_tells_the_class_of_a_finding(report: Report, text: str, code: str) -> None:
    assert [finding.code for finding in report.findings if finding.text == text] == [code]


def test_a_repair_tells_the_edits_from_the_text_as_it_was(unspinner: Unspinner) -> None:
    repair = unspinner.repair(TEXT, Tier.LIKELY)
    assert [TEXT[edit.start : edit.end] for edit in repair.edits] == [edit.before for edit in repair.edits]
    assert "primary minister" not in repair.text


def test_only_the_asked_tier_is_written(unspinner: Unspinner) -> None:
    asked = {tier: {edit.tier for edit in unspinner.repair(TEXT, tier).edits} for tier in Tier}
    assert asked[Tier.SAFE] == {Tier.SAFE} and Tier.POSSIBLE not in asked[Tier.LIKELY]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10**6), st.sampled_from(list(Tier)))
def test_a_second_repair_changes_nothing(unspinner: Unspinner, seed: int, tier: Tier) -> None:
    chance = random.Random(seed)
    sentences = chance.sample(SPUN + CLEAN, chance.randint(1, 12))
    once = unspinner.repair(chance.choice([" ", "\n", "\n\n"]).join(sentences), tier)
    assert unspinner.repair(once.text, tier).text == once.text


ODD = (
    *"\u0301\u00ad\u200b\u200c\u200d\u200f\u2028\ufeff\u00a0\u202f\x0c\r_5²'’—-.*ıİßẞǅﬁＬΣ中א\ud83d",
    *("\r\n", "\n\n", "👩\u200d💻", "❤\ufe0f", " a ", "'S"),
)
"""What tokenizers, case and line ends trip over."""


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(0, len(TEXT)), st.sampled_from(ODD)), max_size=12), st.booleans(), st.sampled_from(list(Tier))
)
def test_odd_characters_are_no_trouble(unspinner: Unspinner, odd: list[tuple[int, str]], shouted: bool, tier: Tier) -> None:
    text = TEXT.upper() if shouted else TEXT
    for position, characters in odd:
        text = text[:position] + characters + text[position:]
    repair = unspinner.repair(text, tier)
    assert apply(text, repair.edits) == repair.text and revert(repair.text, repair.edits) == text
    assert unspinner.repair(repair.text, tier).text == repair.text
    assert not any(text.startswith("\u0301", edit.end) for edit in repair.edits)


@pytest.mark.parametrize("tier", list(Tier))
def test_what_only_a_second_reading_shows_is_repaired_at_once(unspinner: Unspinner, tier: Tier) -> None:
    once = unspinner.repair(" ".join([SPUN[7], SPUN[5], CLEAN[1]]), tier)
    assert unspinner.analyze(once.text).edits(tier) == ()


def test_an_entry_of_the_user_is_used() -> None:
    findings = Unspinner([DICTIONARY]).analyze(f"{TEXT} The blorfy quux is broken.").findings
    assert ("blorfy quux", "supply chain") in [(finding.text, finding.suggestions[0].text) for finding in findings]


@pytest.fixture
def few_dictionaries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Instead of the shipped dictionaries, one that compiles at once; instead of the cache, one of its own with the same models."""
    (tmp_path / "cache").mkdir()
    for folder in cache.folder().glob("model-*"):
        (tmp_path / "cache" / folder.name).symlink_to(folder)
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "phrases.tsv").write_text("final year\tlast year\n")
    monkeypatch.setenv(cache.VARIABLE, str(tmp_path / "cache"))
    monkeypatch.setattr(load, "shipped", lambda: tmp_path / "shipped")


@pytest.mark.usefixtures("few_dictionaries")
def test_a_changed_dictionary_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "phrases.tsv"
    path.write_text("blorfy quux\tsupply chain\n")
    Unspinner([path])
    path.write_text("blorfy quux\tprime minister of all\n")
    assert [pair.canonical for pair in Unspinner([path]).lookup("blorfy quux")] == ["prime minister of all"]


@pytest.mark.usefixtures("few_dictionaries")
def test_the_dictionaries_of_the_user_join_the_shipped_ones(tmp_path: Path) -> None:
    path = tmp_path / "phrases.tsv"
    path.write_text("blorfy quux\tsupply chain\n")
    engine = Unspinner([path])
    assert engine.lookup("blorfy quux") and engine.lookup("final year")


@pytest.mark.usefixtures("few_dictionaries")
def test_progress_is_told_of_work_that_is_done_only_once() -> None:
    told: list[str] = []
    for _ in range(2):
        Unspinner(progress=told.append)
    assert told == ["compiling the dictionaries (once)"]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("good\tbetter\na\tb\tnonsense\n", r"phrases\.tsv:2: unknown flag 'nonsense'.*run `unspin dict lint`"),
        ("a\nb\nc\n", r"phrases\.tsv:1: expected 2 to 4 fields .* \(and 2 more\)"),
    ],
)
def test_a_faulty_dictionary_is_told_with_file_and_line(tmp_path: Path, lines: str, message: str) -> None:
    path = tmp_path / "phrases.tsv"
    path.write_text(lines)
    with pytest.raises(DictionaryError, match=message):
        Unspinner([path])


def test_a_missing_dictionary(tmp_path: Path) -> None:
    with pytest.raises(DictionaryError, match=r"none\.tsv: no such dictionary"):
        Unspinner([tmp_path / "none.tsv"])


def test_a_missing_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.bin: no such language model"):
        Unspinner(model=tmp_path / "none.bin")


def test_look_up_finds_what_a_word_stands_for(unspinner: Unspinner) -> None:
    assert "associated" in [pair.canonical for pair in unspinner.lookup(" Linked, ")]


def test_look_up_of_an_unknown_phrase_is_empty(unspinner: Unspinner) -> None:
    assert unspinner.lookup("blorfy quux") == []


def test_dictionaries_that_change_while_they_are_compiled_are_compiled_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "terms.tsv"
    file.write_text("supply chain\n", encoding="utf-8")
    keys: list[str] = []

    def cached(name: str, key: str, *_: object) -> None:
        if name == "channel":
            keys.append(key)
        elif not keys:
            file.write_text("supply chain\nvalue chain\n", encoding="utf-8")

    monkeypatch.setattr(cache, "cached", cached)
    monkeypatch.setattr(unspinner_module, "load_model", lambda *_: ())
    unspinner_module.load_channel([file])
    unspinner_module.load_channel([file])
    assert keys[0] != keys[1]
