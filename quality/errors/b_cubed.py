"""B-cubed precision and recall of entities: what is right as each record sees its own entity."""

from dataclasses import dataclass

from quality.errors.ratio import effective_count
from quality.finished_run import FinishedRun
from quality.proportion import Interval, wilson

_RECORDS = """
    CREATE TEMP TABLE b_cubed AS
    SELECT record, person,
        count(*) OVER (PARTITION BY entity, person) / count(*) OVER (PARTITION BY entity) AS p,
        count(*) OVER (PARTITION BY entity, person) / count(*) OVER (PARTITION BY person) AS r
    FROM {entities} JOIN {keys} USING (source, record_id) JOIN record_person USING (record)
"""

_MEANS = "SELECT avg(p), avg(r), count(*), count(DISTINCT person) FROM ({records})"

_SPREAD = """
    SELECT sum((dp * p + dr * r - (dp * $p + dr * $r) * n) ** 2)
    FROM (SELECT sum(p) AS p, sum(r) AS r, count(*) AS n FROM ({records}) GROUP BY person),
        (SELECT $dp AS dp, $dr AS dr)
"""


@dataclass(frozen=True)
class BCubed:
    """Means over records, and their F1, with intervals."""

    precision: Interval
    recall: Interval
    f1: Interval


def make_b_cubed(run: FinishedRun) -> None:
    """Make ``b_cubed``: precision ``p`` and recall ``r`` of every record; needs ``record_person``.

    Formula: p = share of the record's entity that is its person; r = share of its person's
    records that its entity holds.
    """
    run.connection.execute(
        _RECORDS.format(entities=run.view("entities"), keys=run.view("record_keys"))
    )


def b_cubed(run: FinishedRun, records: str, level: float) -> BCubed | None:
    """Estimate B-cubed precision, recall and F1 over the ``records``, a query of ``b_cubed``.

    Intervals are Wilson's on effective counts, the variance linearised over persons, who are
    taken to be independent; for F1 = 2pr/(p + r) through its derivatives.

    Notes
    -----
    Source: Bagga and Baldwin (1998), Algorithms for scoring coreference chains, LREC workshop on
    linguistic coreference, section 3.
    """
    found = run.connection.execute(_MEANS.format(records=records)).fetchone()
    if found is None or not found[2]:
        return None
    p, r, n, persons = found
    total = p + r
    derivatives = {
        "precision": (p, 1.0, 0.0),
        "recall": (r, 0.0, 1.0),
        "f1": (2 * p * r / total, 2 * r**2 / total**2, 2 * p**2 / total**2),
    }
    intervals = {}
    for name, (value, dp, dr) in derivatives.items():
        bound = {"p": p, "r": r, "dp": dp, "dr": dr}
        spread = run.connection.execute(_SPREAD.format(records=records), bound).fetchone()
        squares = float(spread[0]) if spread else 0.0
        effective = effective_count(value, squares, persons, n)
        intervals[name] = wilson(min(value * effective, effective), effective, level)
    return BCubed(**intervals)
