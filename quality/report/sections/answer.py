"""The answer on one screen: five questions of a reviewer, each answered in plain words."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.gates import Verdict
from quality.report.lookup import Lookup
from quality.report.measured import measured_by_group, measured_rates, unmeasured_pairs
from quality.report.numbers import count, percent, points
from quality.report.page import Link, Part, Section
from quality.report.sections.advice import which_field
from quality.report.sections.answer_links import (
    change_links,
    groups_link,
    measured_links,
    missed_links,
)
from quality.report.sections.causes import ACTIONS
from quality.report.sections.estimate_cells import limit_cells
from quality.report.sections.headline import limits, with_interval
from quality.report.sections.missed import (
    all_recall_gaps,
    below,
    missed_more,
    name,
    name_first,
    nearest_zero,
    recall_gaps,
    recall_of,
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
_NOT_PROVEN = "For all records together; for every group it is not proven"
_OVERALL_ONLY = "For all records together only"
_INSIDE = (
    "Weights restore the size of each group; they do not put right a rate inside a group, where "
    "those who were missed differ from those who were found."
)
_NO_ANALYSIS = " What that does to the figures of this purpose was not worked out."
_MIXED = (
    "A low link rate mixes matches that were missed with people whom the other source does not "
    "hold. Only a review tells them apart."
)
_PUBLISH = (
    "A second person looks at: small numbers, and whether they can be "
    "worked out ({held} of {every} estimates are suppressed); the legal gateway ({gateway}); "
    "quality assurance of the sources ({areas} of 4 areas supplied). Once approved (link release "
    "approve), page and tables may leave, together and unchanged; "
    "nothing from the folder restricted/ may."
)
_AREAS = ("operational_context", "communication", "suppliers", "producer")
_REVIEW = (
    "Have a sample of records reviewed (link review sample): nothing else tells which group is "
    "missed."
)
_WHERE = (
    "See in chapter 3 where matches of {} are lost; link what-if tries another threshold or fewer "
    "rules without changing anything."
)
_WEIGHTS = "Use the weights of chapter 7 in analyses of linked records."


def answer_sections(
    lookup: Lookup, verdicts: Sequence[Verdict], *, internal: bool = False
) -> tuple[Section, ...]:
    """Return the five questions with their answers; each opens with the answer in a few words.

    Each answer ends with links to the tables that it is read from.
    """
    worst = missed_more(lookup)[:1]
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
            _missed(lookup),
            tuple(missed_links(lookup)),
        ),
        (
            "publish",
            "May I publish this?",
            publish,
            (Link("rules applied", ("disclosure",)), Link("checklists", ("checklist",))),
        ),
        ("change", "What should I change?", _change(lookup), tuple(change_links(worst))),
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
        yield f"{_INSIDE}{'' if lookup.config.analyses else _NO_ANALYSIS}"
    elif any(unmeasured_pairs(lookup, each) for each in (measures.PRECISION, measures.RECALL)):
        yield "Known in part"
        yield "What was not measured is listed below."
    elif not measured_by_group(lookup):
        yield _OVERALL_ONLY
        yield "Whether groups differ in error was not measured."
    else:
        room = _room_for_a_gap(lookup)
        yield _NOT_PROVEN if room else "Yes: no group was found to be missed materially more"
        yield f"No group was found whose matches are missed more often.{room}"


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
    open_ = [row for row in recall_gaps(lookup) if row.finding != measures.NO_MATERIAL_GAP]
    hidden = [row for row in all_recall_gaps(lookup) if row.status == "suppressed"]
    said = [
        *([f"the intervals of {len(open_)} leave room for a gap"] if open_ else []),
        *([f"{len(hidden)} are suppressed"] if hidden else []),
    ]
    return f" That is no proof for every group: {listed(said)}." if said else ""


def _measured(lookup: Lookup) -> Iterator[str]:
    said = warning(lookup)
    more = ("Chapter 2 has the rest.",) if len(said) > _MOST_LINES else ()
    yield warning_title(lookup)
    yield " ".join((*said[:_MOST_LINES], *more))


def _missed(lookup: Lookup) -> Iterator[str]:
    worse = missed_more(lookup)
    if worse:
        yield name_first(lookup, worse[0])
        yield _found(lookup, worse[0])
    elif recall_gaps(lookup):
        yield "No group stands out from chance: measured"
        yield "Chapter 3 has the interval of each group's gap."
    else:
        yield from _linked_least(lookup)


def _found(lookup: Lookup, gap: Estimate) -> str:
    """Return the share of a group's matches that was found, and how far it lies below."""
    rate = recall_of(lookup, gap, gap.group)
    if rate is None:
        return f"Measured: of its matches, {_fewer(gap)} were found."
    if rate.status == "too_few_to_tell":
        level = "" if rate.level is None else f" ({rate.level:.0%} interval)"
        return f"Measured: {_share(rate)}{level} of its matches were found, {_fewer(gap)}."
    return f"Measured: {with_interval(rate, percent)} of its matches were found, {_fewer(gap)}."


