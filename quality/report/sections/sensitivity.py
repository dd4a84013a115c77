"""How far the figures hang on the threshold, and on the model: other choices beside the run's."""

from collections.abc import Iterator, Sequence

from quality import measures
from quality.estimate import Estimate
from quality.report.inputs import Decision
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import NOT_AVAILABLE, Cell, percent, probability, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    assumptions_part,
    base_cell,
    figure_cell,
    with_limits,
)
from quality.report.sections.headline import with_interval
from quality.report.sections.losses import count_cell
from quality.report.wording import METHODS, METHODS_MEAN, listed, sentence, title
from quality.sensitivity.tried import applies, moved

_MEANING = (
    "The run was decided anew with the odds of the threshold a tenth, a hundredth, ten times and a "
    "hundred times what they are. Where rates hardly move, the choice of the threshold hardly "
    "matters; where one group's rate moves more than others', the threshold decides for that group."
)
_NO_THRESHOLD = (
    "Other thresholds were not tried: entities of several sources, duplicates, and groups with "
    "thresholds of their own do not hang on one threshold alone. Another threshold needs a run of "
    "its own."
)
_NOTHING = "The run left nothing to decide anew from, so that no other threshold was tried."
_HIDDEN = (
    "Most figures of other thresholds are suppressed [c]: the decision would change on too few "
    "records to be shown, or the figures would give such a number away. That does not say that "
    "nothing changes."
)
_LOSSES = (measures.THRESHOLD_LOSS, measures.BLOCKING_LOSS)
_MODELS = (measures.PRECISION, measures.RECALL_IN_BLOCKS, measures.EXPECTED_MATCHES)


def sensitivity_section(lookup: Lookup, decision: Decision | None) -> Section:
    """Return the chapter: other thresholds of all records and by group, then other models."""
    parts = [*_thresholds(lookup, decision), *_models(lookup)]
    if not applies(lookup.config):
        parts.insert(0, Part(paragraphs=(_NO_THRESHOLD,)))
    elif not lookup.of(measures.LINK_RATE_AT):
        parts.insert(0, Part(paragraphs=(_NOTHING,)))
    parts += assumptions_part(lookup.of(measures.LINK_RATE_AT))
    return Section("sensitivity", "Sensitivity to threshold and model", tuple(parts))


def _thresholds(lookup: Lookup, decision: Decision | None) -> Iterator[Part]:
    for source, other in lookup.pairs(measures.LINK_RATE_AT):
        name = f"{lookup.source_label(source)} to {lookup.source_label(other)}"
        yield Part(
            heading=f"{name}: other thresholds",
            paragraphs=tuple(_said(lookup, (source, other))),
            table=_overall(lookup, name, (source, other), decision),
        )
        names = lookup.characteristics(measures.LINK_RATE_AT)
        hidden = [each for each in names if _suppressed(lookup, (source, other), each)]
        for characteristic in (each for each in names if each not in hidden):
            yield _by_group(lookup, name, (source, other), characteristic)
        if hidden:
            by = listed([lookup.characteristic_label(each) for each in hidden])
            text = f"Other thresholds are not shown by {by}: every figure is suppressed."
            yield Part(paragraphs=(text,))


def _said(lookup: Lookup, pair: tuple[str | None, str | None]) -> Iterator[str]:
    """Yield how to read the table; or, where most of it is suppressed, what is known instead."""
    rows = [row for row in lookup.of(measures.LINK_RATE_AT) if row.characteristic is None]
    hidden = [row for row in rows if row.status == "suppressed"]
    yield _HIDDEN if 2 * len(hidden) > len(rows) else _MEANING
    for method in measures.MEASURED:
        found = lookup.by_method(method)
        lost = [
            found.overall(each, *pair) for each in (measures.THRESHOLD_LOSS, measures.BLOCKING_LOSS)
        ]
        threshold, blocking = (row if row and row.status == "ok" else None for row in lost)
        if threshold is not None:
            yield (
                f"Measured by {METHODS[method].lower()}, the threshold loses "
                f"{with_interval(threshold, percent)} of matches"
                + (f", blocking {with_interval(blocking, percent)}" if blocking else "")
                + ". A lower threshold brings back no more than the threshold loses; where a group "
                "loses its matches at blocking, no threshold does."
            )


def _suppressed(lookup: Lookup, pair: tuple[str | None, str | None], characteristic: str) -> bool:
    rows = lookup.by_group(measures.LINK_RATE_AT, *pair, characteristic)
    return all(row.status == "suppressed" for row in rows)


def _overall(
    lookup: Lookup, name: str, pair: tuple[str | None, str | None], decision: Decision | None
) -> Table:
    return Table(
        id=anchor("thresholds", *pair),
        caption=f"{name}: all records under other thresholds",
        detail="Precision and recall are what the model expects (grade C): not measured, and "
        "without an interval. Intervals of link rates cover chance alone.",
        columns=(
            Column("odds", "Odds of the threshold"),
            Column("threshold", "Threshold", numeric=True),
            Column("linked", "Records linked", numeric=True),
            Column("link_rate", "Link rate (interval)"),
            Column("precision", "Expected precision", numeric=True),
            Column("recall", "Expected recall, of pairs compared", numeric=True),
        ),
        rows=tuple(
            _threshold_row(lookup, pair, factor, value, decision) for factor, value in _in_order()
        ),
        notes=("Each record is in one link at most, so that records linked are links too.",)
        if lookup.config.assignment == "one_to_one"
        else ("A record of the focal source is in one link at most.",),
    )


