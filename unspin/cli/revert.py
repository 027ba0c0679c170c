"""`unspin revert`"""

from __future__ import annotations

import click

from unspin.cli import corpora
from unspin.cli.corpora import Corpus


@click.command("revert")
@corpora.options
@click.pass_context
def command(ctx: click.Context, corpus: Corpus) -> None:
    """Take back what `unspin batch` or `unspin apply` did to a corpus: OUTPUT is what it was before, byte for byte.

    Records whose text is not what the run wrote are rejected. Of several runs the last one is taken back.

    \b
    unspin revert repaired.jsonl original.jsonl
    unspin revert repaired.parquet original.parquet --field body
    """
    from unspin.corpus.operation import Reverting
    from unspin.corpus.run import Run
    from unspin.corpus.work import Job

    shards, several = corpora.shards(corpus)
    job = Job(Reverting(), corpus.field, corpus.id_field)
    corpora.carry_out(ctx, Run(shards, job, kept=several, once=True), corpus.summary)
