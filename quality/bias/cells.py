"""The records of a source counted by all its characteristics together: what models are fitted on.

Records that agree in every characteristic share a cell, so a model of a million records is fitted
on as many rows as there are kinds of people.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pyarrow.compute as pc

from linkage.config.group_names import CROSS, UNKNOWN
from linkage.config.schema import Config
from linkage.model.normalise import Index, Reals
from linkage.runs.workspace import Workspace
from linkage.sql import identifier, literal
from quality import links_made
from quality.bias.references import chosen_references, named_references

MISSING = "missing_identifiers"
"""The factor that says how many identifiers a record lacks, the most of them together."""

_MOST_MISSING = 3
_OF_OTHERS = ("missing_group_", "missing_variable_")
"""Reasons that are of characteristics and variables, not of identifiers."""

_LINKED = """
    SELECT record.*, decided.record_id IS NOT NULL AS counted
    FROM {records} AS record LEFT JOIN ({decided}) AS decided USING (record_id)
"""


def totals(place: Index, values: Reals, size: int) -> Reals:
    """Return the sum of ``values`` (n,) at each place, (size,)."""
    summed: Reals = np.bincount(place, values, minlength=size).astype(np.float64)
    return summed


@dataclass(frozen=True)
class Factor:
    """A characteristic of cells: ``code`` (cells,) says which of ``groups`` each belongs to."""

    name: str
    groups: tuple[str, ...]
    code: Index
    reference: int

    def sums(self, values: Reals) -> Reals:
        """Return the sum of ``values`` (cells,) in each group, (groups,)."""
        return totals(self.code, values, len(self.groups))


@dataclass(frozen=True)
class Cells:
    """Cells of records: (cells,) how many ``n``, and how many of them have what is counted, ``k``.

    Numbers need not be whole where records carry weights.
    """

    factors: tuple[Factor, ...]
    n: Reals
    k: Reals

    def of(self, name: str) -> Factor:
        """Return the factor of a characteristic."""
        return next(factor for factor in self.factors if factor.name == name)


def held_characteristics(config: Config, source: str) -> tuple[str, ...]:
    """Return the characteristics whose values ``source`` itself holds."""
    return tuple(name for name, group in config.groups.items() if group.source == source)


def linked_cells(workspace: Workspace, config: Config, source: str, other: str) -> Cells:
    """Count the records of ``source``, and those linked to ``other``, by its characteristics.

    The last factor is how many identifiers a record lacks, see :data:`MISSING`.
    """
    relation = _LINKED.format(
        records=workspace.view(f"records_{source}"),
        decided=links_made.linked_records(workspace, config),
    )
    labels = labels_of(workspace, config, source)
    parameters = {"source": source, "other": other}
    return count_cells(workspace.connection, relation, labels, config, parameters)


def labels_of(workspace: Workspace, config: Config, source: str) -> dict[str, str]:
    """Return the SQL expressions of a record's groups, by characteristic, then :data:`MISSING`.

    A record whose group is missing belongs to the group :data:`UNKNOWN`.
    """
    labels = {
        name: f"coalesce({identifier(f'group_{name}')}, {literal(UNKNOWN)})"
        for name in held_characteristics(config, source)
    }
    described = workspace.connection.execute(
        f"DESCRIBE {workspace.view(f'records_{source}')}"
    ).fetchall()
    lacking = [
        f"({identifier(name)} IS NOT NULL)::INTEGER"
        for name, *_ in described
        if name.startswith("missing_") and not name.startswith(_OF_OTHERS)
    ]
    if labels and lacking:
        labels[MISSING] = f"least({' + '.join(lacking)}, {_MOST_MISSING})::VARCHAR"
    return labels


def count_cells(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    named: Mapping[str, str],
    config: Config,
    parameters: Mapping[str, object] | None = None,
) -> Cells:
    """Count the rows of ``relation``, and those whose ``counted`` is true, by groups.

    Parameters
    ----------
    relation
        A query with a column ``counted`` and what the expressions read.
    named
        The SQL expression of a row's group, by characteristic.
    parameters
        Values bound in ``relation``.
    """
    labels = ", ".join(f"{label} AS label_{at}" for at, label in enumerate(named.values()))
    table = connection.sql(
        f"SELECT {labels}, count(*) AS n, count(*) FILTER (WHERE counted) AS k "  # noqa: S608 - quoted
        f"FROM ({relation}) GROUP BY ALL ORDER BY ALL",
        params=dict(parameters or {}),
    ).to_arrow_table()
    n, k = (table[name].to_numpy().astype(np.float64) for name in ("n", "k"))
    values = {name: table[f"label_{at}"] for at, name in enumerate(named)}
    coded = {name: pc.dictionary_encode(each.combine_chunks()) for name, each in values.items()}
    codes = {
        name: (each.dictionary.to_pylist(), each.indices.to_numpy().astype(np.int64))
        for name, each in coded.items()
    }
    return Cells(factors_of(codes, n, config), n, k)


def factors_of(
    codes: Mapping[str, tuple[Sequence[str], Index]], n: Reals, config: Config
) -> tuple[Factor, ...]:
    """Return characteristics as factors with their groups by name and the reference chosen.

    Parameters
    ----------
    codes
        By characteristic: the names of its groups, and the number of each cell's.
    n
        (cells,) records, which say which group is the largest.
    """
    made = {}
    for name, (groups, code) in codes.items():
        order = np.argsort(groups, kind="stable")
        place = np.argsort(order, kind="stable")
        made[name] = tuple(str(groups[at]) for at in order), place[code]
    sizes = {
        name: dict(zip(groups, np.bincount(code, n, len(groups)).tolist(), strict=True))
        for name, (groups, code) in made.items()
    }
    reference = chosen_references(sizes, _named(config))
    return tuple(
        Factor(name, groups, code, groups.index(reference.get(name, groups[0])))
        for name, (groups, code) in made.items()
    )


def with_references(cells: Cells, sizes: Mapping[str, Mapping[str, int]], config: Config) -> Cells:
    """Return the cells with the references that hold for the whole source.

    Parameters
    ----------
    sizes
        By characteristic: how many records of the source each group has. A reference of which the
        cells hold nothing gives way to their own.
    """
    chosen = chosen_references(sizes, _named(config))
    return replace(
        cells,
        factors=tuple(
            replace(factor, reference=factor.groups.index(chosen[factor.name]))
            if chosen.get(factor.name) in factor.groups
            else factor
            for factor in cells.factors
        ),
    )


def collapsed(cells: Cells, names: Sequence[str]) -> Cells:
    """Return the cells of some of the characteristics: records of the others are put together."""
    kept = [cells.of(name) for name in names]
    first, place = crossed(kept, len(cells.n))
    return Cells(
        tuple(replace(factor, code=factor.code[first]) for factor in kept),
        totals(place, cells.n, len(first)),
        totals(place, cells.k, len(first)),
    )


def crossed(factors: Sequence[Factor], n_cells: int) -> tuple[Index, Index]:
    """Return a cell of each kind that factors tell apart, (kinds,), and each cell's kind, (cells,).

    Kinds are numbered in the order of the factors' groups, the first factor's foremost.
    """
    place, size = np.zeros(n_cells, dtype=np.int64), 1
    for factor in factors:
        if size * len(factor.groups) >= 2**62:
            found, place = np.unique(place, return_inverse=True)
            size = len(found)
        place, size = place * len(factor.groups) + factor.code, size * len(factor.groups)
    _, first, kind = np.unique(place, return_index=True, return_inverse=True)
    return first.astype(np.int64), kind.astype(np.int64)


def cell_names(cells: Cells) -> list[str]:
    """Return the name of each cell as tables have it: its groups, crossed."""
    groups = [[factor.groups[code] for code in factor.code] for factor in cells.factors]
    return [CROSS.join(each) for each in zip(*groups, strict=True)]


def _named(config: Config) -> dict[str, str]:
    own = {name: group.reference for name, group in config.groups.items()}
    return named_references(own, (), config.quality.reference)
