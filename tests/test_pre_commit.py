"""The hooks, run by the real pre-commit in a repository of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("pre_commit")
ROOT = Path(__file__).parents[1]
SPUN = "The launch was at five:35 a.m. on Tuesday, the ministry said.\n"
CLEAN = "The launch was at noon on Tuesday, the ministry said.\n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A git repository with our hooks, as the environment has them installed."""
    if shutil.which("git") is None:
        pytest.skip("needs git")
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    command = f"{sys.executable} -m unspin"
    local = hooks.replace("entry: unspin", f"entry: {command}").replace("language: python", "language: system")
    indented = "".join(f"  {line}" for line in local.splitlines(keepends=True))
    (tmp_path / ".pre-commit-config.yaml").write_text(f"repos:\n- repo: local\n  hooks:\n{indented}")
    (tmp_path / "clean.md").write_text(CLEAN)
    (tmp_path / "code.py").write_text(f"x = '{SPUN.strip()}'\n")
    run(tmp_path, "git", "init", "--quiet")
    run(tmp_path, "git", "add", ".")
    return tmp_path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(folder / ".git" / "pre-commit"),
        "PYTHONPATH": str(ROOT),
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120)


def hook(folder: Path, name: str) -> subprocess.CompletedProcess[str]:
    run(folder, "git", "add", ".")
    return run(folder, sys.executable, "-m", "pre_commit", "run", name, "--all-files")


def test_a_clean_repository_passes(repository: Path) -> None:
    done = hook(repository, "unspin")
    assert (done.returncode, "Passed" in done.stdout) == (0, True), done.stdout


def test_spun_text_stops_the_commit(repository: Path) -> None:
    (repository / "spun.md").write_text(SPUN)
    (repository / "spun.mdx").write_text(SPUN)
    done = hook(repository, "unspin")
    assert done.returncode == 1
    assert "spun.md:1:19 US501" in done.stdout
    assert "spun.mdx:1:19 US501" in done.stdout
    assert "code.py" not in done.stdout


def test_the_other_hook_repairs_and_stops_once(repository: Path) -> None:
    (repository / "spun.md").write_text(SPUN)
    assert hook(repository, "unspin-fix").returncode == 1
    assert (repository / "spun.md").read_text() == SPUN.replace("five:35", "5:35")
    assert (repository / "clean.md").read_text() == CLEAN
    assert hook(repository, "unspin-fix").returncode == 0
