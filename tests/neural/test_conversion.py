from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("ctranslate2")
pytest.importorskip("gguf")

from tests.neural import tiny
from unspin.errors import ModelError
from unspin.neural import causal
from unspin.neural.causal import CausalModel
from unspin.neural.conversion import convert

TEXTS = ["the", "the theme, then 12 tests of them", "é and 😀", "a" * 40]
WHOLE = [[text] for text in TEXTS]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tiny")
    convert(tiny.write(root / "tiny.gguf", tiny.weights()), root / "model", quantization=None)
    return root / "model"


def test_a_converted_model_says_what_the_formulas_say(folder: Path) -> None:
    model = CausalModel(folder, threads=1)
    tokens, _ = tiny.vocabulary()
    for text in TEXTS:
        ids = [tokens.index(token) for token in model._tokens([text])[0]]
        assert ids[0] == 0
        assert model.logprob([[text]]).item() == pytest.approx(tiny.logprob(tiny.weights(), ids), abs=1e-3)


def test_digits_stand_alone_and_merges_are_used(folder: Path) -> None:
    assert CausalModel(folder)._tokens(["the 12"])[0] == ["<|endoftext|>", "Ċ", "the", "Ġ", "1", "2"]


def test_a_token_belongs_to_the_part_in_which_it_ends(folder: Path) -> None:
    model = CausalModel(folder, threads=1)
    parts = ["é the", " theme", ", then 12"]
    tokens, part = model._tokens(parts)
    assert [token for token, at in zip(tokens[1:], part, strict=True) if at == 1] == model._tokens(["the theme"])[0][3:]
    assert model.logprob([parts]).shape == (1, 3)
    assert model.logprob([parts]).sum() == pytest.approx(model.logprob([["".join(parts)]]).item(), abs=1e-4)
    before = model.logprob([[parts[0]]]).item()
    assert model.logprob([parts])[0, 0] == pytest.approx(before, abs=1e-4)  # what follows changes nothing


def test_no_text_has_no_probability(folder: Path) -> None:
    assert CausalModel(folder).logprob([]).size == 0


def test_the_company_of_other_texts_changes_nothing(folder: Path) -> None:
    model = CausalModel(folder, threads=1)
    alone = [model.logprob([text]).item() for text in WHOLE]
    assert model.logprob(WHOLE * 50)[:, 0].tolist() == pytest.approx(alone * 50, abs=1e-4)


def test_a_long_text_loses_its_beginning(folder: Path) -> None:
    model = CausalModel(folder)
    assert model.logprob([["b" + "a" * 5000]]).item() == pytest.approx(model.logprob([["c" + "a" * 5000]]).item())


def test_quantised_weights_stay_close(folder: Path, tmp_path: Path) -> None:
    convert(tiny.write(tmp_path / "tiny.gguf", tiny.weights()), tmp_path / "model")
    exact, rounded = CausalModel(folder).logprob(WHOLE), CausalModel(tmp_path / "model").logprob(WHOLE)
    assert rounded.ravel().tolist() == pytest.approx(exact.ravel().tolist(), rel=0.02)


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF" + b"\xff" * 100, b"not a model"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.gguf").write_bytes(content)
    with pytest.raises(ModelError, match=r"x\.gguf: is no GGUF file"):
        convert(tmp_path / "x.gguf", tmp_path / "model")


def test_models_of_another_kind_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="architecture and vocabulary"):
        convert(tiny.write(tmp_path / "x.gguf", tiny.weights(), tokenizer="llama"), tmp_path / "model")
    tensors = tiny.weights()
    del tensors["blk.1.attn_k"]
    with pytest.raises(ModelError, match=r"has no 'blk.1.attn_k.weight'"):
        convert(tiny.write(tmp_path / "y.gguf", tensors), tmp_path / "model")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no language model that can be used"):
        CausalModel(tmp_path)


@pytest.mark.parametrize(("flags", "fast"), [("avx2 avx512f", False), ("avx512f avx512_vnni", True), (None, False)])
def test_what_a_processor_is_good_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flags: str | None, fast: bool) -> None:
    monkeypatch.setattr(causal, "PROCESSOR", tmp_path / "cpuinfo")
    if flags is not None:
        causal.PROCESSOR.write_text(f"processor\t: 0\nflags\t\t: fpu {flags}\n")
    assert causal.has_fast_avx512() == fast


def test_instructions_that_somebody_chose_stay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(causal.INSTRUCTIONS, "GENERIC")
    CausalModel(folder)
    assert os.environ[causal.INSTRUCTIONS] == "GENERIC"


def faults(environment: dict[str, str]) -> int:
    """Page faults of ten arrays of 25 MB, one after the other."""
    program = """
import resource
import numpy
from unspin.neural.causal import keep_memory
keep_memory()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    numpy.ones(25 << 17)
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""
    run = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | environment, capture_output=True, text=True, check=True
    )
    return int(run.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc keeps memory")
def test_memory_is_kept_from_batch_to_batch_unless_the_user_chose() -> None:
    assert faults({}) * 3 < faults({"MALLOC_MMAP_THRESHOLD_": "131072"})
