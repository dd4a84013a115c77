"""What is imputed: characteristics of the focal source, and variables of analyses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.characteristics.missing import IMPUTABLE
from linkage.config.schema import AnalysisVariable, Config
from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from linkage.runs.workspace import Workspace
from linkage.sql import identifier
from quality.missingness.chained import Column

STRUCTURAL = "does_not_apply"


@dataclass(frozen=True)
class Variable:
    """A variable of every record of a source, (N,) from record number ``first`` on.

    ``values`` are numbers, or numbers of ``names``: ``drawn`` values first, then reasons that are
    answers of a kind. ``missing`` ones are imputed; ``outside`` ones count in no result.
    """

    name: str
    source: str
    first: int
    values: Reals
    missing: Flags
    outside: Flags
    names: tuple[str, ...] | None = None
    drawn: int | None = None

    @property
    def sizes(self) -> Mapping[str, int]:
        """How many records each value has that is known, by its name."""
        code = self.values[~self.missing & ~self.outside].astype(np.int64)
        counts = np.bincount(code, minlength=len(self.names or ()))
        return dict(zip((self.names or ())[: self.drawn], counts.tolist(), strict=False))

    def column(self, record: Index) -> Column:
        """Return the values of records by number (rows,); -1 for no record: missing."""
        none = record < 0
        at = np.where(none, 0, record - self.first)
        values = np.where(none, 0.0, self.values[at])
        sizes = (None, None) if self.names is None else (len(self.names), self.drawn)
        return Column(self.name, values, none | self.missing[at], *sizes)

    def counts(self, record: Index) -> Flags:
        """Say of which records by number (rows,) the value counts; no record counts as imputed."""
        none = record < 0
        counted: Flags = none | ~self.outside[np.where(none, 0, record - self.first)]
        return counted


def characteristics(workspace: Workspace, config: Config) -> list[Variable]:
    """Return the characteristics that the focal source holds, in the order of the configuration."""
    names = [name for name, group in config.groups.items() if group.source == config.focal]
    if not names:
        return []
    wanted = [f"{kind}_{name}" for name in names for kind in ("group", "missing_group")]
    table, first = _read(workspace, config.focal, wanted)
    return [
        _categories(
            name, config.focal, first, table[f"group_{name}"], table[f"missing_group_{name}"]
        )
        for name in names
    ]


def analysed(
    workspace: Workspace, config: Config, wanted: Sequence[AnalysisVariable]
) -> Mapping[tuple[str, str], Variable]:
    """Return variables of analyses, by source and standardised column.

    Where the configuration also reports on a variable's missing values, the reasons for these say
    what may be imputed; elsewhere every missing value may be.
    """
    reasons = {(each.source, each.column) for each in config.missingness.variables}
    made = {}
    for said in wanted:
        why = f"missing_variable_{said.column}"
        columns = [said.standardised, *([why] if (said.source, said.column) in reasons else [])]
        table, first = _read(workspace, said.source, columns)
        values = table[said.standardised]
        reason = table[why] if len(columns) > 1 else pa.nulls(len(table), pa.string())
        make = _numbers if said.kind == "number" else _categories
        if said.kind == "binary":
            values = pc.cast(pc.cast(values, pa.int64()), pa.string())
        made[said.source, said.standardised] = make(said.column, said.source, first, values, reason)
    return made


def _read(workspace: Workspace, source: str, columns: Sequence[str]) -> tuple[pa.Table, int]:
    """Return columns of the records of a source, and the number of its first record."""
    shown = ", ".join(identifier(name) for name in dict.fromkeys(["record", *columns]))
    table = workspace.connection.sql(
        f"SELECT {shown} FROM {workspace.view(f'records_{source}')} ORDER BY record"  # noqa: S608 - quoted
    ).to_arrow_table()
    return table, int(table["record"][0].as_py()) if len(table) else 0


def _kept(values: pa.ChunkedArray, reason: pa.ChunkedArray) -> tuple[Flags, Flags]:
    """Return which values are missing and may be imputed, and which are missing for good."""
    absent = pc.is_null(values).to_numpy(zero_copy_only=False)
    imputable = pc.is_in(reason, pa.array([*sorted(IMPUTABLE), None], pa.string()))
    may = imputable.to_numpy(zero_copy_only=False)
    return absent & may, absent & ~may


def _numbers(
    name: str, source: str, first: int, values: pa.ChunkedArray, reason: pa.ChunkedArray
) -> Variable:
    missing, outside = _kept(values, reason)
    numbers = values.fill_null(0.0).to_numpy()
    # a number that was refused still needs one where it explains others: it is imputed, uncounted
    return Variable(name, source, first, numbers, missing | outside, outside)


def _categories(
    name: str, source: str, first: int, values: pa.ChunkedArray, reason: pa.ChunkedArray
) -> Variable:
    missing, kept = _kept(values, reason)
    found = sorted(value for value in pc.unique(values).to_pylist() if value is not None)
    why = pc.if_else(pa.array(kept), reason, None)
    answers = sorted(value for value in pc.unique(why).to_pylist() if value is not None)
    codes = pc.index_in(values, pa.array(found, pa.string())).fill_null(0).to_numpy()
    others = pc.index_in(why, pa.array(answers, pa.string())).fill_null(0).to_numpy()
    placed = np.where(kept, len(found) + others, codes).astype(np.float64)
    outside = pc.equal(reason, STRUCTURAL).fill_null(False).to_numpy(zero_copy_only=False) & kept
    return Variable(name, source, first, placed, missing, outside, (*found, *answers), len(found))
