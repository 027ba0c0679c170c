from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unspin.errors import ConfigError, UnspinError
from unspin.findings import Tier
from unspin.linting.config import KEYS, Configurations, Settings, find, load, reference, show

EVERYTHING = r"""
tier = "possible"
fix-tier = "likely"
select = ["US1", "US201"]
ignore = ["US101"]
exclude = ["build/", "*.gen.md", "!keep.gen.md"]
respect-gitignore = false
skip-quotes = true
ignore-words = ["Linked Press", "the \"Old\" Quay"]
ignore-regex = ['\{\{.*?\}\}', "it's \\d", "a\u007f\tb"]
dictionaries = ["words/mine.tsv", "../shared"]
model = "small.arpa"
baseline = "known.json"
format = "concise"
jobs = 4
cache = false
exit-zero = true
unused-ignores = true
fields = ["title", "body"]

[per-path."docs/**"]
tier = "safe"
ignore = ["US401"]
skip-quotes = false

[per-path.'it''s \ "odd"']
ignore-regex = ['\d+']
""".replace("it''s", "its")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working directory in which no search for configurations leaves the test's own folder."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def written(name: str, text: str | bytes) -> Path:
    file = Path(name)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    return file.absolute()


def own(text: str) -> Settings:
    return load(written(".unspin.toml", text))


def refusal(name: str, text: str | bytes) -> str:
    with pytest.raises(ConfigError) as caught:
        load(written(name, text))
    return str(caught.value)


# Reading


def test_every_key_is_read(here: Path) -> None:
    settings = own(EVERYTHING)
    assert settings.tier is Tier.POSSIBLE
    assert settings.fix_tier is Tier.LIKELY
    assert settings.select == ("US1", "US201")
    assert settings.ignore_regex[0] == re.compile(r"\{\{.*?\}\}")
    assert settings.dictionaries == (here / "words/mine.tsv", here / "../shared")
    assert settings.baseline == here / "known.json"
    assert (settings.jobs, settings.format, settings.fields) == (4, "concise", ("title", "body"))
    assert (settings.root, settings.source) == (here, here / ".unspin.toml")
    unread = [key.name for key in KEYS if getattr(settings, key.attribute) == key.default]
    assert unread == []


def test_an_empty_file_means_the_defaults() -> None:
    assert own("") == Settings()


def test_pyproject_keys_stand_under_tool_unspin() -> None:
    text = '[project]\nname = "x"\n[tool.unspin]\njobs = 2\n[tool.unspin.per-path."docs/**"]\ntier = "safe"\n'
    settings = load(written("pyproject.toml", text))
    assert settings.jobs == 2
    assert settings.for_path(Path("docs/a.txt")).tier is Tier.SAFE


SETUP = """
[metadata]
name = x
[DEFAULT]
anything = 100%
[unspin]
tier = possible
select = US1, US201
ignore-words =
    Linked Press
    # a comment
    Portland, Oregon,
ignore-regex =
    \\d{1,3}
    %%[a-z]
cache = no
jobs = 3
ignore =
model = small.arpa
[unspin:docs/**]
skip-quotes = true
ignore = US401
"""


def test_setup_cfg_has_the_same_keys_as_text() -> None:
    settings = load(written("setup.cfg", SETUP))
    assert settings.tier is Tier.POSSIBLE
    assert settings.select == ("US1", "US201")
    assert settings.ignore == ()
    assert settings.cache is False
    assert settings.jobs == 3
    assert settings.for_path(Path("docs/x/y.txt")).ignore == ("US401",)
    assert settings.for_path(Path("docs/x/y.txt")).skip_quotes is True


def test_commas_in_lines_of_setup_cfg_belong_to_the_item() -> None:
    settings = load(written("setup.cfg", SETUP))
    assert settings.ignore_words == ("Linked Press", "Portland, Oregon")
    assert [regex.pattern for regex in settings.ignore_regex] == [r"\d{1,3}", "%%[a-z]"]


