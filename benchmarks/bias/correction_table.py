"""The records of corrections as a page: what must hold first, then every world and method."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from benchmarks.speed.table import header
from quality import measures

Record = Mapping[str, Any]

_HEAD = """# What corrections of linked analyses take away

Linked data of 2,000 records in three groups, of which 15, 20 and 30 in a hundred links are false
unless a world says otherwise; the coefficient asked for is 1. The product's review estimator sees
100 links of each group. "Corrected" is what the product prints; the ways below it stand here so
that nobody need try them. Bar: the bias is at most a tenth of the naive one's, plus two Monte Carlo
standard errors. Coverage is that of 95 % intervals.

The correction is told of which groups false partners are, as the product learns it from candidates
that lost to a link. Where they are members of the same household, what these have in common is
taken for error: the correction goes too far, and no bar is set.
Made by `make bench-bias`.
"""
_WEIGHTS = """
## Weights for records that are not linked

Records of poor quality (5, 12 and 25 in a hundred of three groups) link with a chance of .55,
others of .98; quality moves the outcome and is not seen, and the number of missing identifiers
tells a little of it. Bias of the mean of all, and of the gap between the third group and the first:
weights put the make-up right, and leave the gap as it was.

"""
_COLUMNS = ("method", "bias", "Monte Carlo s.e.", "bias / naive", "coverage", "width", "bar met")


def page(found: Sequence[Record]) -> Iterator[str]:
    """Yield the page."""
    worlds = [each for each in found if "coverage" in each]
    weights = [each for each in found if "coverage" not in each]
    parts = [_HEAD, *(_world(name, list(rows)) for name, rows in groupby(worlds, _name))]
    if weights:
        parts += [_WEIGHTS, "\n".join(_of_weights(weights))]
    yield "\n".join(parts).replace("\n\n\n", "\n\n")


def _name(record: Record) -> str:
    return str(record["world"])


def judged(record: Record) -> bool:
    """Say whether the bar is for this record: false partners are as the correction takes them."""
    return record["method"] == measures.FALSE_LINK_CORRECTED and record["partner"] != "household"


def _world(name: str, rows: Sequence[Record]) -> str:
    repeats = f"{rows[0]['repeats']:,} repeats; {rows[-1]['repeats']:,} of imputed links."
    lines = [f"## {name}", "", repeats, "", header(*_COLUMNS)]
    for each in rows:
        met = ("yes" if each["meets"] else "NO") if judged(each) else ""
        cells = (
            each["method"].replace("_", " "),
            f"{each['bias']:+.4f}",
            f"{each['monte_carlo_error']:.4f}",
            f"{each['bias_to_naive']:+.2f}",
            f"{each['coverage']:.3f}",
            f"{each['width']:.3f}",
            met,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _of_weights(rows: Sequence[Record]) -> Iterator[str]:
    yield header("method", "mean: bias", "gap: bias", "Monte Carlo s.e.", "effective share")
    for method in dict.fromkeys(each["method"] for each in rows):
        mean, gap = (
            next(r for r in rows if r["method"] == method and r["kind"] == kind)
            for kind in ("mean", "gap")
        )
        errors = f"{mean['monte_carlo_error']:.4f}, {gap['monte_carlo_error']:.4f}"
        yield (
            f"| {method} | {mean['bias']:+.3f} | {gap['bias']:+.3f} | {errors} | "
            f"{mean['effective_share']:.3f} |"
        )
