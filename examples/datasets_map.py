"""Repair a Hugging Face dataset with `datasets.map`.

python examples/datasets_map.py INPUT.parquet OUTPUT.parquet [PROCESSES]

JSONL is for `unspin batch`: `to_json` rounds numbers to ten decimals, and turns times into milliseconds.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from unspin import Tier
from unspin.corpus.transform import Transform

TRANSFORM = Transform(Tier.LIKELY)  # pickles as its settings; loads the engine at the first text of a process


def repaired(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its text repaired, and the log as JSON in "unspin"; null if there is no text."""
    if not isinstance(row["text"], str):
        return {"text": None, "unspin": None}
    outcome = TRANSFORM(row["text"])
    return {"text": outcome.text, "unspin": json.dumps(outcome.log)}


def main(source: str, target: str, processes: str | None = None) -> None:
    from datasets import Features, Value, load_dataset

    rows = load_dataset("parquet", data_files=source, split="train")
    features = Features({**rows.features, "text": Value("string"), "unspin": Value("string")})  # not guessed from the first rows
    rows.map(repaired, num_proc=processes and int(processes), features=features).to_parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
