"""Any causal language model that CTranslate2 runs: how probable is a text?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from unspin.cores import cores
from unspin.errors import ModelError, missing
from unspin.neural.conversion import END_OF_TEXT, TOKENIZER

BATCH = 128  # tokens; more or fewer at once are slower on a CPU
THREADS = "OMP_NUM_THREADS"
INSTRUCTIONS = "CT2_FORCE_CPU_ISA"
PROCESSOR = Path("/proc/cpuinfo")
MALLOC = ("MALLOC_", "GLIBC_TUNABLES")  # what users set to have memory allocated in their way begins so
MALLOPT = {-8: 1, -3: 32 << 20, -1: 256 << 20}  # see keep_memory; the numbers are those of malloc.h
BEGINNING = "\n"  # a text begins as a paragraph does, not as an answer to a prompt
MAX_TOKENS = 1023  # and one that marks the beginning: CTranslate2 reads no more


class CausalModel:
    """A model in a folder, with its `tokenizer.json`. It reads `threads` batches at a time, by default one on each core.

    ModelError if it cannot be loaded or the packages for it are missing.
    """

    def __init__(self, folder: Path, threads: int | None = None):
        from concurrent.futures import ThreadPoolExecutor

        try:
            from ctranslate2 import Generator
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelError(missing("neural models", "neural", error)) from error
        if INSTRUCTIONS not in os.environ and has_fast_avx512():
            os.environ[INSTRUCTIONS] = "AVX512"
        keep_memory()
        workers = threads or int(os.environ.get(THREADS) or cores())
        try:
            with ThreadPoolExecutor(1) as beside:
                generator = beside.submit(Generator, os.fspath(folder), device="cpu", inter_threads=workers, intra_threads=1)
                self._tokenizer = Tokenizer.from_file(os.fspath(folder / TOKENIZER))
                self._generator = generator.result()
        except Exception as error:  # both libraries raise whatever they like
            raise ModelError(f"{folder}: no language model that can be used ({error})") from error
        self.tokens_read = 0
        self._lock = Lock()

    def logprob(self, texts: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """The log-probability (nats) of each part of each text, given what is before it (n, parts); all texts have as many parts. Of a
        text that is too long, the beginning is left out.

        A text's values do not depend on the others' beyond rounding.
        """
        read = [self._tokens(parts) for parts in texts]
        with self._lock:  # several threads may ask at a time
            self.tokens_read += sum(len(tokens) for tokens, _ in read)
        order = sorted(range(len(read)), key=lambda i: len(read[i][0]))
        answer = np.zeros((len(texts), len(texts[0]) if texts else 0))
        scored = self._generator.score_batch([read[i][0] for i in order], max_batch_size=BATCH, batch_type="tokens")
        for i, result in zip(order, scored, strict=True):
            np.add.at(answer[i], read[i][1], result.log_probs)
        return answer

    def _tokens(self, parts: Sequence[str]) -> tuple[list[str], NDArray[np.intp]]:
        """The tokens of a text, and in which of its parts each but the first ends."""
        encoded = self._tokenizer.encode(BEGINNING + "".join(parts), add_special_tokens=False)
        ends = np.array([end for _, end in encoded.offsets[-MAX_TOKENS:]], np.intp)
        bounds = len(BEGINNING) + np.cumsum([len(part) for part in parts[:-1]], dtype=np.intp)
        return [END_OF_TEXT, *encoded.tokens[-MAX_TOKENS:]], np.searchsorted(bounds, ends)


def has_fast_avx512() -> bool:
    """Whether AVX-512 is worth using here. CTranslate2 leaves it alone unless told, as early processors slow down with it; those that also
    have its instructions for neural networks (VNNI) do not. Only Linux says."""
    try:
        return "avx512_vnni" in PROCESSOR.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def keep_memory() -> None:
    """Has the C library keep what a batch frees for the next one: 128 tokens give 25 MB of logits, twice, and to ask the kernel for them
    each time takes a fifth of the work. That is one arena (M_ARENA_MAX), which gets 32 MB at once as it gets less (M_MMAP_THRESHOLD)
    and keeps 256 MB (M_TRIM_THRESHOLD). Only glibc can, and what users set by environment variables stays."""
    if any(name.startswith(MALLOC) for name in os.environ):
        return
    from ctypes import CDLL

    try:
        mallopt = CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):  # other C libraries; Windows
        return
    for option, value in MALLOPT.items():
        mallopt(option, value)
