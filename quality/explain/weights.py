"""What each comparison says of a pair: the level, m, u, and the weight it adds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from linkage.model.comparisons import Comparison, columns_of
from linkage.model.method import Method
from linkage.model.parameters import Parameters
from linkage.sql import identifier
from quality.explain.pair import Pair
from quality.finished_run import FinishedRun, is_encoded

Value = object
"""A standardised value of a record, whatever its type; None where it is missing."""


@dataclass(frozen=True)
class Part:
    """A comparison of the pair.

    ``m`` and ``u`` are None, and the weight 0, where a value is missing. ``frequency`` is what the
    term frequency of ``frequent`` adds to the weight, 0 where none is looked at. ``values`` are
    those compared, by column: left and right; none of an encoded source.
    """

    comparison: Comparison
    gamma: int
    m: float | None
    u: float | None
    weight: float
    frequent: str | None
    frequency: float
    values: tuple[tuple[str, Value, Value], ...]

    @property
    def level(self) -> str:
        """The level that the pair stands on."""
        if self.gamma < 0:  # where several levels are missing, which one is not told apart
            labels = {each.label for each in self.comparison.levels if each.missing}
            return labels.pop() if len(labels) == 1 else "missing"
        return self.comparison.scored[len(self.comparison.scored) - 1 - self.gamma].label


def parts_of(
    run: FinishedRun, method: Method, parameters: Parameters, pair: Pair
) -> tuple[Part, ...]:
    """Return what each comparison says of the pair, evaluated anew from its two records.

    Formula: log2 m/u of the level met, and log2 u - log2 f where the frequency f of the commoner
    value takes the place of u: the terms of Fellegi and Sunter's composite weight, as splink has
    them.
    """
    comparisons = method.comparisons
    columns = columns_of(comparisons)
    relation = _both(run, pair, columns)
    gammas = ", ".join(each.gamma_sql() for each in comparisons)
    row = run.connection.execute(f"SELECT {gammas} FROM ({relation})").fetchall()[0]  # noqa: S608 - quoted
    shown = ", ".join(identifier(f"{name}_{side}") for name in columns for side in "lr")
    values = run.connection.execute(f"SELECT {shown} FROM ({relation})").fetchall()[0]  # noqa: S608 - quoted
    held = {name: (values[2 * at], values[2 * at + 1]) for at, name in enumerate(columns)}
    return tuple(
        _part(run, relation, parameters, k, comparison, int(gamma), held)
        for k, (comparison, gamma) in enumerate(zip(comparisons, row, strict=True))
    )


def rules_met(run: FinishedRun, method: Method, pair: Pair) -> tuple[bool, ...]:
    """Return which match-keys and blocking rules bring the two records together."""
    columns = dict.fromkeys(name for rule in method.rules for name in rule.columns)
    relation = _both(run, pair, tuple(columns))
    asked = ", ".join(
        "coalesce("
        + " AND ".join(f"{identifier(f'{a}_l')} = {identifier(f'{b}_r')}" for a, b in rule.sides)
        + ", FALSE)"
        for rule in method.rules
    )
    return tuple(run.connection.execute(f"SELECT {asked} FROM ({relation})").fetchall()[0])  # noqa: S608 - quoted


def _part(
    run: FinishedRun,
    relation: str,
    parameters: Parameters,
    k: int,
    comparison: Comparison,
    gamma: int,
    held: dict[str, tuple[Value, Value]],
) -> Part:
    values = () if is_encoded(run) else tuple((n, *held[n]) for n in comparison.columns)
    if gamma < 0:
        return Part(comparison, gamma, None, None, 0.0, None, 0.0, values)
    m, u = float(parameters.m[k][gamma]), float(parameters.u[k][gamma])
    frequent = comparison.term_frequency_levels().get(gamma)
    added = 0.0
    if frequent is not None:
        added = float(np.log2(u)) - _log2_frequency(run, relation, frequent)
    return Part(comparison, gamma, m, u, float(np.log2(m / u)), frequent, added, values)


def _log2_frequency(run: FinishedRun, relation: str, column: str) -> float:
    """Return log2 of the share that the commoner of the two values has among all, 0 for none."""
    name = identifier(column)
    sources = [each for each in run.config.sources if column in _held(run, each)]
    every = " UNION ALL ".join(
        f"SELECT {name} AS value FROM {run.view(f'records_{each}')}"  # noqa: S608 - quoted
        for each in sources
    )
    left, right = identifier(f"{column}_l"), identifier(f"{column}_r")
    n_left, n_right, n = run.connection.execute(
        f"SELECT count(*) FILTER (WHERE value = {left}), count(*) FILTER (WHERE value = {right}), "  # noqa: S608 - quoted
        f"count(value) FROM ({every}), ({relation})"
    ).fetchall()[0]
    most = max(int(n_left), int(n_right))
    return float(np.log2(most / n)) if most else 0.0


def _both(run: FinishedRun, pair: Pair, columns: Sequence[str]) -> str:
    """Return the query of the two records as one row, columns with their sides."""
    sides = ", ".join(
        f"(SELECT {', '.join(_sided(run, each.source, columns, side))} "  # noqa: S608 - quoted
        f"FROM {run.view(f'records_{each.source}')} WHERE record = {each.record:d})"
        for each, side in zip(pair.members, "lr", strict=True)
    )
    return f"SELECT * FROM {sides}"  # noqa: S608 - quoted


def _sided(run: FinishedRun, source: str, columns: Sequence[str], side: str) -> Iterator[str]:
    """Yield the columns of a side; one that the source does not have is missing there."""
    held = _held(run, source)
    yield "1 AS " + identifier(f"row_{side}")
    for name in columns:
        value = identifier(name) if name in held else "NULL"
        yield f"{value} AS {identifier(f'{name}_{side}')}"


def _held(run: FinishedRun, source: str) -> dict[str, str]:
    return run.columns(run.view(f"records_{source}"))