def _in_order() -> list[tuple[str | None, float]]:
    """Return each factor with its name, the run's own threshold among them without one."""
    return sorted([(None, 1.0), *measures.FACTORS.items()], key=lambda each: each[1])


def _threshold_row(
    lookup: Lookup,
    pair: tuple[str | None, str | None],
    factor: str | None,
    value: float,
    decision: Decision | None,
) -> tuple[Cell, ...]:
    threshold = None if decision is None else decision.threshold
    linked = _at(lookup, measures.LINKED_AT, measures.LINKED, factor, pair)
    rate = _at(lookup, measures.LINK_RATE_AT, measures.LINK_RATE, factor, pair)
    model = lookup.by_method(measures.MODEL_NORMALISED)
    expected = [
        _at(model, at, now, factor, pair)
        for at, now in (
            (measures.PRECISION_AT, measures.PRECISION),
            (measures.RECALL_IN_BLOCKS_AT, measures.RECALL_IN_BLOCKS),
        )
    ]
    return (
        words("as in the run" if factor is None else f"{value:g} times"),
        NOT_AVAILABLE if threshold is None else probability(moved(threshold, value)),
        NOT_AVAILABLE if linked is None else count_cell(linked),
        with_limits(rate, percent),
        *(NOT_AVAILABLE if each is None else figure_cell(each, percent) for each in expected),
    )


def _at(
    lookup: Lookup,
    other: str,
    own: str,
    factor: str | None,
    pair: tuple[str | None, str | None],
    characteristic: str | None = None,
    group: str | None = None,
) -> Estimate | None:
    """Return the figure of a place under a threshold: the run's own measure for its own."""
    found = lookup.of(own if factor is None else other)
    place = (factor, *pair, characteristic, group)
    return next(
        (
            row
            for row in found
            if (row.variable, row.source, row.other, row.characteristic, row.group) == place
        ),
        None,
    )


def _by_group(
    lookup: Lookup, name: str, pair: tuple[str | None, str | None], characteristic: str
) -> Part:
    by = lookup.characteristic_label(characteristic)
    rows = lookup.by_group(measures.LINK_RATE, *pair, characteristic)
    low, high = measures.FARTHEST
    return Part(
        heading=f"{name}, by {by}: other thresholds",
        table=Table(
            id=anchor("thresholds", *pair, characteristic),
            caption=f"{name}: link rates under other thresholds, by {by}",
            detail="95% intervals in brackets; they cover chance alone."
            if not rows or rows[0].level is None
            else f"{rows[0].level:.0%} intervals in brackets; they cover chance alone.",
            columns=(
                Column("group", title(by)),
                Column("base", "Records", numeric=True),
                Column("lower", f"{measures.FACTORS[low]:g} times the odds"),
                Column("own", "As in the run"),
                Column("higher", f"{measures.FACTORS[high]:g} times the odds"),
            ),
            rows=tuple(_group_row(lookup, pair, row) for row in rows),
        ),
    )


def _group_row(
    lookup: Lookup, pair: tuple[str | None, str | None], row: Estimate
) -> tuple[Cell, ...]:
    low, high = (
        _at(
            lookup,
            measures.LINK_RATE_AT,
            measures.LINK_RATE,
            factor,
            pair,
            row.characteristic,
            row.group,
        )
        for factor in measures.FARTHEST
    )
    return (
        words(row_label(row)),
        base_cell(row),
        with_limits(low, percent),
        with_limits(row, percent),
        with_limits(high, percent),
    )


def _models(lookup: Lookup) -> Iterator[Part]:
    single = [each for each in measures.MODELLED if each != measures.MODEL_RANGE]
    for source, other in lookup.by_method(*single).pairs(measures.PRECISION):
        rows = [
            (method, [_of_model(lookup, method, each, (source, other)) for each in _MODELS])
            for method in single
        ]
        rows = [(method, found) for method, found in rows if any(found)]
        name = f"{lookup.source_label(source)} to {lookup.source_label(other)}"
        if rows:
            yield Part(
                heading=f"{name}: other models",
                paragraphs=(
                    "Each model reads the same comparisons and assumes something else. That they "
                    "agree does not show that they are right: none sees the matches that blocking "
                    "lost. What was measured stands in chapter 2.",
                ),
                table=_model_table(name, (source, other), rows),
            )


def _model_table(
    name: str,
    pair: tuple[str | None, str | None],
    rows: Sequence[tuple[str, Sequence[Estimate | None]]],
) -> Table:
    return Table(
        id=anchor("models", *pair),
        caption=f"{name}: what each model expects of the run's links",
        detail="Grade C: nothing here was measured, and no interval can be given.",
        columns=(
            Column("model", "Model"),
            Column("precision", "Precision", numeric=True),
            Column("recall", "Recall, of pairs compared", numeric=True),
            Column("matches", "Matches among them", numeric=True),
        ),
        rows=tuple((words(METHODS[method]), *_model_cells(found)) for method, found in rows),
        notes=tuple(sentence(f"{METHODS[m]}: {METHODS_MEAN[m]}") for m, _ in rows),
    )


def _model_cells(found: Sequence[Estimate | None]) -> Iterator[Cell]:
    for measure, row in zip(_MODELS, found, strict=True):
        if row is None:
            yield NOT_AVAILABLE
        elif measure == measures.EXPECTED_MATCHES:
            yield count_cell(row)
        else:
            yield figure_cell(row, percent)


def _of_model(
    lookup: Lookup, method: str, measure: str, pair: tuple[str | None, str | None]
) -> Estimate | None:
    return lookup.by_method(method).overall(measure, *pair)
