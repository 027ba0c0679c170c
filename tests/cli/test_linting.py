"""What `check` and `fix` have in common with other linters."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests import fake_engine
from tests.cli.conftest import LIKELY, ROOT, SAFE, SPUN, Run, process
from unspin.cli import inputs
from unspin.cli.inputs import Inputs
from unspin.cli.main import cli


def paths(output: str) -> list[str]:
    return [line.split(":")[0] for line in output.splitlines()]


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A git repository with three spun files, one of them ignored by git."""
    write(tmp_path, a_md="Linked Press\n", docs__b_md="final year\n", build__c_md="Linked Press\n")
    (tmp_path / ".gitignore").write_text("build/\n")
    (tmp_path / ".git").mkdir()
    return tmp_path


def test_what_git_ignores_is_left_out(run: Run, tree: Path) -> None:
    assert paths(run("check", ".", "--format", "concise").stdout) == ["a.md", "docs/b.md"]
    assert paths(run("check", ".", "--format", "concise", "--no-gitignore").stdout) == ["a.md", "build/c.md", "docs/b.md"]


def test_files_of_folders_can_be_excluded_and_named_ones_by_force(run: Run, tree: Path) -> None:
    assert paths(run("check", ".", "a.md", "--format", "concise", "--exclude", "docs/", "--exclude", "*.rst").stdout) == ["a.md"]
    assert run("check", "docs/b.md", "--exclude", "docs/").exit_code == 1
    assert run("check", "docs/b.md", "--exclude", "docs/", "--force-exclude").exit_code == 0


def test_what_the_command_line_excludes_is_named_from_the_working_directory(
    run: Run, tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tree, docs___unspin_toml="skip-quotes = true\n", docs__c_md="Linked Press\n")
    assert paths(run("check", ".", "--format", "concise", "--exclude", "docs/b.md").stdout) == ["a.md", "docs/c.md"]
    monkeypatch.chdir(tree / "docs")
    assert paths(run("check", "..", "--format", "concise", "--exclude", "/b.md").stdout) == ["../a.md", "../docs/c.md"]


@pytest.mark.parametrize("pattern", ["b.md", "../docs/b.md", "../docs/", "docs"])
def test_what_lies_above_the_working_directory_can_be_excluded(
    run: Run, tree: Path, monkeypatch: pytest.MonkeyPatch, pattern: str
) -> None:
    monkeypatch.chdir(tree / "build")
    assert run("check", "..", "--exclude", pattern, "--show-files").stdout == "../a.md\n"
    assert run("check", tree, "--exclude", pattern, "--show-files").stdout == f"{tree}/a.md\n"


def test_a_file_by_two_names_is_looked_at_once(run: Run, tree: Path) -> None:
    (tree / "link.md").symlink_to("a.md")
    names = ("a.md", "./a.md", tree / "a.md", "docs/../a.md", "link.md", ".")
    assert paths(run("check", *names, "--format", "concise").stdout) == ["a.md", "docs/b.md"]


def test_standard_input_can_be_taken_for_a_file(run: Run, tree: Path) -> None:
    text = "`Linked Press` and the Linked Press\n"
    (tree / ".unspin.toml").write_text('format = "concise"\n[per-path."docs/"]\nignore = ["US2"]\n')
    result = run("check", "-", "--stdin-filename", "x/new.md", input=text)
    assert (result.exit_code, result.stdout.split(" ")[0]) == (1, "x/new.md:1:24:")
    assert run("check", "--stdin-filename", "docs/new.md", input=text).exit_code == 0
    assert run("fix", "-", "--stdin-filename", "a.md", input=text).stdout == "`Linked Press` and the Associated Press\n"
    assert run("fix", "-", "--stdin-filename", "a.jsonl", input='{"text":"Linked Press"}').stdout == '{"text":"Associated Press"}'
    assert (tree / "a.md").read_text() == "Linked Press\n"