def test_a_regular_expression_on_one_line_of_setup_cfg_is_not_split() -> None:
    settings = load(written("setup.cfg", "[unspin]\nignore-regex = \\d{1,3}\n"))
    assert settings.ignore_regex == (re.compile(r"\d{1,3}"),)


def test_setup_cfg_needs_no_main_section_beside_one_for_a_pattern() -> None:
    file = written("setup.cfg", "[unspin:docs/**]\ntier = safe\n")
    assert find(Path("docs")) == file
    assert load(file).for_path(Path("docs/a.txt")).tier is Tier.SAFE


def test_a_byte_order_mark_and_windows_newlines_do_no_harm() -> None:
    assert own("\ufeffjobs = 2\r\ncache = false\r\n").jobs == 2


def test_a_model_that_is_no_file_beside_the_configuration_keeps_its_name(here: Path) -> None:
    assert own('model = "large"').model == Path("large")
    (here / "large").touch()
    assert own('model = "large"').model == here / "large"


# Codes and patterns


@pytest.mark.parametrize(
    ("text", "selected"),
    [
        ("", ["US101", "US201", "US401"]),
        ('select = ["US1", "US4"]', ["US101", "US401"]),
        ('ignore = ["US4"]', ["US101", "US201"]),
        ('select = ["US401"]\nignore = ["US4"]', []),
        ("select = []", []),
    ],
)
def test_codes_are_selected_by_their_beginning_and_ignored_last(text: str, selected: list[str]) -> None:
    settings = own(text)
    assert [code for code in ("US101", "US201", "US401") if settings.selects(code)] == selected


PER_PATH = """
ignore = ["US101"]
[per-path."docs/**"]
tier = "possible"
ignore = ["US401"]
[per-path."*.md"]
tier = "safe"
[per-path."/top.txt"]
tier = "safe"
"""


@pytest.mark.parametrize(
    ("path", "tier", "ignore"),
    [
        ("docs/a.txt", Tier.POSSIBLE, ("US401",)),
        ("docs/deep/a.txt", Tier.POSSIBLE, ("US401",)),
        ("docs/a.md", Tier.SAFE, ("US401",)),  # the later pattern wins, for its own keys only
        ("a.md", Tier.SAFE, ("US101",)),
        ("other/docs/a.txt", Tier.LIKELY, ("US101",)),  # a slash inside anchors the pattern
        ("other/top.txt", Tier.LIKELY, ("US101",)),
        ("top.txt", Tier.SAFE, ("US101",)),
        ("other/../top.txt", Tier.SAFE, ("US101",)),
        ("../docs/a.txt", Tier.LIKELY, ("US101",)),
    ],
)
def test_patterns_are_those_of_gitignore_and_apply_in_order(path: str, tier: Tier, ignore: tuple[str, ...]) -> None:
    settings = own(PER_PATH).for_path(Path(path))
    assert (settings.tier, settings.ignore) == (tier, ignore)


def test_patterns_are_relative_to_the_configuration_not_to_the_working_directory(here: Path) -> None:
    settings = load(written("sub/.unspin.toml", PER_PATH))
    assert settings.for_path(Path("sub/docs/a.txt")).tier is Tier.POSSIBLE
    assert settings.for_path(here / "sub/docs/a.txt").tier is Tier.POSSIBLE
    assert settings.for_path(Path("docs/a.txt")).tier is Tier.LIKELY


def test_a_path_through_a_link_is_matched_too(here: Path) -> None:
    settings = load(written("real/.unspin.toml", PER_PATH))
    (here / "link").symlink_to("real")
    assert settings.for_path(Path("link/docs/a.txt")).tier is Tier.POSSIBLE


# Searching


def test_the_nearest_folder_wins_entirely() -> None:
    written(".unspin.toml", "jobs = 7\nexit-zero = true")
    near = written("a/.unspin.toml", "jobs = 2")
    assert find(Path("a/b/c.txt")) == near
    settings = Configurations().settings_for(Path("a/b/c.txt"))
    assert (settings.jobs, settings.exit_zero) == (2, False)


