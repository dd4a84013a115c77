"""Who lacks a variable more often, all characteristics of a record seen together."""

from collections.abc import Iterator, Sequence

import numpy as np
import pyarrow.compute as pc

from linkage.config.schema import Config, MissingVariable
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from quality import measures
from quality.bias.being_linked import formula, told_apart
from quality.bias.cells import Cells, Factor, factors_of, held_characteristics, labels_of
from quality.bias.logistic import fit
from quality.bias.main_effects import MainEffects
from quality.bias.marginal import marginal_effects
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.missingness.counts import NEVER_MISSING
from quality.proportion import Interval, normal_quantile
from quality.share import status_of

_UNTESTABLE = (
    "the model describes who lacks a value, by what the records show: whether what is missing "
    "differs in ways that they do not show cannot be tested with them"
)
_RECORDS = "records are independent of each other; the make-up of the source is taken as given"


def being_missing(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield the average marginal effect of every group on lacking a variable, by its source.

    *Formula*: the effect of :func:`quality.bias.marginal.marginal_effects`, -+ z standard errors,
    in a logistic model of the main effects of the source's characteristics. One that is made of
    the variable's own column is left out. No p-value: of ten thousand records every test finds
    something.
    """
    del drawn  # every record is counted
    for source in config.sources:
        variables = [each for each in config.missingness.variables if each.source == source]
        if variables and held_characteristics(config, source):
            factors, n, missing = missing_cells(workspace, config, source, variables)
            for variable, k in zip(variables, missing, strict=True):
                yield from missing_by_cells(Cells(factors, n, k), variable, config)


def missing_by_cells(cells: Cells, variable: MissingVariable, config: Config) -> Iterator[Estimate]:
    """Yield the effects of groups on lacking a variable, of cells of the source that holds it."""
    if 0 < cells.k.sum() < cells.n.sum():
        apart = _apart(config, cells.factors, variable)
        yield from _rows(config, variable, apart, cells.k, cells.n)


def missing_cells(
    workspace: Workspace, config: Config, source: str, variables: Sequence[MissingVariable]
) -> tuple[tuple[Factor, ...], Reals, list[Reals]]:
    """Count cells of all characteristics in one pass: records, and those lacking each variable."""
    named = {
        name: label
        for name, label in labels_of(workspace, config, source).items()
        if name in held_characteristics(config, source)
    }
    labels = [f"{label} AS label_{at}" for at, label in enumerate(named.values())]
    counts = [
        "count(*) FILTER (WHERE "
        f"{identifier(f'missing_variable_{each.column}')} <> {literal(NEVER_MISSING)}) AS k_{at}"
        for at, each in enumerate(variables)
    ]
    wanted = ", ".join([*labels, "count(*) AS n", *counts])
    table = workspace.connection.sql(
        f"SELECT {wanted} FROM {workspace.view(f'records_{source}')} GROUP BY ALL ORDER BY ALL"  # noqa: S608 - quoted
    ).to_arrow_table()
    columns = [
        table[name].to_numpy().astype(np.float64) for name in table.column_names[len(named) :]
    ]
    codes = {}
    for at, name in enumerate(named):
        coded = pc.dictionary_encode(table[f"label_{at}"].combine_chunks())
        codes[name] = coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int64)
    return factors_of(codes, columns[0], config), columns[0], columns[1:]


def _apart(
    config: Config, factors: Sequence[Factor], variable: MissingVariable
) -> tuple[Factor, ...]:
    """Return the factors that are not the variable itself, and have two groups or more."""
    own = {name for name, group in config.groups.items() if group.column == variable.column}
    return told_apart([factor for factor in factors if factor.name not in own])


def _rows(
    config: Config,
    variable: MissingVariable,
    factors: tuple[Factor, ...],
    k: Reals,
    n: Reals,
) -> Iterator[Estimate]:
    if not factors:
        return
    level = config.quality.level
    fitted = fit(MainEffects(factors), k, n)
    sizes = {each.name: dict(zip(each.groups, each.sums(n), strict=True)) for each in factors}
    for effect in marginal_effects(fitted, n):
        reach = normal_quantile(level) * effect.standard_error(fitted.covariance)
        value = effect.value
        interval = Interval(value, max(-1.0, value - reach), min(1.0, value + reach), level)
        yield Estimate(
            measure=measures.MISSING_AME,
            method=measures.LOGISTIC,
            source=variable.source,
            characteristic=effect.characteristic,
            group=effect.group,
            variable=variable.column,
            stage=measures.INGEST,
            estimate=value,
            lower=interval.lower,
            upper=interval.upper,
            level=level,
            interval_covers=measures.SAMPLING_ONLY,
            reference=effect.reference,
            grade=grade_of(measures.LOGISTIC),
            n_records=round(float(sizes[effect.characteristic][effect.group])),
            status=status_of(interval, config.quality.material_gap),
            assumptions=(formula("missing", factors), _UNTESTABLE, _RECORDS),
        )