def test_an_excluded_name_of_standard_input(run: Run, tree: Path) -> None:
    options = ("--stdin-filename", "docs/b.md", "--exclude", "docs/", "--force-exclude")
    assert run("fix", *options, input="Linked Press\n").stdout == "Linked Press\n"
    assert run("check", *options, input="Linked Press\n").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ("a.md", "--stdin-filename", "a.md"),
        ("-", "--stdin-filename", ""),
        ("--files-from", "list", "--stdin-filename", "a.md"),
        ("-", "--files-from", "-"),
        ("a.md", "--write-baseline", "b.json", "--format", "json"),
        ("a.md", "--baseline", "b.json", "--no-baseline"),
        ("a.md", "--statistics", "--format", "github"),
        ("a.md", "--select", ""),
        ("a.md", "--field", " "),
        ("a.md", "--ignore", " , "),
    ],
)
def test_options_that_make_no_sense(run: Run, tree: Path, arguments: tuple[str, ...]) -> None:
    assert run("check", *arguments, input="a.md").exit_code == 2


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("unspin ch", ["check"]),
        ("unspin check --form", ["--format"]),
        ("unspin check --format js", ["json", "jsonl"]),
        ("unspin check --select US3", ["US301", "US302"]),
        ("unspin fix --ignore US101,US5", ["US101,US501"]),
        ("unspin explain us2", ["US201"]),
    ],
)
def test_shells_complete(typed: str, offered: list[str]) -> None:
    words = typed.split()
    environment = {"COMP_WORDS": typed, "COMP_CWORD": str(len(words) - 1), "_UNSPIN_COMPLETE": "bash_complete"}
    done = process(environment=environment)
    assert [line.partition(",")[2] for line in done.stdout.decode().splitlines()] == offered


@pytest.mark.parametrize("separator", ["\n", "\0", "\r\n"])
def test_paths_from_a_list(run: Run, tree: Path, separator: str) -> None:
    (tree / "list").write_text(separator.join(["docs/b.md", "a.md", ""]), newline="")
    assert paths(run("check", "--files-from", "list", "--format", "concise").stdout) == ["docs/b.md", "a.md"]
    for listing in ("a.md\n", "\ufeffa.md\r\n"):
        assert paths(run("check", "--files-from", "-", "--format", "concise", input=listing).stdout) == ["a.md"]


def test_an_empty_list_is_no_error_but_no_path_is(run: Run) -> None:
    assert run("check", "--files-from", "-", input="").exit_code == 0
    result = run("check")
    assert result.exit_code == 2
    assert "Name a file or a folder" in result.stderr


def test_symbolic_links_are_not_followed(run: Run, tree: Path) -> None:
    (tree / "docs" / "link.md").symlink_to(tree / "a.md")
    (tree / "docs" / "loop").symlink_to(tree)
    assert paths(run("check", ".", "--format", "concise").stdout) == ["a.md", "docs/b.md"]


def test_the_configuration_that_governs_a_file_decides(run: Run, tree: Path) -> None:
    (tree / "pyproject.toml").write_text('[tool.unspin]\nformat = "concise"\n[tool.unspin.per-path."docs/"]\nignore = ["US4"]\n')
    assert paths(run("check", ".").stdout) == ["a.md"]
    assert paths(run("check", ".", "--ignore", "US2").stdout) == ["docs/b.md"]
    (tree / "docs" / ".unspin.toml").write_text('tier = "safe"\n')
    assert paths(run("check", ".", "--select", "US").stdout) == ["a.md"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('slect = ["US1"]', "unknown key 'slect'; did you mean 'select'?"),
        ("tier = 3", "'tier' must be 'safe', 'likely' or 'possible'"),
        ("tier", "invalid TOML"),
    ],
)
def test_errors_in_the_configuration_are_usage_errors_and_change_nothing(
    run: Run, tree: Path, content: str, message: str
) -> None:
    (tree / ".unspin.toml").write_text(content)
    for command in ("check", "fix", "score"):
        result = run(command, ".")
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr
    assert (tree / "a.md").read_text() == "Linked Press\n"


def test_the_command_line_wins_over_switches_too(run: Run, tree: Path) -> None:
    (tree / ".unspin.toml").write_text(
        "skip-quotes = true\nexit-zero = true\nunused-ignores = true\nrespect-gitignore = false\ncache = false\n"
    )
    options = ["--no-skip-quotes", "--no-exit-zero", "--no-unused-ignores", "--gitignore", "--cache"]
    shown = run("check", "--show-config", *options).stdout
    for key, value in [
        ("skip-quotes", "false"),
        ("exit-zero", "false"),
        ("unused-ignores", "false"),
        ("respect-gitignore", "true"),
        ("cache", "true"),
    ]:
        assert f"{key} = {value}" in shown
    assert "skip-quotes = true" in run("check", "--show-config").stdout


def test_an_isolated_run_looks_for_no_configuration(run: Run, tree: Path) -> None:
    (tree / ".unspin.toml").write_text("nonsense")
    assert run("check", "a.md").exit_code == 2
    assert run("check", "a.md", "--isolated", "--select", "US4").exit_code == 0
    assert run("check", "a.md", "--isolated", "--config", ".unspin.toml").exit_code == 2