def test_in_a_folder_the_order_is_fixed(here: Path) -> None:
    files = [
        written(".unspin.toml", ""),
        written("pyproject.toml", "[tool.unspin]\n"),
        written("setup.cfg", "[unspin]\n"),
    ]
    for file in files:
        assert find(here) == file
        file.unlink()
    assert find(here) is None


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", b'[project]\ndependencies = ["unspin"]\n'),
        ("pyproject.toml", b"tool = 3 # unspin\n"),
        ("setup.cfg", b"[metadata]\nname = unspin\n"),
        ("pyproject.toml", b"this is = = broken"),
        ("setup.cfg", b"[metadata]\nauthor = Jos\xe9\n"),
    ],
)
def test_files_that_say_nothing_about_unspin_are_passed_over(name: str, text: bytes) -> None:
    outer = written(".unspin.toml", "jobs = 7")
    written(f"sub/{name}", text)
    assert find(Path("sub")) == outer


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])  # a working tree of git has a file there
def test_the_search_ends_at_a_repository(make: Any) -> None:
    written(".unspin.toml", "jobs = 7")
    Path("repository/docs").mkdir(parents=True)
    make(Path("repository/.git"))
    assert find(Path("repository/docs")) is None
    file = written("repository/.unspin.toml", "jobs = 1")
    assert find(Path("repository/docs")) == file


def test_files_that_are_not_there_and_standard_input_are_governed_too() -> None:
    file = written(".unspin.toml", "")
    assert find(Path("none/such.txt")) == file
    assert find(Path("-")) == file


def test_a_very_deep_path_is_searched() -> None:
    file = written(".unspin.toml", "")
    deep = Path("d/" * 1800 + "x.txt")
    assert find(deep) == file
    assert Configurations().settings_for(deep).source == file


def test_without_any_file_the_defaults_apply(here: Path) -> None:
    settings = Configurations().settings_for(Path("a.txt"))
    assert settings == Settings()
    assert settings.root == here
    assert settings.source is None


def test_a_run_reads_each_file_once() -> None:
    file = written(".unspin.toml", "jobs = 7")
    configurations = Configurations()
    configurations.settings_for(Path("a/x.txt"))
    file.write_text("jobs = 8")
    assert [configurations.settings_for(Path(path)).jobs for path in ("a/y.txt", "a/b/z.txt", "c.txt")] == [7, 7, 7]


def test_an_explicit_file_governs_all() -> None:
    written("a/.unspin.toml", "jobs = 2")
    explicit = written("ci/strict.toml", "jobs = 5")
    assert Configurations().settings_for(Path("a/x.txt"), explicit).jobs == 5


# Command line


def test_options_win_over_the_file_and_over_per_path(here: Path) -> None:
    written(".unspin.toml", PER_PATH)
    settings = Configurations().settings_for(Path("docs/a.txt"), overrides={"tier": Tier.SAFE, "jobs": 3})
    assert (settings.tier, settings.jobs, settings.ignore) == (Tier.SAFE, 3, ("US401",))
    assert settings.for_path(Path("docs/a.txt")) == settings


def test_options_that_were_not_given_change_nothing() -> None:
    written(".unspin.toml", 'select = ["US1"]\ncache = false')
    overrides = {"tier": None, "select": (), "cache": None}
    assert Configurations().settings_for(Path("a.txt"), overrides=overrides) == load(Path(".unspin.toml"))


def test_an_option_that_says_false_is_an_override() -> None:
    written(".unspin.toml", "skip-quotes = true")
    assert Configurations().settings_for(Path("a.txt"), overrides={"skip_quotes": False}).skip_quotes is False


def test_paths_of_options_are_relative_to_the_working_directory(here: Path) -> None:
    written("sub/.unspin.toml", "")
    settings = Configurations().settings_for(Path("sub/a.txt"), overrides={"dictionaries": (Path("mine.tsv"),)})
    assert settings.dictionaries == (here / "mine.tsv",)


