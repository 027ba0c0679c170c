"""unspin inside a spaCy pipeline: score a stream of articles, list the findings of those that are spun.

python examples/spacy_pipeline.py [ARTICLE ...]
"""

from __future__ import annotations

import sys
from pathlib import Path

import spacy

HERE = Path(__file__).parent


def main(paths: list[Path]) -> None:
    nlp = spacy.blank("en")  # any English pipeline will do
    nlp.add_pipe("unspin", config={"tier": "likely"})

    texts = ((path.read_text(encoding="utf-8"), path) for path in paths)
    for doc, path in nlp.pipe(texts, as_tuples=True):
        print(f"{doc._.spin_rate:6.1%}  {path.name}")
        if not doc._.unspin_report.spun:
            continue
        for span in doc.spans["unspin"]:
            finding = span._.unspin_finding
            print(f"        {span.label_}  {finding.confidence:.0%}  {span.text} → {span.id_}")


if __name__ == "__main__":
    main([Path(path) for path in sys.argv[1:]] or [*sorted((HERE / "spun").glob("*.txt")), HERE / "clean.txt"])
