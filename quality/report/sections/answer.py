"""The answer on one screen: five questions of a reviewer, each answered in plain words."""

from collections.abc import Iterator, Sequence

from linkage.config.group_names import UNKNOWN
from quality import measures
from quality.estimate import Estimate
from quality.gates import Verdict
from quality.report.lookup import Lookup, row_label
from quality.report.measured import SHOWN, measured_by_group, measured_rates, unmeasured_pairs
from quality.report.numbers import count, percent, points
from quality.report.page import Part, Section
from quality.report.sections.causes import ACTIONS
from quality.report.sections.headline import limits, with_interval
from quality.report.sections.warning import warning, warning_title
from quality.report.wording import group_label, listed, sentence

_MOST_NAMED = 3
_MOST_LINES = 4

_NOT_KNOWN = (
    "Until a sample is reviewed, a difference between groups on this page may be made by the "
    "linkage. Use the links to improve the linkage; rest no comparison of groups on them."
)
_GATE = "The configuration asks for more than was shown: chapter 2 lists its quality gates."
_NOT_PROVEN = "For all records together; for every group it is not proven"
_OVERALL_ONLY = "For all records together only"
_PURPOSE = "Whether the rates below are good enough depends on the purpose."
_MIXED = (
    "A low link rate mixes matches that were missed with people whom the other source does not "
    "hold. Only a review tells them apart."
)
_PUBLISH = (
    "Figures here passed disclosure control, and {held} of {every} estimates are suppressed. "
    "After another person's approval (link release approve), this page and the tables beside it "
    "may leave, together and unchanged. Nothing from the folder restricted may."
)
_REVIEW = (
    "Have a sample of records reviewed (link review sample): nothing else tells which group is "
    "missed."
)
_WHERE = (
    "See in chapter 3 where matches of {} are lost; link what-if tries another threshold or fewer "
    "rules without changing anything."
)
_WEIGHTS = (
    "Use the weights of chapter 7 in analyses of linked records, and report naive and corrected "
    "estimates side by side."
)


def answer_sections(
    lookup: Lookup, verdicts: Sequence[Verdict], *, internal: bool = False
) -> tuple[Section, ...]:
    """Return the five questions with their answers; each opens with the answer in a few words."""
    answers = (
        ("use", "Can I use these links for this purpose, for every group?", _use(lookup, verdicts)),
        ("measured", "Was it measured?", _measured(lookup)),
        ("missed", "Which group is missed most, and by how much?", _missed(lookup)),
        ("publish", "May I publish this?", _internal() if internal else _release(lookup)),
        ("change", "What should I change?", _change(lookup)),
    )
    return tuple(
        Section(f"answer-{key}", question, (Part(paragraphs=tuple(answer)),))
        for key, question, answer in answers
    )


def _use(lookup: Lookup, verdicts: Sequence[Verdict]) -> Iterator[str]:
    worse = _missed_more(lookup)
    if any(each.fails for each in verdicts):
        yield "Not as they stand: a quality gate of the run failed"
        yield _GATE
    elif not measured_rates(lookup):
        yield "Not known, for any group"
        yield _NOT_KNOWN
    elif worse:
        yield "Not for every group alike"
        named = listed([_name(lookup, row) for row in worse[:_MOST_NAMED]])
        more = len(worse) - _MOST_NAMED
        yield (
            f"Matches are missed more often for {named}{f' and {more} more' if more > 0 else ''}. "
            "Comparisons that rest on these groups need the corrections of chapter 7. "
            f"{_PURPOSE}"
        )
    elif any(unmeasured_pairs(lookup, each) for each in (measures.PRECISION, measures.RECALL)):
        yield "Known in part"
        yield f"What was not measured is listed below. {_PURPOSE}"
    elif not measured_by_group(lookup):
        yield _OVERALL_ONLY
        yield f"Whether groups differ in error was not measured. {_PURPOSE}"
    else:
        room = _room_for_a_gap(lookup)
        yield _NOT_PROVEN if room else "Yes: no group was found to be missed materially more"
        yield f"No group was found whose matches are missed more often. {room}{_PURPOSE}"


def _room_for_a_gap(lookup: Lookup) -> str:
    """Say of how many groups no gap was found and none ruled out; nothing where there are none."""
    gaps = lookup.by_method(*measures.MEASURED).uncrossed().of(measures.RECALL_GAP)
    open_ = [row for row in _recall_gaps(lookup) if row.finding != measures.NO_MATERIAL_GAP]
    hidden = [row for row in gaps if row.status == "suppressed"]
    said = [
        *([f"the intervals of {len(open_)} leave room for a gap"] if open_ else []),
        *([f"{len(hidden)} are suppressed"] if hidden else []),
    ]
    return f"That is no proof for every group: {listed(said)}. " if said else ""


