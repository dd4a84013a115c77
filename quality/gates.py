"""Quality gates: what a run must reach, held against what was measured.

Only what a review or a truth file measured is held against a limit on precision or recall: a model
cannot see its own mistakes. A limit on something that nothing measured fails, unless the
configuration allows it: nobody who asks for recall of .95 passes by not looking.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from linkage.config.schema import Config, Gates
from quality import measures
from quality.estimate import Estimate

UNCERTAINTY = "uncertainty"
"""The file in ``restricted/`` on the draws of the links, ``uncertainty.json``."""

GATES = "gates"
"""The file in ``restricted/`` that holds every verdict, ``gates.json``."""

Outcome = Literal["passed", "failed", "unmeasured", "too_few_to_tell", "not_applicable"]

Pair = tuple[str, str | None]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One limit held against one figure.

    ``fails`` says whether the run ends with exit code 4 for it; ``value`` is the exact figure, for
    ``restricted/`` alone; ``named`` says whether the group's figures passed disclosure control, so
    that the group may be named outside.
    """

    gate: str
    limit: float
    value: float | None
    outcome: Outcome
    fails: bool
    source: str | None = None
    other: str | None = None
    characteristic: str | None = None
    group: str | None = None
    method: str | None = None
    named: bool = True


def judge(
    config: Config,
    rates: Sequence[Estimate],
    released: Sequence[Estimate],
    uncertainty: Mapping[str, Any],
) -> tuple[Verdict, ...]:
    """Return the verdict on every limit that the configuration sets.

    Parameters
    ----------
    rates
        The exact error rates of the run.
    released
        What passed disclosure control: says which groups may be named, and by what limit, the one
        that a reader sees, they are judged.
    uncertainty
        ``uncertainty.json``: the number of ``draws`` of the links and, where there are any, their
        ``rhat``, ``effective_draws`` and ``collisions``.
    """
    rules = config.quality.gates
    shown = {_place(row): row for row in released if row.status != "suppressed"}
    return (
        *_limits(measures.PRECISION, rules.precision_lower, rules, config, rates, shown),
        *_limits(measures.RECALL, rules.recall_lower, rules, config, rates, shown),
        *_of_draws(rules, uncertainty),
    )


def to_record(verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """Return the verdicts as ``gates.json`` holds them."""
    return {
        "failed": any(each.fails for each in verdicts),
        "verdicts": [asdict(each) for each in verdicts],
    }


def from_record(record: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """Return the verdicts of ``gates.json``; the inverse of :func:`to_record`."""
    return tuple(Verdict(**each) for each in record["verdicts"])


def pairs_of(config: Config) -> tuple[Pair, ...]:
    """Return the pairs of sources that have error rates: the focal one with every other."""
    if config.linkage.type == "deduplicate":
        return ((config.focal, None),)
    return tuple((config.focal, name) for name in config.sources if name != config.focal)


def _limits(
    measure: str,
    limit: float | None,
    rules: Gates,
    config: Config,
    rates: Sequence[Estimate],
    shown: Mapping[tuple[str | None, ...], Estimate],
) -> Iterator[Verdict]:
    """Yield the verdicts on a lower limit, for all records and every group of every pair."""
    if limit is None:
        return
    for source, other in pairs_of(config):
        measured = [
            row
            for row in rates
            if row.measure == measure and row.method in measures.MEASURED and row.lower is not None
            if (row.source, row.other) == (source, other)
        ]
        if all(row.characteristic is not None for row in measured):
            yield Verdict(
                gate=f"{measure}_lower",
                limit=limit,
                value=None,
                outcome="unmeasured",
                fails=rules.unmeasured == "fail",
                source=source,
                other=other,
            )
        for row in measured:
            printed = shown.get(_place(row))
            judged = row if printed is None or printed.lower is None else printed
            yield _of_rate(judged, limit, printed is not None)


def _of_rate(row: Estimate, limit: float, named: bool) -> Verdict:
    reached = (row.lower or 0.0) >= limit
    # a group too few to tell is not judged; all records are, however few were reviewed
    untold = row.status == "too_few_to_tell" and row.characteristic is not None
    outcome: Outcome = "passed" if reached else "too_few_to_tell" if untold else "failed"
    return Verdict(
        gate=f"{row.measure}_lower",
        limit=limit,
        value=row.lower,
        outcome=outcome,
        fails=outcome == "failed",
        source=row.source,
        other=row.other,
        characteristic=row.characteristic,
        group=row.group,
        method=row.method,
        named=named,
    )


def _of_draws(rules: Gates, uncertainty: Mapping[str, Any]) -> Iterator[Verdict]:
    """Yield the verdicts on the draws of the links; a run without draws has none to judge."""
    for gate, limit in (
        ("rhat", rules.rhat),
        ("effective_draws", rules.effective_of(uncertainty["draws"])),
        ("collisions", rules.collisions),
    ):
        if limit is None:
            continue
        if not uncertainty["draws"]:
            yield Verdict(gate=gate, limit=limit, value=None, outcome="not_applicable", fails=False)
            continue
        value = float(uncertainty[gate])
        reached = value >= limit if gate == "effective_draws" else value <= limit
        yield Verdict(
            gate=gate,
            limit=limit,
            value=value,
            outcome="passed" if reached else "failed",
            fails=not reached,
        )


def _place(row: Estimate) -> tuple[str | None, ...]:
    return (row.measure, row.method, row.source, row.other, row.characteristic, row.group)
