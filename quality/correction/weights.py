"""Weights of the linked records, so that they stand for all records of the focal source."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.config.columns import parts
from linkage.config.group_names import UNKNOWN
from linkage.config.record_names import WEIGHT
from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from quality import links_made
from quality.bias.cells import Factor, factors_of, held_characteristics
from quality.bias.logistic import fit
from quality.bias.main_effects import MainEffects
from quality.correction.raking import Margin, raked

MISSING = "missing_identifiers"
"""The factor that says how many identifiers a record lacks."""

_MOST = 3
"""Records that lack more identifiers are counted with those that lack this many."""

_QUANTILE = 0.99

_RECORDS = """
    CREATE OR REPLACE TEMP TABLE to_weight AS
    SELECT record.record, record.record_id, {labels}, {survey} AS survey,
        decided.record_id IS NOT NULL AS linked
    FROM {records} AS record LEFT JOIN ({decided}) AS decided USING (record_id)
"""

_CELLS = """
    CREATE OR REPLACE TEMP TABLE weighting_cells AS
    SELECT {names}, count(*) AS records, sum(survey) AS n,
        coalesce(sum(survey) FILTER (WHERE linked), 0) AS k,
        coalesce(sum(survey * survey) FILTER (WHERE linked), 0) AS squares
    FROM to_weight GROUP BY {names} ORDER BY ALL
"""

_WEIGHTS = """
    SELECT record, record_id, survey * weight AS weight, survey
    FROM to_weight JOIN weighted_cells USING ({names}) WHERE linked ORDER BY record_id
"""


@dataclass(frozen=True)
class Weighting:
    """Weights by cell: what the survey weight of a linked record is multiplied by, 1 without one.

    Parameters
    ----------
    factors
        The characteristics of the cells, and the number of missing identifiers.
    records
        (cells,) how many.
    n, k, squares
        (cells,) survey weights of records, and of linked ones; squares of the latter.
    weight
        (cells,) 0 where none is linked.
    trimmed
        The share of the linked records whose weight was cut.
    missed
        By which share at most a total of a characteristic is missed.
    """

    factors: tuple[Factor, ...]
    records: Reals
    n: Reals
    k: Reals
    squares: Reals
    weight: Reals
    trimmed: float
    missed: float

    def effective(self, code: Index, n_groups: int) -> Reals:
        """Return Kish's effective number of linked records by group, (groups,).

        *Formula*: (sum of w)^2 / sum of w^2.
        """
        total = np.bincount(code, self.k * self.weight, minlength=n_groups)
        squares = np.bincount(code, self.squares * self.weight**2, minlength=n_groups)
        return np.divide(total**2, squares, out=np.zeros(n_groups), where=squares > 0)


def weighting(workspace: Workspace, config: Config, other: str) -> Weighting | None:
    """Return the weights of the focal records that are linked to ``other``, None with no link.

    *Formula*: w = 1 / rho, with logit rho the main effects of every characteristic and of the
    number of missing identifiers; cut at the 99th percentile of the linked records' weights; then
    raked to the focal source's own totals by each characteristic.
    """
    names = _count(workspace, config, other)
    table = workspace.connection.sql("SELECT * FROM weighting_cells").to_arrow_table()
    n, k, squares = (table[name].to_numpy().astype(float) for name in ("n", "k", "squares"))
    if not k.sum():
        return None
    codes = {}
    for at, name in enumerate(names):
        coded = pc.dictionary_encode(table[f"label_{at}"].combine_chunks())
        codes[name] = coded.dictionary.to_pylist(), coded.indices.to_numpy().astype(np.int64)
    records = table["records"].to_numpy().astype(float)
    found = weighted(factors_of(codes, records, config), n, k, squares)
    return replace(found, records=records)


def weighted(
    factors: Sequence[Factor], n: Reals, k: Reals, squares: Reals | None = None
) -> Weighting:
    """Return the weights of cells with ``n`` records, ``k`` of them linked: see :func:`weighting`.

    With survey weights, these are sums of them, and ``squares`` sums of their squares.
    Raking goes by the characteristics, not by the number of missing identifiers, of which there may
    be kinds that hardly ever link.
    """
    told_apart = tuple(each for each in factors if len(each.groups) > 1)
    chance = np.full(len(n), k.sum() / n.sum())
    if told_apart:
        chance = fit(MainEffects(told_apart), k, n).chance
    weight = np.where(k > 0, 1 / chance, 0.0)
    cut = _quantile(weight, k)
    trimmed = float(k[weight > cut].sum() / k.sum())
    margins = [Margin(each.code, each.sums(n)) for each in told_apart if each.name != MISSING] or [
        Margin(np.zeros(len(n), dtype=np.int64), np.array([n.sum()]))
    ]
    factor, missed = raked(k * np.minimum(weight, cut), margins)
    final = np.minimum(weight, cut) * factor
    squares = k if squares is None else squares
    return Weighting(tuple(factors), n, n, k, squares, final, trimmed, missed)


def linked_weights(workspace: Workspace, found: Weighting) -> pa.Table:
    """Return ``record, record_id, weight, survey`` of every linked record, by identifier.

    Follows :func:`weighting`, whose temporary tables it reads.
    """
    cells = workspace.connection.sql("SELECT * FROM weighting_cells").to_arrow_table()
    names = ", ".join(f"label_{at}" for at in range(len(found.factors)))
    with_weight = cells.append_column("weight", pa.array(found.weight))
    workspace.connection.register("weighted_cells", with_weight)
    table = workspace.connection.sql(_WEIGHTS.format(names=names)).to_arrow_table()
    workspace.connection.unregister("weighted_cells")
    return table


def _count(workspace: Workspace, config: Config, other: str) -> tuple[str, ...]:
    """Count records and linked ones by cell; return what the labels of a cell are of."""
    names = held_characteristics(config, config.focal)
    labels = [
        f"coalesce({identifier(f'group_{name}')}, {literal(UNKNOWN)}) AS label_{at}"
        for at, name in enumerate(names)
    ]
    held = set(workspace.schema(f"records_{config.focal}").names)
    lacking = " + ".join(
        ["0", *(f"({identifier(c)} IS NOT NULL)::INTEGER" for c in _reasons(config) if c in held)]
    )
    labels.append(f"least({lacking}, {_MOST})::VARCHAR AS label_{len(names)}")
    workspace.connection.execute(
        _RECORDS.format(
            labels=", ".join(labels),
            survey=f"record.{WEIGHT}" if config.sources[config.focal].weight else "1.0",
            records=workspace.view(f"records_{config.focal}"),
            decided=links_made.linked_records(workspace, config),
        ),
        {"source": config.focal, "other": other},
    )
    by = ", ".join(f"label_{at}" for at in range(len(labels)))
    workspace.connection.execute(_CELLS.format(names=by))
    return (*names, MISSING)


def _reasons(config: Config) -> Iterator[str]:
    """Yield the columns that say why an identifier of the focal source is missing."""
    for role in config.sources[config.focal].columns:
        yield from (f"missing_{part}" for part in parts(role))


def _quantile(weight: Reals, k: Reals) -> float:
    """Return the weight that all but a hundredth of the linked records do not exceed."""
    order = np.argsort(weight, kind="stable")
    reached = np.cumsum(k[order])
    at = int(np.searchsorted(reached, _QUANTILE * reached[-1]))
    return float(weight[order[min(at, len(order) - 1)]])