def test_words_and_regexes_to_ignore_can_be_options(run: Run, tree: Path) -> None:
    options = ("--ignore-words", "linked press", "--format", "concise")
    assert paths(run("check", ".", *options).stdout) == ["docs/b.md"]
    assert run("check", ".", *options, "--ignore-regex", "f.nal").exit_code == 0
    result = run("check", ".", "--ignore-regex", "(")
    assert (result.exit_code, result.stderr.startswith("unspin: --ignore-regex has '(', which is no")) == (2, True)


def test_the_files_that_would_be_looked_at(run: Run, tree: Path) -> None:
    assert run("check", ".", "--exclude", "docs/", "--show-files").stdout == "a.md\n"
    assert run("check", "none.md", ".", "--show-files").stdout == "none.md\na.md\ndocs/b.md\n"


def test_show_config(run: Run, tree: Path) -> None:
    (tree / ".unspin.toml").write_text('tier = "safe"\n')
    result = run("check", "a.md", "docs", "--show-config", "--jobs", "3")
    assert result.stdout.count('tier = "safe"') == 2  # tier and fix-tier, once
    assert "jobs = 3" in result.stdout
    assert 'tier = "safe"' in run("check", "--show-config").stdout


def test_comments_and_their_faults(run: Run, tree: Path) -> None:
    (tree / "a.md").write_text(
        "Linked Press <!-- unspin: ignore -->\n<!-- unspin: ignroe -->\nfine <!-- unspin: ignore[US1] -->\n"
    )
    result = run("check", "a.md")
    assert result.exit_code == 0
    assert "a.md:2: unknown comment `unspin: ignroe`; did you mean `unspin: ignore`?" in result.stderr
    result = run("check", "a.md", "--unused-ignores")
    assert result.exit_code == 1
    assert "a.md:3: `unspin: ignore[US1]` silences nothing; remove it" in result.stderr


def test_a_baseline_hides_what_is_known_and_tells_what_is_gone(run: Run, tree: Path) -> None:
    assert run("check", ".", "--write-baseline", "b.json").exit_code == 0
    assert run("check", ".", "--baseline", "b.json").exit_code == 0
    (tree / "a.md").write_text("A new line on the primary minister.\n\nLinked Press\n")
    result = run("check", ".", "--baseline", "b.json", "--format", "concise")
    assert result.exit_code == 1
    assert [line.split("'")[1] for line in result.stdout.splitlines()] == ["primary minister"]
    (tree / "a.md").write_text("Nothing.\n")
    assert "1 known finding gone; update the baseline" in run("check", ".", "--baseline", "b.json").stderr
    assert run("check", ".", "--baseline", "none.json").exit_code == 2


def test_a_narrower_look_makes_nothing_of_a_baseline_gone(run: Run, tree: Path) -> None:
    (tree / "a.md").write_text("Linked Press and final year\n")
    run("check", "a.md", "--write-baseline", "b.json")
    for options in (["--tier", "safe"], ["--select", "US2"]):
        assert "gone" not in run("check", "a.md", "--baseline", "b.json", *options).stderr


def test_a_baseline_of_some_files_keeps_the_others(run: Run, tree: Path) -> None:
    run("check", ".", "--write-baseline", "b.json")
    (tree / "a.md").write_text("Nothing.\n")
    result = run("check", "a.md", "--write-baseline", "b.json")
    assert result.stderr == "unspin: 0 findings written to b.json, 1 of other files kept\n"
    assert run("check", ".", "--baseline", "b.json").exit_code == 0


def test_a_configured_baseline_can_be_made(run: Run, tree: Path) -> None:
    (tree / ".unspin.toml").write_text('baseline = "b.json"\n')
    result = run("check", ".")
    assert (result.exit_code, result.stderr) == (2, "unspin: b.json: no such baseline; make one with --write-baseline b.json\n")
    assert run("check", ".", "--write-baseline", "b.json").exit_code == 0
    assert run("check", ".").exit_code == 0


def test_fix_leaves_alone_what_is_known(run: Run, tree: Path) -> None:
    (tree / ".unspin.toml").write_text('baseline = "b.json"\n')
    run("check", "a.md", "--write-baseline", "b.json")
    (tree / "a.md").write_text("The primary minister said so.\n\nLinked Press\n")
    fixed = "The prime minister said so.\n\nLinked Press\n"
    assert "1 edit" in run("fix", "a.md", "--check").stderr
    assert run("fix", "a.md", "--interactive", input="y\ny\n").stdout.count("Write it?") == 1
    assert (tree / "a.md").read_text() == fixed
    assert (run("fix", "a.md").exit_code, (tree / "a.md").read_text()) == (0, fixed)
    assert run("check", "a.md", "--no-baseline").exit_code == 1
    assert (run("fix", "a.md", "--no-baseline").exit_code, (tree / "a.md").read_text()) == (
        0,
        fixed.replace("Linked", "Associated"),
    )