def test_options_are_checked_like_keys() -> None:
    with pytest.raises(ConfigError, match=r"^--select has 'US9', which is neither a code"):
        Configurations().settings_for(Path("a.txt"), overrides={"select": ("US9",)})


def test_an_override_of_nothing_is_a_mistake_in_the_program() -> None:
    with pytest.raises(TypeError, match="slect"):
        Configurations().settings_for(Path("a.txt"), overrides={"slect": ("US1",)})


# Errors


def test_an_error_of_the_configuration_is_one_of_the_user() -> None:
    assert issubclass(ConfigError, UnspinError)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "pyproject.toml",
            "[tool.unspin]\nslect = []",
            "pyproject.toml: unknown key 'slect' in [tool.unspin]; did you mean 'select'?",
        ),
        (".unspin.toml", "fix_tier = 'safe'", ".unspin.toml: unknown key 'fix_tier'; did you mean 'fix-tier'?"),
        ("setup.cfg", "[unspin]\nslect = US1", "setup.cfg: unknown key 'slect' in [unspin]; did you mean 'select'?"),
        (
            "setup.cfg",
            "[unspin:docs/**]\ntire = safe",
            "setup.cfg: unknown key 'tire' in [unspin:docs/**]; did you mean 'tier'?",
        ),
        (
            "pyproject.toml",
            "[tool.unspin.per-path.'docs/**']\ntire = 'safe'",
            "pyproject.toml: unknown key 'tire' in [tool.unspin.per-path.\"docs/**\"]; did you mean 'tier'?",
        ),
        (
            ".unspin.toml",
            "tier = 'probable'",
            ".unspin.toml: 'tier' must be 'safe', 'likely' or 'possible', not 'probable'",
        ),
        (
            ".unspin.toml",
            "select = ['us101']",
            ".unspin.toml: 'select' has 'us101', which is neither a code nor the beginning of ",
        ),
        ("sub/.unspin.toml", "jobs = 'all'", "sub/.unspin.toml: 'jobs' must be a whole number from 0 to 1024, not 'all'"),
    ],
)
def test_messages_say_where_what_and_what_to_do(name: str, text: str, message: str) -> None:
    assert refusal(name, text).startswith(message)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("qqq = 1", "unknown key 'qqq'; the keys are tier, fix-tier"),
        ("[tool.unspin]\njobs = 1", "unknown key 'tool'; in this file keys stand alone, without [tool.unspin]"),
        ("tier = []", "'tier' must be 'safe', 'likely' or 'possible', not a list"),
        ("tier = 1979-05-27", "not a date or time"),
        ("select = 'US1'", "'select' must be a list of strings, not 'US1'"),
        ("select = ['US9']", "has 'US9', which is neither a code nor the beginning of one; "),
        ("select = ['us101']", "did you mean 'US101'?"),
        ("select = ['us4']", "did you mean 'US4'?"),
        ("select = ['']", "'select' has '' where"),
        ("ignore = [1]", "'ignore' has 1 where"),
        ("ignore = ['US1011']", "'US1011'"),
        ("ignore-words = ['  ']", "'ignore-words' has '  ' where"),
        ("cache = 'yes'", "'cache' must be true or false, not 'yes'"),
        ("cache = 1", "'cache' must be true or false, not 1"),
        ("jobs = true", "'jobs' must be a whole number from 0 to 1024, not true"),
        ("jobs = -1", "'jobs' must be a whole number from 0 to 1024, not -1"),
        ("jobs = 1.5", "'jobs' must be"),
        ("jobs = 1025", "'jobs' must be"),
        ("jobs = 0x" + "f" * 9999, "'jobs' must be a whole number from 0 to 1024, not a number"),
        ("format = 'xml'", "'format' must be 'text', "),
        ("model = ''", "'model' must be a path, not ''"),
        ('baseline = "a\\u0000b"', r"'baseline' must be a path, not 'a\x00b'"),
        ("dictionaries = 'x.tsv'", "'dictionaries' must be a list of paths"),
        ("dictionaries = [1]", "'dictionaries' must be a path, not 1"),
        ("ignore-regex = ['[']", "'ignore-regex' has '[', which is no regular expression (unterminated"),
        ("ignore-regex = ['a{99999999999999999999}']", "which is no regular expression"),
        ("ignore-regex = ['" + "(" * 5000 + ")" * 5000 + "']", "which is no regular expression"),
        ("ignore-regex = ['']", "'ignore-regex' has ''"),
        ("exclude = ['!']", "'exclude' has '!', which is no gitignore pattern"),
        ("per-path = 1", "'per-path' must be a table of tables"),
        ("per-path = { 'docs/**' = 1 }", "'per-path' must be a table of tables"),
        ("per-path = { '!docs' = {} }", "'per-path' has the pattern '!docs', which matches no path"),
        ("per-path = { '' = {} }", "which matches no path"),
        ("per-path = { '\\' = {} }", "which matches no path"),
        ("per-path = { docs = { jobs = 1 } }", "'jobs' in [per-path.\"docs\"] cannot be set per path; only tier, "),
        ("per-path = { docs = { tier = 1 } }", "'tier' in [per-path.\"docs\"] must be"),
    ],
)
def test_wrong_values_are_refused(text: str, part: str) -> None:
    message = refusal(".unspin.toml", text)
    assert message.startswith(".unspin.toml: ")
    assert part in message
    assert len(message) < 500


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (".unspin.toml", "jobs = 1\n\njobs = = 2", ".unspin.toml:3: invalid TOML"),
        (".unspin.toml", "jobs = 1\njobs = 2", ".unspin.toml:2: invalid TOML"),
        (".unspin.toml", "jobs = 1\nselect = [", ".unspin.toml:2: invalid TOML"),
        (".unspin.toml", "select = " + "[" * 100_000, ".unspin.toml: invalid TOML: nested too deeply"),
        (".unspin.toml", "jobs = " + "9" * 9999, ".unspin.toml: invalid TOML"),
        (".unspin.toml", "cache = true\nselect = ['caf\xe9']".encode("latin-1"), ".unspin.toml:2: not valid UTF-8"),
        (".unspin.toml", "jobs = 1".encode("utf-16"), ".unspin.toml:1: not valid UTF-8"),
        (".unspin.toml", b"\0" * 100, ".unspin.toml:1: invalid TOML"),
        ("pyproject.toml", "[tool]\nunspin = 3", "pyproject.toml: [tool.unspin] must be a table, not 3"),
        ("pyproject.toml", "[unspin]\njobs = 1", "pyproject.toml: [unspin] is not looked at; write [tool.unspin]"),
        ("pyproject.toml", "[project]\n", "pyproject.toml: has no [tool.unspin]"),
        ("setup.cfg", "[metadata]\n", "setup.cfg: has no [unspin]"),
        ("setup.cfg", "[tool:unspin]\n", "setup.cfg: [tool:unspin] is not looked at; write [unspin], or [unspin:PATTERN] for"),
        ("setup.cfg", "[tool.unspin]\n", "setup.cfg: [tool.unspin] is not looked at"),
        ("setup.cfg", "[unspin]\n[unspin.per-path.a]\n", "setup.cfg: [unspin.per-path.a] is not looked at"),
        ("setup.cfg", "[unspin:per-path:a]\n", "setup.cfg: [unspin:per-path:a] is not looked at"),
        ("setup.cfg", "jobs = 1\n", "setup.cfg:1: neither a [section] nor a key = value"),
        ("setup.cfg", "[unspin]\njobs\n", "setup.cfg:2: neither a [section] nor a key = value"),
        ("setup.cfg", "[unspin]\njobs = 1\njobs = 2\n", "setup.cfg:3: key 'jobs' is there twice"),
        ("setup.cfg", "[unspin]\n[unspin]\n", "setup.cfg:2: section [unspin] is there twice"),
        ("setup.cfg", "[unspin]\nper-path = x\n[unspin:docs]\n", "setup.cfg: 'per-path' in [unspin] must be a table"),
        ("setup.cfg", "[unspin]\njobs = ٣\n", "setup.cfg: 'jobs' in [unspin] must be a whole number"),
    ],
)
def test_damaged_files_are_refused_with_the_line(name: str, text: str | bytes, message: str) -> None:
    assert refusal(name, text).startswith(message)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders, and links need a privilege")