def _measured(lookup: Lookup) -> Iterator[str]:
    yield warning_title(lookup)
    said = warning(lookup)
    yield from said[:_MOST_LINES]
    if len(said) > _MOST_LINES:
        yield "Chapter 2 has the rest."


def _missed(lookup: Lookup) -> Iterator[str]:
    gaps = _recall_gaps(lookup)
    worse = _missed_more(lookup)
    if worse:
        yield sentence(f"{_name(lookup, worse[0])}: measured").rstrip(".")
        yield _found(lookup, worse[0])
    elif gaps:
        yield "No group stands out from chance: measured"
        yield "Chapter 3 has the interval of each group's gap."
    else:
        yield from _linked_least(lookup)


def _found(lookup: Lookup, gap: Estimate) -> str:
    """Return the share of a group's matches that was found, and how far it lies below."""
    by_method = lookup.by_method(gap.method)
    rate = by_method.of_group(measures.RECALL, gap.source, gap.other, gap.characteristic, gap.group)
    if rate is None or rate.status not in SHOWN:
        return f"Of its matches, {_fewer(gap)} were found."
    if rate.status == "too_few_to_tell":
        return f"Share of its matches that was found: {limits(rate, percent)}; {_fewer(gap)}."
    return f"{with_interval(rate, percent)} of its matches were found: {_fewer(gap)}."


def _linked_least(lookup: Lookup) -> Iterator[str]:
    gaps = [row for row in lookup.uncrossed().of(measures.LINK_RATE_GAP) if _below(row)]
    yield "Not known: nobody measured it"
    if gaps:
        lowest = min(gaps, key=_size)
        rate = lookup.of_group(
            measures.LINK_RATE, lowest.source, lowest.other, lowest.characteristic, lowest.group
        )
        of = f"With a link: {_fewer(lowest)}"
        if rate is not None and rate.status == "ok":
            of = f"{with_interval(rate, percent)} have a link: {_fewer(lowest)}"
        yield f"Linked least: {_name(lookup, lowest)}. {of}."
    yield _MIXED


def _release(lookup: Lookup) -> Iterator[str]:
    held = sum(each.status == "suppressed" for each in lookup.estimates)
    yield "Not before a checker has approved it"
    yield _PUBLISH.format(held=count(held).text, every=count(len(lookup.estimates)).text)


def _internal() -> Iterator[str]:
    yield "No: this page must not leave"
    yield (
        "It holds exact figures of few people that did not pass disclosure control. What may be "
        "published, once approved, is the report in the folder for_release."
    )


def _change(lookup: Lookup) -> Iterator[str]:
    worse = _missed_more(lookup)
    found = [*_stage(lookup, worse[:1])] or [_WHERE.format(_name(lookup, row)) for row in worse[:1]]
    if not _recall_gaps(lookup):
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
        if stage in ACTIONS:
            yield f"{ACTIONS[stage]}: {_name(lookup, row)} loses most matches there ({stage})."


def _recall_gaps(lookup: Lookup) -> list[Estimate]:
    """Return the measured gaps in recall of every group of one characteristic, if shown."""
    found = lookup.by_method(*measures.MEASURED).uncrossed().of(measures.RECALL_GAP)
    return [row for row in found if row.status in SHOWN]


def _missed_more(lookup: Lookup) -> list[Estimate]:
    """Return the groups whose matches were found less often, the largest gap first."""
    return sorted((row for row in _recall_gaps(lookup) if _below(row)), key=_size)


def _below(row: Estimate) -> bool:
    return row.finding == measures.LOWER and row.status in SHOWN and row.estimate is not None


def _size(row: Estimate) -> tuple[float, str, str]:
    """Rank a gap by the limit nearer zero: chance alone gives small groups the largest figures."""
    return row.upper or 0.0, row.characteristic or "", row.group or ""


def _fewer(gap: Estimate) -> str:
    """Return how far a group lies below its reference, with the limits of the difference."""
    reference = group_label(gap.reference or "the reference group")
    figure = "fewer"
    if gap.status == "ok" and gap.estimate is not None:
        figure = f"{points(abs(gap.estimate)).text.lstrip('+')} points fewer"
    return f"{figure} than of {reference} (difference, {limits(gap, points)})"


def _name(lookup: Lookup, row: Estimate) -> str:
    label = lookup.characteristic_label(row.characteristic or "")
    if row.group == UNKNOWN:
        return f"records of which the {label} is not known"
    return f"{row_label(row)} ({label})"
