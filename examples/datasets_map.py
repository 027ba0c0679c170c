"""Repair a Hugging Face dataset with `datasets.map`.

python examples/datasets_map.py INPUT.parquet OUTPUT.parquet [PROCESSES]

The column "unspin" is what `unspin batch` writes, and `unspin revert OUTPUT.parquet ORIGINAL.parquet` takes all back. Run with datasets 5.2
and pyarrow 26. JSONL is for `unspin batch`: `to_json` rounds numbers to ten decimals, and turns times into milliseconds.
"""

from __future__ import annotations

import sys
from typing import Any

from unspin import Tier
from unspin.corpus.transform import Transform

TRANSFORM = Transform(Tier.LIKELY)  # pickles as its settings; loads the engine at the first text of a process


def repaired(row: dict[str, Any]) -> dict[str, Any]:
    """The row with its text repaired, and the log in "unspin"; null if there is no text."""
    if not isinstance(row["text"], str):
        return {"text": None, "unspin": None}
    outcome = TRANSFORM(row["text"])
    return {"text": outcome.text, "unspin": outcome.log}


def main(source: str, target: str, processes: str | None = None) -> None:
    from datasets import Features, Value, load_dataset

    number, whole, text = Value("float64"), Value("int64"), Value("string")
    edit = {"start": whole, "end": whole, "before": text, "after": text, "code": text, "entry": text}
    edit |= {"confidence": number, "tier": text}
    log = {"spin_rate": number, "spun": Value("bool"), "edits": [edit], "findings": whole}
    rows = load_dataset("parquet", data_files=source, split="train")
    features = Features({**rows.features, "text": text, "unspin": log})  # not guessed from the first rows
    # Results of an earlier run would be taken up even if unspin or its dictionaries are others now.
    rows = rows.map(repaired, num_proc=processes and int(processes), features=features, load_from_cache_file=False)
    rows.to_parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
