"""Accuracy on public data with known truth, beside plain splink: ``make bench-accuracy``.

Every tool links every set in a process of its own and one evaluator compares what it found with
the truth. Writes benchmarks/results/accuracy.json and accuracy.md; what is not run again is kept.
"""

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.accuracy import tools
from benchmarks.accuracy.evaluate import Evaluator
from benchmarks.accuracy.sets import HERE, PublicSet, public_sets
from benchmarks.accuracy.table import table

RESULTS = HERE.parent / "results"
TOOLS = {"plain": tools.plain, "linkage": tools.ours}


def main() -> None:
    """Run the sets and tools that the command line names, all of them when it names none."""
    sets = public_sets()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", nargs="+", choices=list(sets), default=list(sets))
    parser.add_argument("--tools", nargs="+", choices=list(TOOLS), default=list(TOOLS))
    asked = parser.parse_args()
    records = _kept(RESULTS / "accuracy.json")
    for name in asked.sets:
        for tool in asked.tools:
            for record in _one(sets[name], tool):
                records[record["set"], record["tool"]] = record
                print(_line(record), flush=True)
            _write(records, list(sets))


def _one(the_set: PublicSet, tool: str) -> list[tools.Record]:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        truth = folder / "truth.parquet"
        the_set.write_truth(truth)
        return TOOLS[tool](the_set, Evaluator(the_set, truth), folder)


def _kept(path: Path) -> dict[tuple[object, object], tools.Record]:
    if not path.exists():
        return {}
    return {(r["set"], r["tool"]): r for r in json.loads(path.read_text(encoding="utf-8"))}


def _write(records: dict[tuple[object, object], tools.Record], order: list[str]) -> None:
    by_set = sorted(records.values(), key=lambda record: order.index(str(record["set"])))
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(by_set, indent=1) + "\n"
    (RESULTS / "accuracy.json").write_text(text, encoding="utf-8")
    (RESULTS / "accuracy.md").write_text(table(by_set), encoding="utf-8")


def _line(record: tools.Record) -> str:
    figures = " / ".join(f"{record[name]:.4f}" for name in ("precision", "recall", "f1"))
    return (
        f"{record['set']:22}{record['tool']:24}{figures}  blocking {record['blocking_recall']:.4f}"
        f"  {record['seconds']:.0f} s  {record['peak_mb']:.0f} MB"
    )


if __name__ == "__main__":
    main()
