"""Steps for datatrove pipelines: repair documents, or filter the spun ones out. Both leave the log in `metadata["unspin"]`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unspin.corpus.operation import Item, Repairing, Selection
from unspin.corpus.transform import KEY, Transform
from unspin.errors import InputError, missing
from unspin.findings import Tier

try:
    from datatrove.data import Document, DocumentsPipeline
    from datatrove.pipeline.filters.base_filter import BaseFilter
    from datatrove.pipeline.formatters.base import BaseFormatter
    from datatrove.utils.typeshelper import StatHints
except ImportError as error:
    raise InputError(missing("datatrove", "datatrove", error)) from error


class UnspinFormatter(BaseFormatter):
    """Repairs each document, and logs spin rate and edits, with offsets into the text as it came.

    `tier`: edits of this tier and the safer ones; `dictionaries` beside the built-in ones; `model` as for Unspinner. The engine is
    loaded at the first document of a process.
    """

    name = "🧵 unspin"

    def __init__(
        self,
        tier: Tier | str = Tier.SAFE,
        keep_original: bool = False,
        dictionaries: Sequence[Path | str] = (),
        model: Path | str | None = None,
    ):
        super().__init__()
        self._repairing = Repairing(_transform(tier, dictionaries, model), keep_original=keep_original)

    def format(self, text: str) -> str:
        """The repaired text."""
        return self._repairing.transform(text).text

    def run(self, data: DocumentsPipeline, rank: int = 0, world_size: int = 1) -> DocumentsPipeline:
        """Repair the documents of a rank."""
        for doc in data:
            self.stat_update(StatHints.total)
            with self.track_time():
                change = self._repairing(Item(0, None, doc.text))
                assert change.log is not None
                if KEY in doc.metadata:
                    change.log["previous"] = doc.metadata[KEY]
                doc.text, doc.metadata[KEY] = change.text, change.log
            self.stat_update("edits", value=len(change.log["edits"]))
            yield doc


class UnspinFilter(BaseFilter):
    """Keeps the documents that are not spun, or with `keep_spun` those that are.

    Spun are those that more likely are than not, or with `min_spin_rate` (0-1) those of at least this spin rate.
    """

    name = "🧵 unspin"

    def __init__(
        self,
        min_spin_rate: float | None = None,
        keep_spun: bool = False,
        dictionaries: Sequence[Path | str] = (),
        model: Path | str | None = None,
        exclusion_writer: Any = None,
    ):
        super().__init__(exclusion_writer)
        self._transform = _transform(Tier.SAFE, dictionaries, model)
        self._selection = Selection(keep_spun, min_spin_rate)

    def filter(self, doc: Document) -> bool | tuple[bool, str]:
        """Whether the document stays, or why not."""
        log = self._transform(doc.text).log
        doc.metadata[KEY] = {key: log[key] for key in ("spin_rate", "spun", "findings")} | doc.metadata.get(KEY, {})
        return self._selection.keeps(log) or (False, "not_spun" if self._selection.spun else "spun")


def _transform(tier: Tier | str, dictionaries: Sequence[Path | str], model: Path | str | None) -> Transform:
    return Transform(Tier(tier), tuple(Path(path) for path in dictionaries), None if model is None else Path(model))
