"""Any causal language model that CTranslate2 runs: how probable is a text?"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from unspin.errors import ModelError
from unspin.neural.conversion import END_OF_TEXT, TOKENIZER

BATCH = 128  # tokens; more or fewer at once are slower on a CPU
THREADS = "OMP_NUM_THREADS"
BEGINNING = "\n"  # a text begins as a paragraph does, not as an answer to a prompt
MAX_TOKENS = 1024


class CausalModel:
    """A model in a folder, with its `tokenizer.json`. It reads `threads` batches at a time, by default one on each core.

    ModelError if it cannot be loaded or the packages for it are missing.
    """

    def __init__(self, folder: Path, threads: int | None = None):
        try:
            from ctranslate2 import Generator
            from tokenizers import Tokenizer
        except ImportError as error:
            raise ModelError(f"neural models need packages of their own ({error}); run `pip install 'unspin[neural]'`") from error
        workers = threads or int(os.environ.get(THREADS) or os.cpu_count() or 1)
        try:
            self._generator = Generator(os.fspath(folder), device="cpu", inter_threads=workers, intra_threads=1)
            self._tokenizer = Tokenizer.from_file(os.fspath(folder / TOKENIZER))
        except Exception as error:  # both libraries raise whatever they like
            raise ModelError(f"{folder}: no language model that can be used ({error})") from error
        self.tokens_read = 0

    def logprob(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """The log-probability (nats) of each text (n). Of one that is too long, the beginning is left out.

        A text's value does not depend on the others' beyond rounding.
        """
        tokens = [self._tokens(text) for text in texts]
        self.tokens_read += sum(map(len, tokens))
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        answer = np.zeros(len(texts))
        scored = self._generator.score_batch([tokens[i] for i in order], max_batch_size=BATCH, batch_type="tokens")
        for i, result in zip(order, scored, strict=True):
            answer[i] = float(np.sum(result.log_probs))
        return answer

    def _tokens(self, text: str) -> list[str]:
        return [END_OF_TEXT, *self._tokenizer.encode(BEGINNING + text, add_special_tokens=False).tokens[-MAX_TOKENS:]]