def test_what_is_known_stays_though_all_around_it_is_mended(run: Run, tree: Path) -> None:
    known = "primary minister of the Linked Press, the primary minister\n"
    (tree / "a.md").write_text(known.replace("primary", "prime"))
    run("check", "a.md", "--write-baseline", "b.json")
    (tree / "a.md").write_text(known)
    assert run("fix", "a.md", "--baseline", "b.json").exit_code == 0
    assert (tree / "a.md").read_text() == known.replace("primary", "prime")


def test_another_file_is_not_overwritten_by_a_baseline(run: Run, tree: Path) -> None:
    result = run("check", "docs", "--write-baseline", "a.md")
    assert (result.exit_code, (tree / "a.md").read_text()) == (2, "Linked Press\n")
    assert "a.md: is no baseline of unspin" in result.stderr


def test_the_report_can_go_to_a_file(run: Run, spun: Path, tmp_path: Path) -> None:
    result = run("check", "spun.txt", "--format", "json", "-o", "report.json")
    assert (result.exit_code, result.stdout) == (1, "")
    assert len(json.loads((tmp_path / "report.json").read_text())["files"][0]["findings"]) == 3


def test_a_report_overwrites_no_input_and_is_none(run: Run, tree: Path) -> None:
    result = run("check", "docs", "a.md", "-o", "./a.md")
    assert (result.exit_code, (tree / "a.md").read_text()) == (2, "Linked Press\n")
    for _ in range(2):
        run("check", ".", "--format", "html", "-o", "report.html")
    assert paths(run("check", ".", "--format", "concise", "-o", "report.html").stdout) == []
    assert paths((tree / "report.html").read_text()) == ["a.md", "docs/b.md"]


def test_statistics(run: Run, spun: Path) -> None:
    result = run("check", "spun.txt", "--statistics")
    assert result.exit_code == 1
    assert "US201" in result.stdout
    assert "spun.txt:" not in result.stdout
    counts = json.loads(run("check", "spun.txt", "--statistics", "--format", "json").stdout)
    assert (counts["files"], counts["codes"]["US201"]) == (1, {"safe": 1, "likely": 0, "possible": 0})


def test_exit_zero(run: Run, spun: Path) -> None:
    assert run("check", "spun.txt", "--exit-zero").exit_code == 0
    assert run("check", "none.txt", "--exit-zero").exit_code == 3


def test_results_are_kept(run: Run, spun: Path) -> None:
    outputs = [run("check", "spun.txt", *options).stdout for options in ((), (), ("--no-cache",))]
    assert outputs[0] == outputs[1] == outputs[2]
    assert len(fake_engine.Unspinner.created) == 2
    assert run("cache", "clean").exit_code == 0
    run("check", "spun.txt")
    assert len(fake_engine.Unspinner.created) == 3


