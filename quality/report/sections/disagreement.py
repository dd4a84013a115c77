"""Where sources disagree about people's groups: how often, and what each rule makes of it."""

from collections.abc import Iterator

from quality import measures
from quality.disagreement.rules import RULES, own_word_stands
from quality.disagreement.words import held_by_several
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    Writer,
    assumptions_part,
    base_cell,
    figure_cell,
    interval_words,
    limit_cells,
    quality_cells,
)
from quality.report.wording import group_label, listed, plain, title

_MEANING = (
    "Some characteristics are held by more than one source. Of linked records it can be seen "
    "whether the sources say the same. Where they do not, one of them errs, or the person's answer "
    "has changed, or the link is false: among sure links few are false."
)
_NONE = "No characteristic of this run is held by more than one of the linked sources."
_RULES = {
    "source_order": "the first source that knows",
    "latest": "the latest source that knows",
    "most_frequent": "what most records of the person say",
    "self_report_first": "what the person said, before what others said",
}
_ALSO = {measures.GROUP_KAPPA: ": kappa"}
_REMOVED = ", false links taken out"


def disagreement_section(lookup: Lookup) -> Section:
    """Return agreement between sources on each characteristic, and the results of each rule."""
    names = [name for name in held_by_several(lookup.config) if _rows(lookup, name)]
    parts = [part for name in names for part in _characteristic(lookup, name)]
    if parts:
        rows = [each for measure in measures.DISAGREEMENT for each in lookup.of(measure)]
        parts = [Part(paragraphs=(_MEANING,)), *parts, *assumptions_part(rows)]
    return Section(
        "disagreement",
        "Where sources disagree about a person",
        tuple(parts or [Part(paragraphs=(_NONE,))]),
    )


def _characteristic(lookup: Lookup, name: str) -> Iterator[Part]:
    label = lookup.characteristic_label(name)
    agreement = [
        *_of(lookup, measures.GROUP_AGREEMENT, name),
        *_of(lookup, measures.GROUP_KAPPA, name),
    ]
    for other in dict.fromkeys(each.other for each in agreement):
        rows = [each for each in agreement if each.other == other]
        sources = listed([lookup.source_label(rows[0].source), lookup.source_label(other)])
        yield Part(
            heading=f"{title(label)}: what {sources} say",
            table=_agreement(lookup, name, f"{title(label)}: agreement of {sources}", rows),
        )
    yield Part(
        heading=f"{title(label)}: whose word counts",
        paragraphs=tuple(_said(lookup, name)),
        table=_by_rule(lookup, name, label),
    )


def _agreement(lookup: Lookup, name: str, caption: str, rows: list[Estimate]) -> Table:
    sure = {(e.measure, e.group): e for e in rows if e.stage == measures.SURE_LINKS}
    of_all = [each for each in rows if each.stage == measures.DECIDE]
    place = lookup.group_places(name, (each.group for each in of_all if each.group is not None))
    of_all.sort(key=lambda each: (place.get(each.group or "", -1), each.measure, _removed(each)))
    first = rows[0]
    return Table(
        id=anchor("agreement", first.source, first.other, name),
        caption=caption,
        detail=interval_words(rows),
        columns=(
            Column("group", f"Group in {lookup.source_label(first.source)}"),
            BASE,
            Column("agreement", "Agreement", numeric=True),
            *LIMITS,
            Column("sure", "Of sure links", numeric=True),
            *QUALITY,
        ),
        rows=tuple(_agreement_row(each, sure.get((each.measure, each.group))) for each in of_all),
        notes=(
            "Agreement: the share of linked records of the group that have the same group in the "
            "other source. Kappa: 0 if the sources agree no more than by chance, 1 if always. "
            "Sure links: those of a probability of 0.99 at least. The base is all records of the "
            "group. Figures are shown to steps of as many people as the disclosure threshold.",
        ),
    )


