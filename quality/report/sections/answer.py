"""The answer on one screen: five questions of a reviewer, each answered in plain words."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.gates import Verdict
from quality.report.lookup import Lookup
from quality.report.measured import measured_by_group, measured_rates, unmeasured_pairs
from quality.report.numbers import count, percent, unsigned_points
from quality.report.page import Link, Part, Section
from quality.report.sections.answer_change import change_answer, worst
from quality.report.sections.answer_links import (
    change_links,
    groups_link,
    measured_links,
    missed_links,
)
from quality.report.sections.answer_missed import missed_answer
from quality.report.sections.estimate_cells import limit_cells
from quality.report.sections.gates import judges_error
from quality.report.sections.linked_less import linked_less
from quality.report.sections.missed import (
    all_recall_gaps,
    below,
    missed_more,
    name,
    recall_of,
    unproven,
)
from quality.report.sections.warning import warning, warning_title
from quality.report.wording import group_label, listed

_MOST_NAMED = 3
_MOST_LINES = 5

_NOT_KNOWN = (
    "Until a sample is reviewed, a difference between groups on this page may be made by the "
    "linkage. Use the links to improve the linkage; rest no comparison of groups on them."
)
_GATE = "The configuration asks for more than was shown: chapter 2 lists its quality gates."
_NOT_PROVEN = "For all records together, yes; for groups it is not proven"
_YES = "Yes: no group was found to be missed materially more"
_OVERALL_ONLY = "For all records together only"
_INSIDE = (
    "Weights restore the size of each group; they do not put right a rate inside a group, where "
    "those who were missed differ from those who were found."
)
_LINKS_ALONE = "As far as the links themselves go, "
_NO_ANALYSIS = (
    "No estimate was examined, as the configuration names no analysis: what the links do to the "
    "figures of this purpose was not worked out."
)
_PUBLISH = (
    "A second person has to look at three things: whether small numbers can be worked out "
    "({held} of {every} estimates are suppressed for that); the legal gateway ({gateway}); and the "
    "quality assurance of the sources (its level is given for {areas} of 4 areas). Once approved, "
    "page and tables may leave together and unchanged; nothing from the folder restricted/ may."
)
_AREAS = ("operational_context", "communication", "suppliers", "producer")


def answer_sections(
    lookup: Lookup, verdicts: Sequence[Verdict], *, internal: bool = False
) -> tuple[Section, ...]:
    """Return the five questions with their answers; each opens with the answer in a few words.

    Each answer ends with links to the tables that it is read from.
    """
    limited = judges_error(verdicts)
    publish = _internal() if internal else _release(lookup)
    answers = (
        (
            "use",
            "Can I use these links for this purpose, for every group?",
            _use(lookup, verdicts),
            (groups_link(lookup), Link("weights", ("corrections",))),
        ),
        ("measured", "Was it measured?", _measured(lookup), tuple(measured_links(lookup))),
        (
            "missed",
            "Which group is missed most, and by how much?",
            missed_answer(lookup),
            tuple(missed_links(lookup)),
        ),
        (
            "publish",
            "May I publish this?",
            publish,
            (Link("rules applied", ("disclosure",)), Link("checklists", ("checklist",))),
        ),
        (
            "change",
            "What should I change?",
            change_answer(lookup, limited=limited),
            tuple(change_links(worst(lookup))),
        ),
    )
    return tuple(
        Section(f"answer-{key}", question, (Part(paragraphs=tuple(answer), links=links),))
        for key, question, answer, links in answers
    )


def _use(lookup: Lookup, verdicts: Sequence[Verdict]) -> Iterator[str]:
    worse = missed_more(lookup)
    if any(each.fails for each in verdicts):
        yield "Not as they stand: a quality gate of the run failed"
        yield _GATE
    elif not measured_rates(lookup):
        yield "Not known, for any group"
        yield _NOT_KNOWN
    elif worse:
        yield "Not as they stand, for every group"
        yield f"{_found_of(lookup, worse)} {_others(lookup, worse[0])}"
        yield _INSIDE
        yield from _not_examined(lookup)
        yield from linked_less(lookup)
    elif any(unmeasured_pairs(lookup, each) for each in (measures.PRECISION, measures.RECALL)):
        yield "Known in part"
        yield "What was not measured is listed below."
    elif not measured_by_group(lookup):
        yield _as_links(lookup, _OVERALL_ONLY)
        yield "Whether groups differ in error was not measured."
        yield from _not_examined(lookup)
    else:
        room = _room_for_a_gap(lookup)
        yield _as_links(lookup, _NOT_PROVEN if room else _YES)
        yield f"No group was found whose matches are missed more often{room}."
        yield from _not_examined(lookup)
        yield from linked_less(lookup)


def _as_links(lookup: Lookup, answer: str) -> str:
    """Return an answer; of the links alone, where no estimate that rests on them was examined."""
    if lookup.config.analyses:
        return answer
    return f"{_LINKS_ALONE}{answer[:1].lower()}{answer[1:]}"


def _not_examined(lookup: Lookup) -> Iterator[str]:
    if not lookup.config.analyses:
        yield _NO_ANALYSIS


def _found_of(lookup: Lookup, worse: Sequence[Estimate]) -> str:
    """Return the share of matches that was found of the groups that are missed more."""
    named = []
    for row in worse[:_MOST_NAMED]:
        rate = recall_of(lookup, row, row.group)
        figure = "" if rate is None else f" ({_share(rate)} found)"
        named.append(f"{name(lookup, row)}{figure}")
    more = len(worse) - _MOST_NAMED
    rest = f"; and {more} more" if more > 0 else ""
    return f"Matches are missed more often for {listed(named)}{rest}."


def _others(lookup: Lookup, worst: Estimate) -> str:
    """Say of how many other groups of the characteristic there is no material gap."""
    place = (worst.method, worst.source, worst.other, worst.characteristic)
    rows = [
        row
        for row in all_recall_gaps(lookup)
        if (row.method, row.source, row.other, row.characteristic) == place and not below(row)
    ]
    alike = sum(row.finding == measures.NO_MATERIAL_GAP for row in rows)
    label = lookup.characteristic_label(worst.characteristic or "")
    against = group_label(worst.reference or "the reference group")
    return (
        f"Other groups by {label}: {alike} without a material gap to {against}, "
        f"{len(rows) - alike} of which it is not known."
    )


def _share(rate: Estimate) -> str:
    """Return a rate in a few words: its limits where they are too far apart for one figure."""
    if rate.status == "ok" and rate.estimate is not None:
        return percent(rate.estimate).text
    lower, upper = limit_cells(rate, percent)
    return f"{lower.text} to {upper.text}"


def _room_for_a_gap(lookup: Lookup) -> str:
    """Say of how many groups no gap was found and none ruled out; nothing where there are none."""
    open_ = unproven(lookup)
    gaps = all_recall_gaps(lookup)
    hidden = [row for row in gaps if row.status == "suppressed"]
    margin = unsigned_points(lookup.config.quality.material_gap).text
    said = [
        *([f"a gap of {margin} points is not ruled out for {len(open_)}"] if open_ else []),
        *([f"{len(hidden)} cannot be shown"] if hidden else []),
    ]
    return f", but of {len(gaps)} groups compared, {listed(said)}" if said else ""


def _measured(lookup: Lookup) -> Iterator[str]:
    said = warning(lookup)
    more = ("Chapter 2 has the rest.",) if len(said) > _MOST_LINES else ()
    yield warning_title(lookup)
    yield " ".join((*said[:_MOST_LINES], *more))


def _release(lookup: Lookup) -> Iterator[str]:
    held = sum(each.status == "suppressed" for each in lookup.estimates)
    said = lookup.config.documentation
    areas = sum(getattr(said.quality_assurance, each) is not None for each in _AREAS)
    yield "Not before a checker has approved it"
    yield _PUBLISH.format(
        held=count(held).text,
        every=count(len(lookup.estimates)).text,
        gateway="not supplied" if said.legal_gateway is None else "chapter 2",
        areas=areas,
    )


def _internal() -> Iterator[str]:
    yield "No: this page must not leave"
    yield (
        "It holds exact figures of few people that did not pass disclosure control. What may be "
        "published, once approved, is the report in the folder for_release."
    )
