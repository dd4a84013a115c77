"""The variables of an analysis in both sources, ready for any set of pairs of records."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow.compute as pc

from linkage.config.schema import Analysis, AnalysisVariable, Config
from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality.correction.linked import Linked
from quality.errors.record_groups import RecordGroups, everyone, record_groups
from quality.groupings import Grouping

MOST_CATEGORIES = 50
"""A covariate with more categories is not an analysis that false links can be corrected in."""

CONSTANT = "constant"

OTHERS = "other"
"""Categories that are too rare to be named."""


@dataclass(frozen=True)
class Variable:
    """A variable of every record of a source, by record number from ``first`` on.

    ``values`` (N,) are numbers or numbers of ``categories``, the most frequent of which comes
    first; not a number where it is missing.
    """

    said: AnalysisVariable
    first: int
    values: Reals
    categories: tuple[str, ...] = ()

    def columns(self, record: Index) -> Reals:
        """Return the columns of records that a regression takes, (n, columns)."""
        found = self.values[record - self.first]
        if self.said.kind != "category":
            return found[:, None]
        made: Reals = np.equal.outer(found, np.arange(1, len(self.categories))).astype(float)
        made[np.isnan(found)] = np.nan
        return made

    @property
    def names(self) -> tuple[str, ...]:
        """What each of the columns is called."""
        if self.said.kind != "category":
            return (self.said.column,)
        return tuple(f"{self.said.column} {name}" for name in self.categories[1:])


@dataclass(frozen=True)
class Variables:
    """The outcome, the covariates and the groups of an analysis.

    ``groups`` are those of the focal source's records, which are numbered from ``first`` on. Of the
    columns of a regression those at ``columns`` are taken; all, where it is None.
    """

    analysis: Analysis
    focal: str
    outcome: Variable
    covariates: tuple[Variable, ...]
    groups: RecordGroups
    first: int
    columns: Index | None = None

    @property
    def across(self) -> bool:
        """Whether the outcome stands in one source, and all that explains it in the other."""
        return self.analysis.outcome.source not in self._explaining

    @property
    def within(self) -> bool:
        """Whether all variables stand in one source: no link brings them together."""
        return self._explaining == {self.analysis.outcome.source}

    @property
    def _explaining(self) -> set[str]:
        """The sources of what explains the outcome; of a mean, that of its groups."""
        return {each.said.source for each in self.covariates} or {self.focal}

    def pairs(self, focal: Index, other: Index) -> tuple[Linked, Index]:
        """Return the data of pairs of records (P,), and which of them are complete, (n,).

        The coefficients of a mean are those of the groups; a regression has a constant.
        """
        group = self.groups.group[focal - self.first]
        y = self.outcome.columns(self._side(self.outcome, focal, other))[:, 0]
        blocks = [each.columns(self._side(each, focal, other)) for each in self.covariates]
        if self.analysis.kind == "mean":
            names = tuple(name or "all" for name in self.groups.names)
            x = (group[:, None] == np.arange(len(names))).astype(np.float64)
        else:
            names = (CONSTANT, *(name for each in self.covariates for name in each.names))
            x = np.hstack([np.ones((len(y), 1)), *blocks])
        if self.columns is not None:
            names, x = tuple(names[at] for at in self.columns), x[:, self.columns]
        (complete,) = np.nonzero(np.isfinite(y) & np.isfinite(x).all(axis=1))
        found = Linked(names, x, y, group, self.groups.names, np.ones(len(y)))
        return found.of(complete), complete

    def shown(self, focal: Index, other: Index) -> "Variables":
        """Return the same without columns that are 0 for all these pairs: groups of none."""
        linked, _ = self.pairs(focal, other)
        return replace(self, columns=np.flatnonzero((linked.x != 0).any(axis=0)))

    def are_focal(self, record: Index) -> Flags:
        """Return which record numbers are of the focal source."""
        return (record >= self.first) & (record < self.first + len(self.groups.group))

    def _side(self, variable: Variable, focal: Index, other: Index) -> Index:
        return focal if variable.said.source == self.focal else other


def read_variables(workspace: Workspace, config: Config, analysis: Analysis) -> Variables:
    """Return the variables of an analysis as the records of the run hold them."""
    least = config.disclosure.threshold
    outcome, *covariates = (_variable(workspace, each, least) for each in analysis.variables)
    first, n = _numbers(workspace, config.focal)
    if analysis.by is None:
        groups = everyone(n)
    else:
        (groups,) = record_groups(workspace, config.focal, [Grouping((analysis.by,))])
    return Variables(analysis, config.focal, outcome, tuple(covariates), groups, first)


def _variable(workspace: Workspace, said: AnalysisVariable, least: int) -> Variable:
    """Read a variable; categories of fewer records than ``least`` are one, :data:`OTHERS`."""
    first, _ = _numbers(workspace, said.source)
    column = workspace.connection.sql(
        f"SELECT {identifier(said.standardised)} AS value "  # noqa: S608 - quoted
        f"FROM {workspace.view(f'records_{said.source}')} ORDER BY record"
    ).to_arrow_table()["value"]
    if said.kind != "category":
        return Variable(said, first, column.fill_null(float("nan")).to_numpy())
    coded = pc.dictionary_encode(column.combine_chunks())
    codes = coded.indices.fill_null(-1).to_numpy()
    n = np.bincount(codes[codes >= 0], minlength=len(coded.dictionary))
    named = coded.dictionary.to_pylist()
    names = [name if k >= least else OTHERS for name, k in zip(named, n, strict=True)]
    size: dict[str, int] = {}
    for name, k in zip(names, n.tolist(), strict=True):
        size[name] = size.get(name, 0) + k
    order = sorted(size, key=lambda name: (name == OTHERS, -size[name], name))
    place = np.array([*(order.index(name) for name in names), np.nan])
    return Variable(said, first, place[codes], tuple(order))


def _numbers(workspace: Workspace, source: str) -> tuple[int, int]:
    """Return the first record number of a source, and how many records it has."""
    rows = workspace.connection.sql(
        f"SELECT min(record), count(*) FROM {workspace.view(f'records_{source}')}"  # noqa: S608 - quoted
    ).fetchall()
    ((first, n),) = rows
    return int(first or 0), int(n)


def too_many_categories(variables: Sequence[Variable]) -> Iterator[str]:
    """Yield the covariates that have more than :data:`MOST_CATEGORIES` categories."""
    return (each.said.column for each in variables if len(each.categories) > MOST_CATEGORIES)
