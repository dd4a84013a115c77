"""The sentinel set: reviewed pairs, frozen with their levels, scored anew by every run's model.

The pairs are always the same, so that whatever is said of them otherwise than before is the
model's, or the threshold's, and not the records'. It holds no identifier.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import scipy  # its parts are loaded when they are first used

from linkage.config.linkage_settings import ThresholdByGroup
from quality.drift import SENTINEL
from quality.drift.causes import Cause
from quality.drift.counting import ALL, Cell
from quality.drift.limits import holm
from quality.drift.testing import LEAST_RECORDS, LEVEL

LEAST_CHANGE = 0.01
"""A mean change below this, of a probability or of the share decided wrongly, does not matter."""

_LEAST_FLIPPED = 5
_SCHEMA = pa.schema(
    {
        "match": pa.bool_(),
        "w_tf": pa.float64(),
        "p_then": pa.float64(),
        "linked_then": pa.bool_(),
        "p": pa.float64(),
        "linked": pa.bool_(),
    }
)

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Sentinel:
    """The set as a run scores it: its pairs (n,), and the cells with something found in them."""

    table: pa.Table
    found: Mapping[Cell, tuple[Cause, ...]]


def nobody() -> pa.Table:
    """Return the set of a configuration of which nothing was reviewed yet."""
    return _SCHEMA.empty_table()


def scored_anew(
    table: pa.Table, scoring: Mapping[str, Any], source: str, by_group: ThresholdByGroup | None
) -> Sentinel:
    """Return the set as ``scoring`` has it; nobody, where its comparisons are others.

    Parameters
    ----------
    source
        The focal source, whose groups the set has.
    by_group
        Thresholds that groups have of their own.
    """
    levels = {name for name in table.column_names if name.startswith("gamma_")}
    if not table.num_rows or levels != set(scoring["levels"]):
        return Sentinel(nobody(), {})
    scored = with_scores(table, scoring, by_group)
    return Sentinel(scored, _found(scored, source))


def with_scores(
    table: pa.Table, scoring: Mapping[str, Any], by_group: ThresholdByGroup | None
) -> pa.Table:
    """Return pairs with their match probability, and whether it reaches the threshold."""
    weight = scoring["log2_prior_odds"] + table["w_tf"].to_numpy()
    for name, weights in scoring["levels"].items():
        weight = weight + np.array(weights)[table[name].to_numpy()]  # -1, missing, is the last
    p = 1 / (1 + np.exp2(-np.clip(weight, -1000, 1000)))
    linked = p >= _thresholds(table, scoring["threshold"], by_group)
    kept = table.drop_columns([name for name in ("p", "linked") if name in table.column_names])
    return kept.append_column("p", pa.array(p)).append_column("linked", pa.array(linked))


def followed(table: pa.Table) -> pa.Table:
    """Return pairs for which what is said of them now is what was said then."""
    kept = table.drop_columns([n for n in ("p_then", "linked_then") if n in table.column_names])
    return kept.append_column("p_then", table["p"]).append_column("linked_then", table["linked"])


def _thresholds(table: pa.Table, common: float, by_group: ThresholdByGroup | None) -> Reals:
    if by_group is None or f"group_{by_group.characteristic}" not in table.column_names:
        return np.full(table.num_rows, common)
    groups = table[f"group_{by_group.characteristic}"].to_pylist()
    return np.array([by_group.thresholds.get(group, common) for group in groups])


def _found(table: pa.Table, source: str) -> dict[Cell, tuple[Cause, ...]]:
    """Return what changed for the worse or better, of all pairs and of each group against the rest.

    Among all tests the chance of a false finding is at most :data:`LEVEL` (Holm). A group's is of
    how far its change differs from that of everyone else: a drift of its bias.
    """
    match, then, now = (
        table[name].to_numpy(zero_copy_only=False) for name in ("match", "linked_then", "linked")
    )
    moved = table["p"].to_numpy() - table["p_then"].to_numpy()
    wrong = (now != match).astype(np.float64) - (then != match)
    changes = (
        (moved, _probabilities_said, 1),
        (wrong, _decisions_said, _LEAST_FLIPPED),
    )
    tests = [
        (cell, words, *_shift(change, member))
        for cell, member in _members(table)
        for change, words, least in changes
        if np.count_nonzero(change[member]) >= least
    ]
    limit = holm([log_p for _, _, log_p, _ in tests], LEVEL)
    found: dict[Cell, tuple[Cause, ...]] = {}
    for cell, words, log_p, size in tests:
        if log_p <= limit and abs(size) >= LEAST_CHANGE:
            cause = Cause(source, SENTINEL, None, words(size), sure=True)
            found[cell] = (*found.get(cell, ()), cause)
    return found


def _members(table: pa.Table) -> Iterator[tuple[Cell, Flags]]:
    yield ALL, np.ones(table.num_rows, bool)
    for name in table.column_names:
        if name.startswith("group_"):
            values = np.array(table[name].to_pylist())
            for group in sorted(set(values.tolist())):
                member = values == group
                if LEAST_RECORDS <= member.sum() <= len(member) - LEAST_RECORDS:
                    yield (name.removeprefix("group_"), group), member


def _shift(change: Reals, member: Flags) -> tuple[float, float]:
    """Return log p and size of a mean change: of all, or of members less that of the others."""
    own, others = change[member], change[~member]
    size = float(own.mean() - (others.mean() if len(others) else 0.0))
    variance = own.var() / len(own) + (others.var() / len(others) if len(others) else 0.0)
    if not size:
        return 0.0, 0.0
    z = abs(size) / np.sqrt(variance) if variance else np.inf
    return float(np.log(2) + scipy.stats.norm.logsf(z)), size


def _probabilities_said(size: float) -> str:
    return f"probabilities of reviewed pairs {'higher' if size > 0 else 'lower'} than they were"


def _decisions_said(size: float) -> str:
    return f"{'more' if size > 0 else 'fewer'} reviewed pairs decided wrongly"
