"""What to change: in the review, in the linkage for the group missed most, and in what is asked."""

from collections.abc import Iterator

from quality import measures
from quality.estimate import Estimate
from quality.report.lookup import Lookup
from quality.report.measured import SHOWN
from quality.report.numbers import percent
from quality.report.sections.advice import which_field
from quality.report.sections.causes import ACTIONS, STAGES
from quality.report.sections.headline import with_interval
from quality.report.sections.missed import (
    likely_missed,
    missed_more,
    name,
    name_first,
    recall_gaps,
    unproven,
)
from quality.report.sections.more_review import more_review

_REVIEW = (
    "Have a sample of records reviewed (link review sample): nothing else tells which group is "
    "missed."
)
_WHERE = (
    "See in chapter 3 where matches of {} are lost; link what-if tries another threshold or fewer "
    "rules without changing anything."
)
_NO_GATE = (
    "Set a gate on precision and recall (quality.gates): without one, a run passes however many "
    "links are wrong."
)
_FEW = (
    "At which stage matches of {group} are lost rests on fewer than {few} people who were seen "
    "lost: too few to change the linkage for."
)
_WEIGHTS = "In analyses of linked records, use the weights of chapter 7."


def change_answer(lookup: Lookup, *, limited: bool) -> Iterator[str]:
    """Yield what to change, the first thing first; ``limited`` where gates judge error rates."""
    found = [*_of_linkage(lookup)]
    if not recall_gaps(lookup):
        found.insert(0, _REVIEW)
    elif not missed_more(lookup) and unproven(lookup):
        found[:0] = more_review(lookup)
    if not limited and recall_gaps(lookup):
        found.append(_NO_GATE)
    if lookup.of(measures.EFFECTIVE_SIZE):
        found.append(_WEIGHTS)
    yield found[0] if found else "Nothing that this run shows"
    yield from found[1:]


def worst(lookup: Lookup) -> list[Estimate]:
    """Return the gap of the group missed most: as told apart, else as it only seems."""
    return (missed_more(lookup) or likely_missed(lookup))[:1]


def _of_linkage(lookup: Lookup) -> Iterator[str]:
    """Yield what helps the group that is missed most, by the stage that lost most of it."""
    for row in worst(lookup):
        main = lookup.by_method(row.method).of_group(
            measures.MAIN_LOSS, row.source, row.other, row.characteristic, row.group
        )
        stage = "" if main is None else (main.finding or "").removeprefix(measures.PERHAPS)
        told = bool(missed_more(lookup))
        if main is not None and stage in ACTIONS and not told and _rests_on_few(lookup, main):
            yield _FEW.format(group=name(lookup, row), few=lookup.config.disclosure.threshold)
        elif main is not None and stage in ACTIONS:
            figure = f": {with_interval(main, percent)}" if main.status in SHOWN else ""
            seems = "" if told else " in what was reviewed"
            yield ACTIONS[stage] if told else f"For {name(lookup, row)}: {_small(ACTIONS[stage])}."
            yield (
                f"{name_first(lookup, row)} loses most matches here, at the stage {STAGES[stage]}"
                f"{figure}{seems}. {which_field(lookup, row, stage)}"
            )
        elif told:
            yield _WHERE.format(name(lookup, row))


def _rests_on_few(lookup: Lookup, main: Estimate) -> bool:
    """Say whether a stage was seen to lose fewer people than may be told of by themselves."""
    looked_at = main.n_records if main.n_reviewed is None else main.n_reviewed
    lost = (main.estimate or 0.0) * (looked_at or 0)
    return lost < lookup.config.disclosure.threshold


def _small(action: str) -> str:
    return action[:1].lower() + action[1:]
