"""Repair one article from Python: print what was changed and why, then the repaired text.

python examples/repair_text.py [ARTICLE] [--tier likely]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from unspin import Tier, Unspinner

HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("article", nargs="?", type=Path, default=HERE / "spun/baltic-drill.txt")
    parser.add_argument("--tier", type=Tier, choices=list(Tier), default=Tier.LIKELY)
    arguments = parser.parse_args()

    unspinner = Unspinner()
    repair = unspinner.repair(arguments.article.read_text(encoding="utf-8"), arguments.tier)

    report = repair.report
    print(f"spin rate {report.spin_rate:.1%}, spun: {'yes' if report.spun else 'no'} ({report.probability:.0%})\n")
    for edit in repair.edits:
        line, column = report.position(edit.start)
        print(f"{line}:{column}  {edit.code}  {edit.tier.value:<6}  {edit.confidence:.0%}  {edit.before} → {edit.after}")
    print(f"\n{repair.text}", end="")


if __name__ == "__main__":
    main()