def _agreement_row(each: Estimate, sure: Estimate | None) -> tuple[Cell, ...]:
    write = _kappa if each.measure == measures.GROUP_KAPPA else percent
    label = f"{row_label(each)}{_ALSO.get(each.measure, '')}{_REMOVED if _removed(each) else ''}"
    return (
        words(label),
        base_cell(each),
        figure_cell(each, write),
        *limit_cells(each, write),
        NOT_AVAILABLE if _removed(each) else _share(sure, write),
        *quality_cells(each),
    )


def _removed(each: Estimate) -> bool:
    return each.method == measures.FALSE_LINKS_REMOVED


def _kappa(value: float) -> Cell:
    return Cell(f"{value:.2f}", round(value, 2))


def _said(lookup: Lookup, name: str) -> Iterator[str]:
    """Yield in words what the rules change, and why no link rate is shown by them."""
    config = lookup.config
    chosen = config.groups[name].rule
    yield f"The rule of this run is {plain(chosen)}: {_RULES[chosen]} has the word."
    still = [plain(rule) for rule in RULES if own_word_stands(config, name, rule)]
    focal = lookup.source_label(config.focal)
    if still:
        yield (
            f"By {listed(still)} every group that {focal} knows stands, and only unknown ones are "
            "filled."
        )
    for each in _of(lookup, measures.GROUP_CHANGED_SHARE, name):
        if each.group is None and each.stage is not None and each.status != "suppressed":
            yield f"By {plain(each.stage)}, {_with_limits(each)} of linked records change group."
    for each in _of(lookup, measures.GROUP_FILLED_SHARE, name):
        if each.status != "suppressed":
            yield f"{_with_limits(each)} of linked records have a group by another source alone."
    yield (
        "Link rates and recall in this report are by the group that the focal source holds, "
        "whatever the rule. By a rule that takes another source's word they are not identified: "
        "only linked records can gain or change a group by it, so a group that gains would seem to "
        "link better for no other reason."
    )


def _with_limits(each: Estimate, write: Writer = percent) -> str:
    figure, *limits = (
        "[x]" if value is None else write(value).text
        for value in (each.estimate, each.lower, each.upper)
    )
    return f"{figure} ({' to '.join(limits)})"


def _by_rule(lookup: Lookup, name: str, label: str) -> Table | None:
    rows = _of(lookup, measures.LINKED_GROUP_SHARE, name)
    if not rows:
        return None
    standing = [rule for rule in RULES if own_word_stands(lookup.config, name, rule)]
    alike = standing[1:]  # their results are those of the first of them
    rules = [rule for rule in RULES if rule not in alike]
    stages = (measures.OWN_WORD, *rules)
    place = lookup.group_places(name, (each.group or "" for each in rows))
    found = {(each.group, each.stage): each for each in rows}
    focal = lookup.source_label(rows[0].source)
    return Table(
        id=anchor("by-rule", name),
        caption=f"{title(label)} of the linked records of {focal}, by each rule",
        detail=f"Shares of the linked records. {interval_words(rows)}",
        columns=(
            Column("group", title(label)),
            Column("own_word", f"By {focal} itself", numeric=True),
            *(Column(rule, title(rule), numeric=True) for rule in rules),
        ),
        rows=tuple(
            (
                words(group_label(group)),
                *(_share(found.get((group, stage))) for stage in stages),
            )
            for group in sorted(place, key=lambda group: place[group])
        ),
        notes=tuple(f"{title(rule)}: as {plain(standing[0])}." for rule in alike),
    )


def _share(each: Estimate | None, write: Writer = percent) -> Cell:
    if each is None:
        return NOT_AVAILABLE
    if each.estimate is None or each.status != "ok":
        return figure_cell(each, write)
    return Cell(_with_limits(each, write), write(each.estimate).value)


def _rows(lookup: Lookup, name: str) -> list[Estimate]:
    return [each for measure in measures.DISAGREEMENT for each in _of(lookup, measure, name)]


def _of(lookup: Lookup, measure: str, name: str) -> list[Estimate]:
    """Return the rows on a characteristic: it is their variable, of groups and of all records."""
    return [each for each in lookup.of(measure) if name in {each.variable, each.characteristic}]
