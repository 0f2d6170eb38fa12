"""Score the reading of the corpus: python -m tests.drafts.score [--half 1|2] [--verbose]."""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.drafts import read_announcement

CORPUS = Path(__file__).parent / "corpus"


@dataclass(frozen=True)
class Verdict:
    """How one field of one announcement was read."""

    text: str
    field: str
    kind: str  # right, empty (missed), doubtful (wrong and said so), sure (wrong and sure)
    expected: object
    actual: object


def names(half: int | None = None) -> list[str]:
    """Return the corpus's names, all or one half's."""
    return [
        path.stem
        for path in sorted(CORPUS.glob("*.json"))
        if half is None or json.loads(path.read_text(encoding="utf-8"))["half"] == half
    ]


def judge(name: str) -> list[Verdict]:
    """Compare each field of one announcement with what is expected."""
    case = json.loads((CORPUS / f"{name}.json").read_text(encoding="utf-8"))
    text = (CORPUS / f"{name}.txt").read_text(encoding="utf-8")
    draft = read_announcement(text, today=date.fromisoformat(case["today"]), zone=case["zone"])
    actual = draft.to_json()
    verdicts = []
    for field, expected in case["expected"].items():
        value = actual[field]
        if _same(expected) == _same(value):
            kind = "right"
        elif not value:
            kind = "empty"
        else:
            kind = "doubtful" if field in draft.doubtful else "sure"
        verdicts.append(Verdict(name, field, kind, expected, value))
    return verdicts


def _same(value: object) -> object:
    """Return a value as it is compared: spaces do not count, an empty list is nothing."""
    if isinstance(value, str):
        return re.sub(r"\s+", " ", value).strip()
    if isinstance(value, list):
        return [{key: _same(part) for key, part in one.items()} for one in value] or None
    return value


def main() -> None:
    """Print the score of the corpus."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", type=int)
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    verdicts = [verdict for name in names(options.half) for verdict in judge(name)]
    counts = Counter(verdict.kind for verdict in verdicts)
    total = len(verdicts)
    out = sys.stdout
    if options.verbose:
        for one in verdicts:
            if one.kind != "right":
                out.write(f"{one.text}.{one.field} [{one.kind}]\n")
                out.write(f"  expected {one.expected!r}\n  actual   {one.actual!r}\n")
    filled = [one for one in verdicts if one.expected or one.actual]
    out.write(
        f"{len({one.text for one in verdicts})} texts, {total} fields: {counts['right'] / total:.1%} right, ",
    )
    out.write(f"{counts['sure'] / total:.1%} wrong and sure, ")
    out.write(f"{counts['doubtful']} wrong and doubtful, {counts['empty']} missed; ")
    right = sum(one.kind == "right" for one in filled)
    sure = sum(one.kind == "sure" for one in filled)
    out.write(f"of {len(filled)} that are not empty: {right / len(filled):.1%} right, ")
    out.write(f"{sure / len(filled):.1%} wrong and sure\n")


if __name__ == "__main__":
    main()