def _linked_least(lookup: Lookup) -> Iterator[str]:
    gaps = [row for row in lookup.uncrossed().of(measures.LINK_RATE_GAP) if below(row)]
    yield "Not known: nobody measured it"
    if gaps:
        lowest = min(gaps, key=nearest_zero)
        rate = lookup.of_group(
            measures.LINK_RATE, lowest.source, lowest.other, lowest.characteristic, lowest.group
        )
        of = f"With a link: {_fewer(lowest)}"
        if rate is not None and rate.status == "ok":
            of = f"{with_interval(rate, percent)} have a link, {_fewer(lowest)}"
        yield f"Linked least: {name(lookup, lowest)}. {of}."
    yield _MIXED


def _release(lookup: Lookup) -> Iterator[str]:
    held = sum(each.status == "suppressed" for each in lookup.estimates)
    said = lookup.config.documentation
    areas = sum(getattr(said.quality_assurance, each) is not None for each in _AREAS)
    yield "Not before a checker has approved it"
    yield _PUBLISH.format(
        held=count(held).text,
        every=count(len(lookup.estimates)).text,
        gateway="not supplied" if said.legal_gateway is None else "chapter 12",
        areas=areas,
    )


def _internal() -> Iterator[str]:
    yield "No: this page must not leave"
    yield (
        "It holds exact figures of few people that did not pass disclosure control. What may be "
        "published, once approved, is the report in the folder for_release."
    )


def _change(lookup: Lookup) -> Iterator[str]:
    worse = missed_more(lookup)
    found = [*_stage(lookup, worse[:1])] or [_WHERE.format(name(lookup, row)) for row in worse[:1]]
    if not recall_gaps(lookup):
        found.insert(0, _REVIEW)
    if lookup.of(measures.EFFECTIVE_SIZE):
        found.append(_WEIGHTS)
    yield found[0] if found else "Nothing that this run shows"
    yield from found[1:]


def _stage(lookup: Lookup, worse: Sequence[Estimate]) -> Iterator[str]:
    """Yield what helps the group that is missed most, by the stage that lost most of it."""
    for row in worse:
        of_method = lookup.by_method(row.method)
        main = of_method.of_group(
            measures.MAIN_LOSS, row.source, row.other, row.characteristic, row.group
        )
        stage = "" if main is None else (main.finding or "").removeprefix(measures.PERHAPS)
        if main is not None and stage in ACTIONS:
            yield ACTIONS[stage]
            figure = f": {with_interval(main, percent)}" if main.status == "ok" else ""
            lost = (
                f"{name_first(lookup, row)} loses most matches here, at the stage {stage}{figure}"
            )
            yield f"{lost}. {which_field(lookup, row, stage)}"


def _fewer(gap: Estimate) -> str:
    """Return how far a group lies below its reference, with the limits of the difference.

    The figure of a gap that surely is one stands here even where its interval is wide.
    """
    reference = group_label(gap.reference or "the reference group")
    figure = "fewer"
    if gap.estimate is not None:
        figure = f"{points(abs(gap.estimate)).text.lstrip('+')} percentage points fewer"
    return f"{figure} than of {reference} ({limits(gap, points)} points)"