@pytest.mark.parametrize("name", [".unspin.toml", "pyproject.toml", "setup.cfg"])
@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Path.mkdir, "is a folder, not a file"),
        (lambda path: os.mkfifo(path), "is a device or pipe, not a file"),
        (lambda path: path.symlink_to(path.name), "cannot be read (Too many levels of symbolic links)"),
        (lambda path: path.symlink_to("nowhere"), "a link to a file that does not exist"),
    ],
)
def test_what_is_no_file_is_refused(name: str, make: Any, message: str) -> None:
    make(Path(name))
    with pytest.raises(ConfigError, match=re.escape(f"{name}: {message}")):
        Configurations().settings_for(Path("a.txt"))


def test_a_file_that_is_missing_is_named() -> None:
    with pytest.raises(ConfigError, match=r"^none\.toml: no such file$"):
        load(Path("none.toml"))


@given(st.binary(max_size=60))
def test_any_bytes_are_settings_or_a_config_error(data: bytes) -> None:
    for name in (".unspin.toml", "setup.cfg"):
        try:
            load(written(name, b"[unspin]\n" + data if name == "setup.cfg" else data))
        except ConfigError as error:
            assert str(error).startswith(name)


# Writing

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12).filter(str.strip)


def test_what_is_shown_reads_back() -> None:
    settings = own(EVERYTHING)
    assert own(show(settings)) == settings


