"""`unspin apply`"""

from __future__ import annotations

import click

from unspin.cli import corpora, options
from unspin.cli.corpora import Corpus
from unspin.cli.main import FAILURE, complain
from unspin.findings import Tier


@click.command("apply")
@click.argument("edits", type=click.Path(exists=True, dir_okay=False))
@corpora.options
@options.tier(Tier.SAFE, "Make edits of this tier and the safer ones.")
@click.option("--min-confidence", type=click.FloatRange(0, 1), default=0.0, help="Make edits of at least this confidence.")
@click.option(
    "--decisions", type=click.Path(exists=True, dir_okay=False), help="What people decided, in JSONL; it outweighs the rest."
)
@click.pass_context
def command(
    ctx: click.Context,
    edits: str,
    corpus: Corpus,
    tier: Tier,
    min_confidence: float,
    decisions: str | None,
) -> None:
    """Make the edits that `unspin batch --propose` wrote to the file EDITS in the corpus INPUT that it read.

    OUTPUT is what `unspin batch` would have written: every record, with the edits made listed in the field "unspin".
    Records for which nothing was proposed stay as they are; those that the edits were not proposed for are rejected.
    If EDITS says something about records that INPUT does not have, or not in this order, the exit code is 3, too.

    \b
    unspin batch crawl.jsonl edits.jsonl --propose
    unspin apply edits.jsonl crawl.jsonl repaired.jsonl --tier likely --min-confidence 0.95
    unspin apply edits.jsonl crawl.jsonl repaired.jsonl --decisions reviewed.jsonl
    """
    from unspin.corpus import proposals
    from unspin.corpus.operation import Applying, Choice
    from unspin.corpus.run import Run
    from unspin.corpus.work import Job

    read = {"EDITS": [edits], "--decisions": [decisions] if decisions else []}
    shards, several = corpora.shards(corpus, read)
    if several:
        raise click.UsageError("One file of edits belongs to one file; apply them shard by shard.")
    choice = Choice(tier, min_confidence, proposals.decisions(decisions, corpus.input) if decisions else {})
    applying = Applying(proposals.proposals(edits), choice)
    run = Run(shards, Job(applying, corpus.field, corpus.id_field), once=True)
    try:
        corpora.carry_out(ctx, run, corpus.summary)
    except click.exceptions.Exit:  # all is done
        if not run.errors and (unused := applying.unused()):
            complain(f"{unused:,} records of {edits} are not in {corpus.input} in this order, and had no effect")
            ctx.exit(FAILURE)
        raise
    finally:
        if missed := sum(map(len, choice.decisions.values())) - choice.met:
            complain(f"{missed:,} decisions were about edits that are not proposed, and had no effect")
