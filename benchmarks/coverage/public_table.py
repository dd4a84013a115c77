"""The records of public data as a page: what counts, and what is listed and not counted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from benchmarks.coverage.scoring import LEAST_COVERAGE
from benchmarks.speed.table import header

Record = Mapping[str, Any]

_HEAD = """# Do the intervals hold the truth on public data?

Public sets with known truth, linked once by the product with its defaults. Reviews of 300 labels a
group are drawn by its design and done by a reviewer who knows the truth and sees the 30 best
candidates of its unblocked search; the intervals are its own. The figure is the share of the seeds
whose 95 % interval holds the truth; the bar is {least}, less two Monte-Carlo errors. "Findable"
leaves out of the truth the matches that no reviewer could find among the 30.

Cells of which every record was reviewed, and cells without an error in truth, are listed below and
not counted. Made by `python -m benchmarks.coverage.public`.
"""


def page(records: Sequence[Record]) -> str:
    """Return the whole page."""
    counted = [r for r in records if not r["not_counted"]]
    others = [r for r in records if r["not_counted"]]
    n_met = sum(map(meets, counted))
    parts = [
        _HEAD.format(least=LEAST_COVERAGE),
        f"{n_met} of {len(counted)} cells meet the bar.\n",
        header(
            "set", "by", "group", "measure", "truth", "coverage", "findable", "half-width", "bar"
        ),
        *_rows(counted),
        "\n## Not counted\n",
        header(
            "set", "by", "group", "measure", "truth", "coverage", "findable", "half-width", "why"
        ),
        *_rows(others),
    ]
    return "\n".join(parts) + "\n"


def meets(record: Record) -> bool:
    """Say whether a cell meets the bar."""
    return bool(record["coverage"] >= LEAST_COVERAGE - 2 * record["standard_error"])


def _rows(records: Sequence[Record]) -> Iterator[str]:
    for r in records:
        last = r["not_counted"] or ("met" if meets(r) else "**not met**")
        yield (
            f"| {r['set']} | {r['characteristic']} | {r['group']} | {r['measure']} "
            f"| {r['truth']:.4f} | {r['coverage']:.2f} | {r['coverage_of_findable']:.2f} "
            f"| {r['mean_width'] / 2:.4f} | {last} |"
        )
