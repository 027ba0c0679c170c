"""`unspin revert`"""

from __future__ import annotations

import click

from unspin.cli import corpora


@click.command("revert")
@corpora.options
@click.pass_context
def command(
    ctx: click.Context,
    input: str,
    output: str,
    field: str,
    id_field: str,
    output_format: str | None,
    rejects: str | None,
    summary: str | None,
) -> None:
    """Take back what `unspin batch` or `unspin apply` did to a corpus: OUTPUT is what it was before, byte for byte.

    Records whose text is not what the run wrote are rejected. Of several runs the last one is taken back.

    \b
    unspin revert repaired.jsonl original.jsonl
    unspin revert repaired.parquet original.parquet --field body
    """
    from unspin.corpus.operation import Reverting
    from unspin.corpus.run import Run
    from unspin.corpus.work import Job

    shards, several, chosen = corpora.shards(input, output, output_format, rejects, summary)
    corpora.carry_out(ctx, Run(shards, Job(Reverting(), field, id_field, chosen), kept=several, once=True), summary)
