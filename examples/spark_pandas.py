"""Repair a Parquet table with Spark: `mapInPandas` with one engine for each Python worker.

spark-submit examples/spark_pandas.py INPUT.parquet OUTPUT.parquet
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

from unspin import Tier
from unspin.corpus.transform import Transform

TRANSFORM = Transform(Tier.LIKELY)  # pickles as its settings; loads the engine at the first text of a process


def repaired(frames: Iterator[Any]) -> Iterator[Any]:
    """Data frames with the column "text" repaired, and the log of each row as JSON in a column "unspin"."""
    for frame in frames:
        outcomes = [TRANSFORM(text) if isinstance(text, str) else None for text in frame["text"]]
        texts = [outcome and outcome.text for outcome in outcomes]
        yield frame.assign(text=texts, unspin=[outcome and json.dumps(outcome.log) for outcome in outcomes])


def main(source: str, target: str) -> None:
    from pyspark.sql import SparkSession

    table = SparkSession.builder.getOrCreate().read.parquet(source)
    schema = ", ".join([*(f"`{field.name}` {field.dataType.simpleString()}" for field in table.schema), "`unspin` string"])
    table.mapInPandas(repaired, schema).write.parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
