"""Effect on estimates: each analysis by every method, and the weights to use."""

from collections.abc import Iterator, Sequence

from linkage.config.schema import Analysis
from quality import measures
from quality.correction.methods import METHODS
from quality.estimate import Estimate
from quality.report.lookup import Lookup, row_label
from quality.report.numbers import MINUS, NOT_AVAILABLE, Cell, count, percent, words
from quality.report.page import Column, Part, Section, Table, anchor
from quality.report.sections.estimate_cells import (
    BASE,
    LIMITS,
    QUALITY,
    base_cell,
    figure_cell,
    limit_cells,
    quality_cells,
    told,
    untold,
)
from quality.report.sections.inside import bound_parts
from quality.report.wording import listed, plain, sentence, title

NAMES = {
    measures.NAIVE: "Naive",
    measures.WEIGHTED: "Weighted",
    measures.FALSE_LINK_CORRECTED: "Corrected for false links",
    measures.OUTCOME_INFORMED: "Imputed by the outcome",
    measures.LINKAGE_DRAWS: "Drawn without the outcome (worse)",
}
"""What the methods are called in a cell."""

_COVER = (
    "Those of naive and weighted estimates cover chance in sampling alone; corrected ones cover "
    "what is not known of the precision too; those over links, which links were drawn."
)
_MEANING = (
    "Links are not all right, and not everyone is linked. Each estimate stands here as it comes "
    "out of the links as they are (naive), and by methods that each take one of these away. The "
    "shift is what a method changes, in the estimate's own units and in standard errors of the "
    "naive estimate. No method takes away what its assumptions say it cannot."
)
_WEIGHTS = (
    "Every linked record has a weight, by which linked records have the make-up of all: the column "
    "weight of restricted/linkage_weights.parquet in the run's folder. It holds the survey weight "
    "already, where the source has one. The file is about single people and is not for release. "
    "The effective size is how many records of equal weight would tell as much."
)
_NOT_PUT_RIGHT = (
    "Weights put right who is linked as far as characteristics and missing identifiers tell. Not "
    "put right: how linked people differ from others inside a group; false links; people whom no "
    "source holds; and groups without a single link."
)
_NO_ANALYSIS = (
    "No estimate was examined: the configuration names no analysis under analyses, so what the "
    "links do to the statistics they are for is not known."
)


def corrections_section(lookup: Lookup) -> Section:
    """Return what linkage error does to the analyses of the run, and its weights."""
    parts = []
    if lookup.of(measures.ANALYSIS_ESTIMATE):
        parts.append(Part(paragraphs=(_MEANING,)))
        parts += [part for each in lookup.config.analyses for part in _analysis(lookup, each)]
        parts.append(_assumed(lookup.of(measures.ANALYSIS_ESTIMATE)))
    elif lookup.of(measures.EFFECTIVE_SIZE):
        parts.append(Part(paragraphs=(_NO_ANALYSIS,)))
    parts += bound_parts(lookup)
    if lookup.of(measures.EFFECTIVE_SIZE):
        parts += _weights(lookup)
    if not parts:
        nothing = "No analysis was named in this run, and no record has a weight."
        parts.append(Part(paragraphs=(nothing,)))
    return Section("corrections", heading(lookup), tuple(parts))


def heading(lookup: Lookup) -> str:
    """Return what the chapter holds: no effect on estimates where none was examined."""
    if lookup.of(measures.ANALYSIS_ESTIMATE):
        return "Effect on estimates, and weights to use"
    return "Weights to use (no estimate was examined)"


def _analysis(lookup: Lookup, analysis: Analysis) -> Iterator[Part]:
    rows = [each for each in lookup.of(measures.ANALYSIS_ESTIMATE) if _is_of(each, analysis)]
    shown = [each for each in rows if each.method != measures.NO_METHOD]
    refused = [each for each in rows if each.method == measures.NO_METHOD]
    heading = f"{title(analysis.name)}: {_formula(analysis)}"
    if shown and all(each.status == "suppressed" for each in shown):
        text = "Suppressed [c] for all records and groups."
        yield Part(heading=heading, paragraphs=(text,))
    elif shown:
        ordered = _ordered(lookup, analysis, shown)
        yield Part(
            heading=heading,
            table=_table(lookup, analysis, ordered),
        )
    for each in refused:
        method = (each.variable or "").removeprefix(f"{analysis.name}: ")
        why = "; ".join(each.assumptions)
        text = f"{NAMES.get(method, title(method))}: not identified by the data. {sentence(why)}"
        yield Part(paragraphs=(text,))


def _is_of(estimate: Estimate, analysis: Analysis) -> bool:
    return (estimate.variable or "").split(": ")[0] == analysis.name


def _ordered(lookup: Lookup, analysis: Analysis, rows: Sequence[Estimate]) -> list[Estimate]:
    """Return rows figure by figure, groups in the order of their list, methods in that of ours."""
    methods = list(METHODS)
    groups = {each.group for each in rows if each.group is not None}
    place = {} if analysis.by is None else lookup.group_places(analysis.by, groups)
    seen = list(dict.fromkeys(each.variable for each in rows))
    return sorted(
        rows,
        key=lambda each: (
            place.get(each.group or "", -1),
            seen.index(each.variable),
            methods.index(each.method),
        ),
    )


