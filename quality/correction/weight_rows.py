"""Weights of linked records, exported for analysts, and what they cost in effective numbers."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pyarrow as pa

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.tables import LINKAGE_WEIGHTS
from quality import measures
from quality.bias.cells import Factor
from quality.correction.weights import MISSING, Weighting, linked_weights, weighting
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.grades import grade_of

_RANDOM_WITHIN = (
    "who is linked depends on the characteristics and on how many identifiers are missing, and is "
    "chance beyond these"
)
_TOTALS = (
    "raked to the focal source's own totals by each characteristic; a group without a linked "
    "record is left to the others"
)
_MISSED = 0.001
"""A total that is missed by more is said."""


def linkage_weights(workspace: Workspace, config: Config, _drawn: Drawn) -> Iterator[Estimate]:
    """Write the table ``linkage_weights``, and yield what the weights come to.

    Towards every other source: the effective number of linked records, the sum of weights (to be
    held against the number of records), by group; and the share of weights that were cut.
    """
    schema = pa.schema(LINKAGE_WEIGHTS.columns.items())
    tables: list[pa.Table] = [schema.empty_table()]
    rows: list[Estimate] = []
    others = [name for name in config.sources if name != config.focal]
    for other in others if config.linkage.type != "deduplicate" else ():
        found = weighting(workspace, config, other)
        if found is not None:
            table = linked_weights(workspace, found)
            tables.append(_table(table, config, other, schema))
            rows += weight_rows(found, config.focal, other)
    workspace.write(LINKAGE_WEIGHTS.name, pa.concat_tables(tables))
    yield from rows


def _table(weights: pa.Table, config: Config, other: str, schema: pa.Schema) -> pa.Table:
    n = weights.num_rows
    surveyed = config.sources[config.focal].weight is not None
    columns = {
        "source": pa.array([config.focal] * n, pa.string()),
        "other": pa.array([other] * n, pa.string()),
        "record_id": weights["record_id"],
        "weight": weights["weight"],
        "survey_weight": weights["survey"] if surveyed else pa.nulls(n, pa.float64()),
    }
    return pa.table(columns, schema)


def weight_rows(found: Weighting, source: str, other: str) -> Iterator[Estimate]:
    """Yield what the weights towards another source come to."""
    assumptions = [_RANDOM_WITHIN, _TOTALS]
    if found.missed > _MISSED:
        said = f"the totals contradict each other: one is missed by {found.missed:.1%}"
        assumptions.append(said)
    row = Estimate(
        measure=measures.WEIGHT_TRIMMED_SHARE,
        method=measures.INVERSE_PROBABILITY,
        source=source,
        other=other,
        stage=measures.DECIDE,
        estimate=found.trimmed,
        grade=grade_of(measures.INVERSE_PROBABILITY),
        n_records=round(float(found.records.sum())),
        status="ok",
        assumptions=tuple(assumptions),
    )
    yield row
    everyone = Factor("", ("",), np.zeros(len(found.n), dtype=np.int64), 0)
    for factor in (everyone, *(each for each in found.factors if each.name != MISSING)):
        yield from _of_factor(found, factor, row)


def _of_factor(found: Weighting, factor: Factor, row: Estimate) -> Iterator[Estimate]:
    effective = found.effective(factor.code, len(factor.groups))
    total = factor.sums(found.k * found.weight)
    records = factor.sums(found.records)
    for at, group in enumerate(factor.groups):
        for measure, values in (
            (measures.EFFECTIVE_SIZE, effective),
            (measures.WEIGHTED_TOTAL, total),
        ):
            yield replace(
                row,
                measure=measure,
                characteristic=factor.name or None,
                group=group or None,
                estimate=float(values[at]),
                n_records=round(float(records[at])),
            )
