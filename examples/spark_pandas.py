"""Repair a Parquet table with Spark: a `pandas_udf` with one engine for each Python worker.

spark-submit examples/spark_pandas.py INPUT.parquet OUTPUT.parquet

Only texts leave Spark: `mapInPandas` would lead all columns through pandas, where whole numbers with gaps become floating-point ones and
NaN becomes null. The column "unspin" is what `unspin batch` writes, and `unspin revert OUTPUT.parquet ORIGINAL/` takes all back.
Run with Spark 4.3, pandas 3.1, pyarrow 26 and Java 17.
"""

from __future__ import annotations

import json
import sys

import pandas as pd

from unspin import Tier
from unspin.corpus.transform import Transform

TRANSFORM = Transform(Tier.LIKELY)  # pickles as its settings; loads the engine at the first text of a process
EDIT = "start bigint, end bigint, before string, after string, code string, entry string, confidence double, tier string"
LOG = f"spin_rate double, spun boolean, edits array<struct<{EDIT}>>, findings bigint"


def repaired(texts: pd.Series) -> pd.DataFrame:
    """Repaired texts, and the log of each as JSON; null where there is no text."""
    outcomes = [TRANSFORM(text) if isinstance(text, str) else None for text in texts]
    return pd.DataFrame({"text": [o and o.text for o in outcomes], "unspin": [o and json.dumps(o.log) for o in outcomes]})


def main(source: str, target: str) -> None:
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import from_json, pandas_udf

    exact = "spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS"  # not INT96, as which others cannot read early years
    table = SparkSession.builder.config(*exact).getOrCreate().read.parquet(source)
    outcome = pandas_udf(repaired, "text string, unspin string")(table["text"])
    columns = {"text": outcome["text"], "unspin": from_json(outcome["unspin"], LOG)}
    table.withColumns(columns).write.parquet(target)


if __name__ == "__main__":
    main(*sys.argv[1:])