def test_the_defaults_read_back() -> None:
    assert own(show(Settings())) == Settings()


def test_settings_of_other_files_read_back_in_their_folder() -> None:
    settings = load(written("setup.cfg", SETUP))
    assert own(show(settings)) == settings


@given(st.lists(TEXT), st.lists(TEXT.map(re.escape)), TEXT.filter(lambda path: not path.startswith("/")))
def test_any_text_reads_back(words: list[str], regexes: list[str], path: str) -> None:
    Path(".unspin.toml").unlink(missing_ok=True)
    options = {"ignore_words": tuple(words), "ignore_regex": tuple(regexes), "baseline": Path(path)}
    settings = Configurations().settings_for(Path("a.txt"), overrides=options)
    assert settings.baseline == Path.cwd() / path
    assert own(show(settings)) == settings


def test_what_is_shown_says_where_it_came_from(here: Path) -> None:
    assert show(own("")).startswith(f"# settings of '{here}/.unspin.toml'\n")
    assert show(Settings()).startswith("# built-in settings")


def test_a_strange_folder_name_stays_in_the_comment() -> None:
    settings = load(written("odd\njobs = 3 #/.unspin.toml", ""))
    assert own(show(settings)).jobs == 0


# Documentation


def test_the_reference_has_a_row_for_every_key() -> None:
    rows = reference().splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == [key.name for key in KEYS]
    assert '| `tier` | tier | `"likely"` | yes | ' in reference()
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 6 for row in rows)


def test_loading_a_configuration_is_light() -> None:
    written(".unspin.toml", "jobs = 2\nselect = ['US1']")
    heavy = "{'numpy', 'spacy', 'pathspec', 'click', 'jellyfish', 'configparser'}"
    code = (
        f"import sys; from pathlib import Path; from unspin.linting.config import load;"
        f" print(load(Path('.unspin.toml')).jobs, {heavy} & set(sys.modules))"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True).stdout
    assert output == "2 set()\n"
