"""The accuracy records as a Markdown table, the misses too."""

from collections.abc import Iterable, Mapping

_HEADER = """# Accuracy on public data with known truth

`linkage` takes every decision by default: no threshold typed in, no setting of its own
for any set, no column that gives the truth away. The defaults themselves were developed while these
sets were looked at: fresh data may be harder. `plain splink` is one committed configuration a set
(`benchmarks/accuracy/plain/`), its pairs at 0.95; "entities" are the pairs that its clusters at
0.95 imply. When deduplicating, `linkage` is judged by the pairs that its final entities imply.

The plain configurations are those that reproduce the reference figures for splink 5.0.0, so they do
not use every column that a set offers: with the middle name compared too, plain splink reaches an
F1 of about .92 on the ONS exercise, and with the street number .998 on febrl4.

Pairwise, over string identifiers, one evaluator for all. Recall counts the true pairs lost in
blocking. "Sum of p" is to be read beside "true": the true pairs among the candidates. Seconds and
memory are of the whole process. Made by `make bench-accuracy`.

| set | tool | precision | recall | F1 | blocking recall | sum of p | true | s | MB |
|---|---|---|---|---|---|---|---|---|---|
"""


def table(records: Iterable[Mapping[str, object]]) -> str:
    """Return the records as one Markdown page."""
    return _HEADER + "".join(_row(record) for record in records)


def _row(record: Mapping[str, object]) -> str:
    shares = [f"{record[n]:.4f}" for n in ("precision", "recall", "f1", "blocking_recall")]
    counts = [
        f"{record[n]:,.0f}" for n in ("sum_probability", "n_true_candidates", "seconds", "peak_mb")
    ]
    return "| " + " | ".join([str(record["set"]), str(record["tool"]), *shares, *counts]) + " |\n"
