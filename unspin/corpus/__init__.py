"""Corpora: JSONL and Parquet, repaired record by record, in processes, in shards, and resumable."""
