"""The coverage records as a page that says what they mean, bars and failures first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from benchmarks.coverage.grade_c import LEAST_SHARE, SCORED, TUNED, WIDEST
from benchmarks.coverage.population import DRAWS, EXACT_POPULATIONS, GAPS
from benchmarks.coverage.scenarios import Scenario
from benchmarks.coverage.scoring import LEAST_COVERAGE, MOST_WIDTH, covers, narrow
from benchmarks.speed.table import header
from quality import measures

Record = Mapping[str, Any]

_HEAD = """# Do the intervals hold the truth?

Populations with known truth are linked by the product and reviewed by simulated reviewers; how
often its 95 % intervals hold the truth, how wide they are, and what they are worth. The truth of
recall counts every match that was not linked, also those lost in blocking and those that no
reviewer could find among the 30 candidates shown. "Findable" leaves the last out: where the two
differ, what is missing is the reach of any review, not the width of the interval.

A scenario is a stress, in {populations} populations or more; every review is drawn anew. The bar
for coverage is {least}, less two standard errors that know which reviews share a population; for
the mean width, {most} times that of an exact stratified interval (Wendell and Schmee 1996) of the
same reviews ({exact} of each scenario and plan). Cells that a review saw whole
have no interval to judge and are not counted, as "whole" says. Intervals are of {draws:,} draws.
Made by `make bench-coverage`.
"""

_MODELS = """The lowest and the highest figure of the product's models, as fitted and widened: one
factor for each measure, tuned on {tuned} other populations of every scenario, scored on {scored}
fresh ones. The bar: the truth in {share:.0%} of the cells (groups, and all together) of every
scenario, and a median width, over all of them, that is worth printing. What misses it is withdrawn:
the product prints the range over the models, and says that the truth can lie outside it.
"""
_CELL_HEAD = (
    "plan",
    "measure",
    "group",
    "truth",
    "coverage (s.e.)",
    "findable",
    "half-width",
    "width / exact",
    "bias",
    "reviews (whole)",
    "bar met",
)
_GAP_HEAD = ("scenario", "plan", "measure", "group", "gap", "coverage", "half-width", "power")


def page(records: Sequence[Record], scenarios: Sequence[Scenario]) -> str:
    """Return the whole page."""
    rates = [r for r in records if r["method"] == measures.REVIEW and r["measure"] in GAPS]
    head = _HEAD.format(
        populations=min(
            (max(r["populations"] for r in rates if r["scenario"] == s.name) for s in scenarios),
            default=0,
        ),
        least=LEAST_COVERAGE,
        most=MOST_WIDTH,
        exact=EXACT_POPULATIONS,
        draws=DRAWS,
    )
    parts = [head, "## In short\n", *_short(rates, scenarios), "## Bars that are not met\n"]
    parts += [*_not_met(rates), "## Labels and half-widths\n", *_half_widths(rates)]
    for scenario in scenarios:
        own = [r for r in rates if r["scenario"] == scenario.name]
        parts += [f"## {scenario.name}\n", f"{scenario.says}\n", *_cells(own)]
    models = [r for r in records if r["method"] == measures.MODEL_RANGE]
    gaps = [r for r in records if r["measure"] in GAPS.values()]
    parts += ["## Without any label (grade C)\n", *_models(models)]
    parts += ["## Gaps between groups\n", *_gaps(gaps)]
    return "\n".join(parts) + "\n"


def _short(rates: Sequence[Record], scenarios: Iterable[Scenario]) -> Iterator[str]:
    yield header(
        "scenario", "what it stresses", "precision", "recall", "least coverage", "cells that fail"
    )
    for scenario in scenarios:
        own = [r for r in rates if r["scenario"] == scenario.name and r["coverage"] is not None]
        if not own:
            continue
        overall = {r["measure"]: r["truth"] for r in own if r["group"] == "all"}
        worst = min(own, key=lambda r: r["coverage"])
        failing = sum(covers(r) is False for r in own)
        shown = " | ".join(_share(overall.get(m), 4) for m in (measures.PRECISION, measures.RECALL))
        yield (
            f"| {scenario.name} | {scenario.says} | {shown} | {worst['coverage']:.3f} "
            f"| {failing} of {len(own)} |"
        )
    yield ""


def _not_met(rates: Sequence[Record]) -> Iterator[str]:
    failing = [r for r in rates if covers(r) is False]
    wide = [r for r in rates if narrow(r) is False]
    if not failing and not wide:
        yield "None.\n"
        return
    yield header("scenario", *_CELL_HEAD)
    for each in rates:
        if covers(each) is False or narrow(each) is False:
            yield f"| {each['scenario']} {_cell(each)}"
    yield ""


def _half_widths(rates: Sequence[Record]) -> Iterator[str]:
    """Yield what a budget buys: mean half-widths overall and of the groups, by plan."""
    yield "Mean half-widths in points, over all scenarios: overall, and of single groups.\n"
    yield header("plan", "precision, all", "precision, a group", "recall, all", "recall, a group")
    for plan in dict.fromkeys(r["plan"] for r in rates):
        own = [r for r in rates if r["plan"] == plan and r["mean_width"] is not None]
        shown = []
        for measure in (measures.PRECISION, measures.RECALL):
            for overall in (True, False):
                widths = [
                    r["mean_width"] * 50
                    for r in own
                    if r["measure"] == measure and (r["group"] == "all") is overall
                ]
                shown.append(f"{sum(widths) / len(widths):.1f}" if widths else "")
        yield f"| {plan} | {' | '.join(shown)} |"
    yield ""


def _cells(own: Iterable[Record]) -> Iterator[str]:
    yield header(*_CELL_HEAD)
    for each in own:
        yield _cell(each)
    yield ""


def _cell(r: Record) -> str:
    ratio = r["width_beside_exact"] / r["exact_width"] if r["exact_width"] else None
    met = {True: "yes", False: "no", None: "not counted"}[covers(r)]
    if narrow(r) is False:
        met += ", too wide"
    values = (
        r["plan"],
        r["measure"],
        r["group"],
        _share(r["truth"], 4),
        f"{_share(r['coverage'], 3)} ({_share(r['standard_error'], 3)})",
        _share(r["coverage_of_findable"], 3),
        _share(None if r["mean_width"] is None else r["mean_width"] / 2, 4),
        _share(ratio, 2),
        _share(r["bias"], 4),
        f"{r['repeats']:,} ({r['whole']:,})",
        met,
    )
    return f"| {' | '.join(values)} |"


def _gaps(gaps: Iterable[Record]) -> Iterator[str]:
    yield "Power is the share of reviews whose interval of the gap leaves out zero.\n"
    yield header(*_GAP_HEAD)
    for r in gaps:
        if r["coverage"] is None or r["group"] not in {"group 1", "group 2"}:
            continue
        values = (
            r["scenario"],
            r["plan"],
            r["measure"],
            r["group"],
            _share(r["truth"], 4),
            _share(r["coverage"], 3),
            _share(r["mean_width"] / 2, 4),
            _share(r["power"], 2),
        )
        yield f"| {' | '.join(values)} |"
    yield ""


def _models(models: Sequence[Record]) -> Iterator[str]:
    """Yield the verdict on each measure, then the scenarios."""
    yield _MODELS.format(share=LEAST_SHARE, tuned=TUNED, scored=SCORED)
    for measure, widest in WIDEST.items():
        own = [r for r in models if r["measure"] == measure and r["factor"] is not None]
        if own:
            low, verdict = min(r["coverage"] for r in own), own[0]["verdict"]
            width = own[0]["median_width_of_all"]
            yield (
                f"- **{measure}: {verdict}.** Widened {own[0]['factor']:g} times, it holds the "
                f"truth in {low:.1%} of the cells of the worst scenario; median width over all "
                f"{width * 100:.1f} points ({widest * 100:.0f} allowed)."
            )
    yield ""
    yield header("scenario", "measure", "as fitted", "median width", "widened", "median width")
    for plain, wide in zip(models[::2], models[1::2], strict=True):
        shown = (
            f"{r['coverage']:.3f} | {r['median_width'] * 100:.1f} points" for r in (plain, wide)
        )
        yield f"| {plain['scenario']} | {plain['measure']} | {' | '.join(shown)} |"
    yield ""


def _share(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"
