"""The quality gates of the run, each with its verdict."""

from collections.abc import Iterator, Sequence

from quality.gates import Verdict
from quality.report.lookup import Lookup
from quality.report.numbers import Cell, words
from quality.report.page import Column, Part, Table
from quality.report.wording import group_label, title

_OUTCOMES = {
    "passed": "passed",
    "failed": "failed",
    "unmeasured": "nothing measured it",
    "too_few_to_tell": "too few to tell: not judged",
}
_NAMES = {
    "precision_lower": "Lower limit of precision, at least",
    "recall_lower": "Lower limit of recall, at least",
    "rhat": "R-hat of the draws of the links, at most",
    "effective_draws": "Effective draws of the links, at least",
    "collisions": "Drawn links that meet at one record, at most",
}

_OF_ERROR = {"precision_lower", "recall_lower"}
_ASKED = (
    "What the configuration asks of the run. Only what was measured is held against a limit on "
    "precision or recall."
)
_NONE_SET = (
    "No gate on precision or recall was set, for all records or for any group: this run passes "
    "however many links are wrong and whoever is missed. The gates below judge the drawing of "
    "linkages alone."
)
_HELD_BACK = (
    "Groups whose figures are suppressed are judged too, and their verdicts are not on this page."
)


def judges_error(verdicts: Sequence[Verdict]) -> bool:
    """Say whether the configuration sets a limit on precision or recall."""
    return any(each.gate in _OF_ERROR for each in verdicts)


def gates_part(lookup: Lookup, verdicts: Sequence[Verdict]) -> Iterator[Part]:
    """Yield the verdicts; those on figures that are held back stand in restricted/ alone."""
    shown = [each for each in verdicts if each.named and each.outcome in _OUTCOMES]
    limited = judges_error(verdicts)
    name = "Quality gates" if limited else "Technical gates"
    if shown:
        yield Part(
            heading=name,
            paragraphs=(
                _ASKED if limited else _NONE_SET,
                *(() if all(each.named for each in verdicts) else (_HELD_BACK,)),
            ),
            table=Table(
                id="gates",
                caption=f"{name} and their verdicts",
                detail="",
                columns=(
                    Column("gate", "Gate"),
                    Column("of", "Of"),
                    Column("limit", "Limit", numeric=True),
                    Column("verdict", "Verdict"),
                ),
                rows=tuple(_row(lookup, each) for each in shown),
                headers=2,
            ),
        )


def _row(lookup: Lookup, verdict: Verdict) -> tuple[Cell, ...]:
    outcome = _OUTCOMES[verdict.outcome]
    if verdict.outcome == "unmeasured":
        outcome += ": failed" if verdict.fails else ": allowed by the configuration"
    return (
        words(_NAMES[verdict.gate]),
        words(_of(lookup, verdict)),
        Cell(f"{verdict.limit:g}", verdict.limit),
        words(title(outcome)),
    )


def _of(lookup: Lookup, verdict: Verdict) -> str:
    if verdict.source is None:
        return "the run"
    towards = "" if verdict.other is None else f" to {lookup.source_label(verdict.other)}"
    pair = f"{lookup.source_label(verdict.source)}{towards}"
    if verdict.characteristic is None:
        return f"{pair}, all records"
    by = lookup.characteristic_label(verdict.characteristic)
    return f"{pair}, {by}: {group_label(verdict.group or '')}"