def test_cleaning_removes_nothing_else(run: Run, spun: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNSPIN_CACHE", str(tmp_path))
    run("check", "spun.txt")
    assert run("cache", "path").stdout == f"{tmp_path}\n"
    run("cache", "clean")
    assert [path.name for path in tmp_path.iterdir()] == ["spun.txt"]


def test_fix_check_writes_nothing(run: Run, spun: Path) -> None:
    result = run("fix", "--check", "spun.txt")
    assert (result.exit_code, result.stdout, spun.read_bytes()) == (1, "", SPUN.encode())
    assert "1 file would change" in result.stderr
    run("fix", "spun.txt")
    assert run("fix", "--check", "spun.txt").exit_code == 0
    assert spun.read_bytes() == SAFE.encode()


def test_fixes_can_be_shown_and_can_fail_a_build(run: Run, spun: Path) -> None:
    result = run("fix", "spun.txt", "--tier", "likely", "--show-fixes", "--exit-non-zero-on-fix")
    assert result.exit_code == 1
    assert "spun.txt:1:5: US201 'Linked Press' → 'Associated Press'" in result.stderr
    assert spun.read_bytes() == LIKELY.encode()
    assert run("fix", "spun.txt", "--exit-non-zero-on-fix").exit_code == 0


def test_fix_honours_settings(run: Run, tree: Path) -> None:
    (tree / ".unspin.toml").write_text('fix-tier = "likely"\nignore = ["US2"]\n')
    run("fix", ".")
    assert ((tree / "a.md").read_text(), (tree / "docs" / "b.md").read_text()) == ("Linked Press\n", "last year\n")


def test_records_are_fixed_in_place(run: Run, tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id":1.10,"text":"The Linked\\nPress \\u00e9"}\n{"text":"the Linked Press"}\n')
    assert run("fix", "x.jsonl").exit_code == 0
    assert (
        tmp_path / "x.jsonl"
    ).read_text() == '{"id":1.10,"text":"The Linked\\nPress \\u00e9"}\n{"text":"the Associated Press"}\n'
    assert run("check", "x.jsonl", "--field", "body").exit_code == 3


def test_several_processes_report_what_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "WORTH_A_POOL", 0)
    for number in range(12):
        (tmp_path / f"{number:02}.txt").write_text(f"At five:{number + 10} a.m. the Linked Press met.\n" * (number + 1))
    (tmp_path / "bad.txt").write_bytes(b"\0")
    reports = []
    for jobs in (1, 2):
        run = Inputs([str(tmp_path)], {"jobs": jobs, "cache": False})
        reports.append([(source.path, checked.report) for source, _, checked in run.checked()])
        assert run.failure == 3
    assert reports[0] == reports[1]
    assert len(reports[0]) == 12
    assert all(report.findings for _, report in reports[0])


class LateFirst:
    """Does what it is asked to at once, but for the first, which is done when `after` others are there."""

    def __init__(self, after: int):
        self.after = after
        self.first: tuple[Future[Any], Any] | None = None
        self.submitted = 0

    def __enter__(self) -> LateFirst:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def submit(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.submitted += 1
        if self.first is None:
            self.first = future, function(*arguments)
        else:
            future.set_result(function(*arguments))
        if self.submitted == self.after:
            self.first[0].set_result(self.first[1])
        return future


@pytest.mark.parametrize(("held", "enough", "after"), [(8_000_000, 1, 30), (0, 1, 9), (0, 20_000, 1)])
def test_a_long_file_does_not_hold_up_those_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: int, enough: int, after: int
) -> None:
    monkeypatch.setattr(inputs, "WORTH_A_POOL", 0)
    monkeypatch.setattr(inputs, "ENOUGH", enough)
    monkeypatch.setattr(inputs, "HELD", held)
    pool = LateFirst(after)
    monkeypatch.setattr(inputs, "_pool", lambda jobs, copies: pool)
    for number in range(30):
        (tmp_path / f"{number:02}.txt").write_text("It rained.\n")
    seen = []
    for source, _, _ in Inputs([str(tmp_path)], {"jobs": 2, "cache": False}).checked():
        if not seen:
            assert pool.submitted == after  # taken in advance: all that memory allows for, and no more
        seen.append(Path(source.path).name)
    assert seen == [f"{number:02}.txt" for number in range(30)]


def test_several_processes_repair_as_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inputs, "WORTH_A_POOL", 0)
    texts = []
    for jobs in ("1", "2"):
        folder = tmp_path / jobs
        folder.mkdir()
        for number in range(12):
            (folder / f"{number:02}.txt").write_text(f"At five:{number + 10} a.m. the Linked Press met.\n" * (number + 1))
        result = CliRunner().invoke(cli, ["fix", str(folder), "--jobs", jobs, "--no-cache", "--tier", "likely"])
        assert result.exit_code == 0
        assert "12 files changed" in result.stderr
        texts.append([path.read_text() for path in sorted(folder.iterdir())])
    assert texts[0] == texts[1]


@pytest.mark.parametrize("options", [[], ["-z"]])
@pytest.mark.parametrize("name", ["a b\nc.md", 'é \t"日本\\n".md'])
def test_files_that_git_lists(run: Run, tmp_path: Path, name: str, options: list[str]) -> None:
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    (tmp_path / name).write_text("Linked Press\n")
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    listed = subprocess.run(["git", "ls-files", *options], cwd=tmp_path, check=True, capture_output=True).stdout
    assert run("check", "--files-from", "-", input=listed).exit_code == 1


def test_ctrl_c_ends_all_processes(tmp_path: Path) -> None:
    for number in range(60):
        (tmp_path / f"{number:02}.txt").write_text(f"At five:35 a.m. the Linked Press met {number} men.\n" * 800)
    command = [sys.executable, "-m", "unspin", "check", ".", "--no-cache", "--jobs", "2"]
    running = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    time.sleep(2)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=20)
    assert running.returncode == 130, errors
    assert errors.strip() == b"unspin: interrupted"
