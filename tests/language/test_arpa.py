from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from unspin.errors import ModelError
from unspin.language.arpa import read_arpa
from unspin.language.trigram import TrigramModel

ARPA = """\
Made by hand.

\\data\\
ngram 1=4
ngram 2=2
ngram 3=1

\\1-grams:
-1.0\t<s>\t-0.5
-0.5\tthe\t-0.3
-1.5\tcat\t-0.2
-2.0\tsat

\\2-grams:
-0.4\tthe cat\t-0.1
-0.6 cat sat

\\3-grams:
-0.05\tthe cat sat

\\end\\
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "tiny.arpa"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("trigram", "log10"),
    [
        ("the cat sat", -0.05),
        ("sat the cat", -0.4),  # listed bigram after an unlisted history
        ("the cat the", -0.1 + -0.2 + -0.5),  # backs off twice
        ("cat sat the", 0 + 0 + -0.5),  # weights that are not written are 1
        ("<s> the cat", -0.4),
        ("cat cat cat", -0.2 + -1.5),
    ],
)
def test_probabilities_with_back_off(tmp_path: Path, trigram: str, log10: float) -> None:
    model = TrigramModel.build(read_arpa(write(tmp_path, ARPA)), {})
    oldest, previous, word = (model.ids([text]) for text in trigram.split())
    assert model.logprob(word, previous, oldest)[0] == pytest.approx(log10 * np.log(10), abs=1e-5)


def test_a_gzipped_file_reads_the_same(tmp_path: Path) -> None:
    path = tmp_path / "tiny.arpa.gz"
    path.write_bytes(gzip.compress(ARPA.encode()))
    plain, zipped = read_arpa(write(tmp_path, ARPA)), read_arpa(path)
    assert zipped.words == plain.words
    assert zipped.trigram_logprob.tolist() == plain.trigram_logprob.tolist()


def test_a_model_of_unigrams_only(tmp_path: Path) -> None:
    ngrams = read_arpa(write(tmp_path, "\\data\\\n\n\\1-grams:\n-1\ta\n-2\tb\n\\end\\\n"))
    assert (ngrams.words, ngrams.bigrams.shape, ngrams.trigrams.shape) == (["a", "b"], (0, 2), (0, 3))


def test_higher_orders_are_cut_off(tmp_path: Path) -> None:
    longer = ARPA.replace("\\end\\", "\\4-grams:\n-0.1\tthe cat sat the\n\n\\end\\")
    assert read_arpa(write(tmp_path, longer)).trigrams.tolist() == [[1, 2, 3]]


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("-0.4\tthe cat\t-0.1", "-0.4\tthe", r"tiny\.arpa:15: expected a 2-gram, found: -0\.4\tthe"),
        ("-2.0\tsat", "-2.0\tsat down on it", r"tiny\.arpa:12: expected a 1-gram"),
        ("-1.5\tcat", "much\tcat", r"tiny\.arpa:11: could not convert string to float: 'much'"),
        ("-0.05\tthe cat sat", "-0.05\tthe cat stood", r"3-gram with a word that has no unigram: 'stood'"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, before: str, after: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        read_arpa(write(tmp_path, ARPA.replace(before, after)))


def test_a_text_that_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no \\1-grams: section; is this an ARPA file\?"):
        read_arpa(write(tmp_path, "Just a text.\n"))


@pytest.mark.parametrize("data", [b"\xff\xfe\x00binary", b"\\1-grams:\n-1\tcaf\xe9\n"])
def test_a_file_that_is_not_utf_8(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "tiny.arpa"
    path.write_bytes(data)
    with pytest.raises(ModelError, match=r"tiny\.arpa"):
        read_arpa(path)


def test_a_damaged_gzip_file(tmp_path: Path) -> None:
    path = tmp_path / "tiny.arpa.gz"
    path.write_bytes(gzip.compress(ARPA.encode())[:-20])
    with pytest.raises(ModelError, match=r"tiny\.arpa\.gz"):
        read_arpa(path)
