"""`unspin batch`"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from unspin.cli import corpora, options
from unspin.cli.corpora import Corpus
from unspin.cli.inputs import Engine
from unspin.findings import Tier


@click.command("batch")
@corpora.options
@options.tier(None, "Write findings of this tier and the safer ones.  [default: safe; with --propose possible]")
@click.option("--propose", is_flag=True, help="Write the edits only, for `unspin apply`, and no texts.")
@click.option("--keep-original", is_flag=True, help="Keep the text of edited records as it was, too (unspin.original).")
@click.option("--only-spun", is_flag=True, help="Keep only documents that are more likely spun than not.")
@click.option("--drop-spun", is_flag=True, help="Keep only the others.")
@click.option(
    "--min-spin-rate",
    type=click.FloatRange(0, 1),
    help="What --only-spun (the default then) and --drop-spun call spun: from this spin rate on.",
)
@click.option("-w", "--workers", type=click.IntRange(0, 1024), default=1, help="Processes; 0: one for each core.  [default: 1]")
@click.option("--resume", is_flag=True, help="Go on where an interrupted run stopped.")
@click.option(
    "--engine", "machine", type=click.Choice(["local", "ray"]), default="local", show_default=True, help="What runs it."
)
@options.engine
@click.pass_context
def command(
    ctx: click.Context,
    corpus: Corpus,
    tier: Tier | None,
    propose: bool,
    keep_original: bool,
    only_spun: bool,
    drop_spun: bool,
    min_spin_rate: float | None,
    workers: int,
    resume: bool,
    machine: str,
    dictionaries: tuple[Path, ...],
    model: Path | None,
) -> None:
    """Repair the texts of a corpus: JSONL (also .gz, .zst), Parquet, or a folder or pattern of such files; - for the standard streams.

    Every record and every field is kept, in order. The text field gets the repaired text; a new field "unspin"
    holds the spin rate and every edit, so that it can be taken back (unspin revert). OUTPUT appears when all is done.
    Records that cannot be read go to the rejects file with line number and reason; then the exit code is 3.

    \b
    unspin batch crawl.jsonl.gz repaired.jsonl.gz --workers 0
    unspin batch posts.parquet out.parquet --field body --tier likely
    unspin batch shards/ repaired/ --resume
    unspin batch crawl.jsonl edits.jsonl --propose
    zcat crawl.jsonl.gz | unspin batch - - > repaired.jsonl
    """
    from unspin.cores import cores
    from unspin.corpus.operation import Proposing, Repairing, Selection
    from unspin.corpus.packing import STDIN, is_stream
    from unspin.corpus.run import Run
    from unspin.corpus.transform import Transform
    from unspin.corpus.work import EDITS, Job
    from unspin.neural.weights import is_neural

    if only_spun and drop_spun:
        raise click.UsageError("--only-spun and --drop-spun exclude each other.")
    if resume and (is_stream(corpus.input) or is_stream(corpus.output)):
        raise click.UsageError("--resume needs files; a stream cannot be read again.")
    if propose and corpus.output_format:
        raise click.UsageError("--propose writes a format of its own; leave --output-format out.")
    if propose and keep_original:
        raise click.UsageError("--propose writes no texts; leave --keep-original out.")
    if machine == "ray" and (propose or resume or STDIN in (corpus.input, corpus.output)):
        raise click.UsageError("--engine ray reads files and writes a folder of files; without --propose and --resume.")
    selection = Selection(False if drop_spun else True if only_spun or min_spin_rate is not None else None, min_spin_rate)
    transform = Transform(tier or (Tier.POSSIBLE if propose else Tier.SAFE), dictionaries, model)
    operation = Proposing(transform, selection) if propose else Repairing(transform, selection, keep_original)
    job = Job(operation, corpus.field, corpus.id_field)
    workers = workers or cores()
    if machine == "ray":
        _ = Engine(dictionaries, model).unspinner  # a fault is told here, and not by each of its processes
        corpora.carry_out_with_ray(ctx, corpus, job, workers)
    read = {"--dictionary": dictionaries, "--model": [model] if model else []}
    shards, several = corpora.shards(replace(corpus, output_format=EDITS) if propose else corpus, read)
    neural = is_neural(model)
    run = Run(shards, job, workers, resume, kept=several, copies=model is None, neural=neural)  # copies would lack its threads
    if all(Path(shard.source).exists() for shard in shards if shard.source != STDIN):
        _ = Engine(dictionaries, model).unspinner  # compiled once, before every process would; and a fault is told at once
    corpora.carry_out(ctx, run, corpus.summary)