def _formula(analysis: Analysis) -> str:
    outcome = plain(analysis.outcome.column)
    if analysis.kind == "mean":
        return f"mean of {outcome}"
    covariates = listed([plain(each.column) for each in analysis.covariates])
    return f"{analysis.kind} regression of {outcome} on {covariates}"


def _table(lookup: Lookup, analysis: Analysis, rows: Sequence[Estimate]) -> Table:
    what = "Records" if analysis.kind == "mean" else "Coefficient"
    if analysis.kind == "mean" and analysis.by is not None:
        what = title(lookup.characteristic_label(analysis.by))
    level = next((each.level for each in rows if each.level is not None), None)
    shifts = {
        (each.measure, _key(each)): each
        for measure in (measures.ANALYSIS_SHIFT, measures.ANALYSIS_SHIFT_IN_ERRORS)
        for each in lookup.of(measure)
    }
    return Table(
        id=anchor(measures.ANALYSIS_ESTIMATE, analysis.name),
        caption=f"{title(analysis.name)}, {_formula(analysis)}, by method",
        detail="" if level is None else f"{level:.0%} intervals. {_COVER}",
        columns=(
            Column("what", what),
            Column("method", "Method"),
            Column("estimate", "Estimate", numeric=True),
            *LIMITS,
            Column("shift", "Shift", numeric=True),
            Column("shift_in_errors", "Shift in standard errors", numeric=True),
            *QUALITY,
        ),
        rows=tuple(
            (
                words(_of(each, analysis)),
                words(NAMES[each.method]),
                figure_cell(each, figure),
                *limit_cells(each, figure),
                _shift(shifts.get((measures.ANALYSIS_SHIFT, _key(each)))),
                _shift(shifts.get((measures.ANALYSIS_SHIFT_IN_ERRORS, _key(each)))),
                *quality_cells(each),
            )
            for each in rows
        ),
    )


def _key(each: Estimate) -> tuple[str | None, ...]:
    return each.method, each.characteristic, each.group, each.variable


def _of(each: Estimate, analysis: Analysis) -> str:
    if analysis.kind == "mean":
        return row_label(each)
    return (each.variable or "").removeprefix(f"{analysis.name}: ")


def _shift(estimate: Estimate | None) -> Cell:
    return NOT_AVAILABLE if estimate is None else figure_cell(estimate, figure)


def figure(value: float) -> Cell:
    """Return a figure in any unit, as finely as it was released.

    Examples
    --------
    >>> figure(-21928.2).text, figure(0.00012).text
    ('\u221221,928.2', '0.00012')
    """
    text = f"{abs(value):,.10f}".rstrip("0").rstrip(".")
    return Cell(f"{MINUS if value < 0 and text != '0' else ''}{text}", value)


def _assumed(rows: Sequence[Estimate]) -> Part:
    """Return what each method assumes and cannot remove, once."""
    bullets = []
    for method in METHODS:
        of_method = (each for each in rows if each.method == method)
        said = dict.fromkeys(text for each in of_method for text in each.assumptions)
        if said:
            bullets.append(f"{NAMES[method]}: {'; '.join(said)}.")
    return Part(heading="What each method assumes, and so cannot remove", bullets=tuple(bullets))


def _weights(lookup: Lookup) -> Iterator[Part]:
    yield Part(heading="Weights to use", paragraphs=(_WEIGHTS, _NOT_PUT_RIGHT))
    for source, other in lookup.pairs(measures.EFFECTIVE_SIZE):
        of = f"Weights of {lookup.source_label(source)} linked to {lookup.source_label(other)}"
        trimmed = lookup.overall(measures.WEIGHT_TRIMMED_SHARE, source, other)
        overall = lookup.overall(measures.EFFECTIVE_SIZE, source, other)
        if trimmed is not None and trimmed.estimate is not None:
            cut = f"Weights of {percent(trimmed.estimate).text} of the linked records were cut."
            bullets = tuple(sentence(each) for each in trimmed.assumptions)
            yield Part(paragraphs=(cut,), bullets=bullets)
        for characteristic in lookup.characteristics(measures.EFFECTIVE_SIZE):
            rows = lookup.by_group(measures.EFFECTIVE_SIZE, source, other, characteristic)
            label = lookup.characteristic_label(characteristic)
            shown = rows if overall is None else (overall, *rows)
            if rows:
                yield Part(table=_weight_table(f"{of}, by {label}", title(label), shown))


def _weight_table(name: str, label: str, rows: Sequence[Estimate]) -> Table:
    last = rows[-1]
    return Table(
        id=anchor(last.measure, last.source, last.other, last.characteristic),
        caption=name,
        detail="The weights of each group add up to its records, or to their survey weights. An "
        "effective size is worked out, not estimated: there is no interval.",
        columns=(
            Column("group", label),
            BASE,
            Column("effective_size", "Effective size", numeric=True),
            *QUALITY,
        ),
        rows=tuple(
            (
                words(row_label(each)),
                base_cell(each),
                figure_cell(each, count),
                *quality_cells(each),
            )
            for each in told(rows)
        ),
        notes=untold(row_label(each) for each in rows if each.status == "suppressed"),
    )
