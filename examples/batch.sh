#!/bin/sh
# Repair a JSONL corpus, then say what was edited in each record.
#     sh examples/batch.sh [INPUT.jsonl [OUTPUT.jsonl]]
set -eu
input=${1:-$(dirname "$0")/articles.jsonl}
output=${2:-$(mktemp -d)/repaired.jsonl}

unspin batch "$input" "$output" --tier likely

python3 - "$output" <<'PYTHON'
import json, sys

for line in open(sys.argv[1], encoding="utf-8"):
    record = json.loads(line)
    log = record["unspin"]
    print(f"{record['url']}: spin rate {log['spin_rate']:.1%}, {len(log['edits'])} edits")
    for edit in log["edits"]:
        print(f"    {edit['code']}  {edit['before']} → {edit['after']}")
PYTHON
echo "The repaired records are in $output"
