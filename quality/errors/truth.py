"""Precision and recall against known truth, overall and by group."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from linkage.config.group_names import CROSS, UNKNOWN
from linkage.errors import ConfigError, DataError, Fault
from linkage.sql import identifier, literal
from quality.errors.b_cubed import BCubed, b_cubed, make_b_cubed
from quality.errors.ratio import Reals, clustered_ratio, f1_interval
from quality.errors.scored_pairs import make_scored_pairs
from quality.errors.truth_file import Truth, read_truth
from quality.finished_run import FinishedRun, finished_run
from quality.links_made import decided_by_links
from quality.proportion import Interval


@dataclass(frozen=True)
class Rates:
    """How right the links of all records, or of one group, are; None where nothing can be said.

    ``blocking_recall`` is the share of true pairs that meet a blocking rule, before any weighing.
    """

    precision: Interval | None
    recall: Interval | None
    f1: Interval | None
    blocking_recall: Interval | None
    n_true: int
    n_links: int
    n_correct: int
    b_cubed: BCubed | None = None

    def as_record(self) -> dict[str, object]:
        """Return the rates as plain values; each with ``_lower`` and ``_upper`` beside it."""
        shown: dict[str, Interval | None] = {
            "precision": self.precision,
            "recall": self.recall,
            "f1": self.f1,
            "blocking_recall": self.blocking_recall,
        }
        if self.b_cubed is not None:
            shown["b_cubed_precision"] = self.b_cubed.precision
            shown["b_cubed_recall"] = self.b_cubed.recall
            shown["b_cubed_f1"] = self.b_cubed.f1
        record: dict[str, object] = {}
        for name, interval in shown.items():
            record[name] = None if interval is None else interval.value
            record[f"{name}_lower"] = None if interval is None else interval.lower
            record[f"{name}_upper"] = None if interval is None else interval.upper
        counts = {"n_true": self.n_true, "n_links": self.n_links, "n_correct": self.n_correct}
        return record | counts


@dataclass(frozen=True)
class GroupRates:
    """The rates of one group of a characteristic."""

    characteristic: str
    group: str
    rates: Rates


@dataclass(frozen=True)
class Score:
    """A run scored against truth. ``level`` is that of every interval."""

    overall: Rates
    groups: tuple[GroupRates, ...]
    level: float
    warnings: tuple[Fault, ...]

    def as_record(self) -> dict[str, object]:
        """Return the score as plain values, for ``--json``."""
        return {
            "overall": self.overall.as_record(),
            "groups": [
                {"characteristic": each.characteristic, "group": each.group}
                | each.rates.as_record()
                for each in self.groups
            ],
            "level": self.level,
            "warnings": [warning.as_record() for warning in self.warnings],
        }


def score(run_folder: Path, truth: Path, by: str | None = None) -> Score:
    """Score the links of a finished run against known truth.

    A run that links two sources is scored on its links; any other on the pairs that its entities
    imply, across sources where it links, within them where it deduplicates. Pairs with a record
    that is not in the run are left out of what is true, and counted in a warning; every link that
    the truth does not hold is false.

    Parameters
    ----------
    run_folder
        The folder of a finished run.
    truth
        Pairs (``record_id_l, record_id_r``, with ``source_l, source_r`` where an identifier does
        not say its source), or ``source, record_id, person``; Parquet or CSV.
    by
        A characteristic of the configuration, or several of one source with commas between, to be
        crossed. A pair belongs to the group of its record in the
        source that holds the characteristic, and to both groups where both records do and differ.

    Raises
    ------
    ConfigError
        No finished run, no such characteristic, or some that no one source holds.
    DataError
        A truth file that cannot be read, or that holds no pair of the run.
    """
    with finished_run(run_folder, readable=[truth]) as run:
        labels = None if by is None else _labels(run, by)
        found = read_truth(run, truth)
        make_scored_pairs(run)
        if not decided_by_links(run.config):
            make_b_cubed(run)
        everyone = clusters(run, "SELECT * FROM clusters")
        overall = _rates(run, everyone, "SELECT * FROM b_cubed")
        if not overall.n_true:
            raise DataError(no_pair(truth))
        return Score(
            overall,
            () if by is None or labels is None else tuple(_by_group(run, by, labels)),
            run.config.quality.level,
            tuple(_warnings(found, truth)),
        )


def _labels(run: FinishedRun, by: str) -> str:
    """Return the query of every record's group, where its source holds the characteristics."""
    names, held = by.split(","), run.config.groups
    known = ", ".join(held) or "none: name them under groups"
    if unknown := [name for name in names if name not in held]:
        message = f"the run has no characteristic called {unknown[0][:60]}"
        raise ConfigError(Fault("C208", message, f"characteristics of this run: {known}"))
    sources = {held[name].source for name in names}
    if len(sources) > 1:
        message = f"{by[:60]} cannot be crossed: no one source holds them"
        raise ConfigError(Fault("C208", message, f"characteristics of this run: {known}"))
    groups = (f"coalesce({identifier(f'group_{name}')}, {literal(UNKNOWN)})" for name in names)
    view = run.view(f"records_{sources.pop()}")
    return f"SELECT record, concat_ws({literal(CROSS)}, {', '.join(groups)}) AS label FROM {view}"  # noqa: S608 - quoted


def _by_group(run: FinishedRun, by: str, labels: str) -> Iterator[GroupRates]:
    connection = run.connection
    connection.execute(f"CREATE TEMP TABLE labels AS {labels}")
    connection.execute(
        "CREATE TEMP TABLE labelled AS "
        "SELECT clusters.*, label FROM clusters JOIN labels ON record = clusters.l UNION "
        "SELECT clusters.*, label FROM clusters JOIN labels ON record = clusters.r"
    )
    names = connection.execute("SELECT DISTINCT label FROM labels ORDER BY label").fetchall()
    found = clusters_by_label(run, "SELECT * FROM labelled")
    for (name,) in names:
        rates = _rates(
            run,
            found.get(name, _NO_PAIR),
            f"SELECT * FROM b_cubed JOIN labels USING (record) WHERE label = {literal(name)}",  # noqa: S608 - quoted
        )
        yield GroupRates(by, name, rates)


_TRIPLES = """
    SELECT label, correct, found, true_, blocked, count(*) AS n FROM (
        SELECT label, sum(share * (is_true AND is_found)::INTEGER) AS correct,
            sum(share * is_found::INTEGER) AS found, sum(share * is_true::INTEGER) AS true_,
            sum(share * (is_true AND is_blocked)::INTEGER) AS blocked
        FROM (
            SELECT *, cluster_l AS cluster,
                CASE WHEN cluster_l = cluster_r THEN 1 ELSE 0.5 END::DOUBLE AS share
            FROM ({pairs})
            UNION ALL SELECT *, cluster_r, 0.5::DOUBLE FROM ({pairs}) WHERE cluster_l <> cluster_r
        ) GROUP BY label, cluster
    ) GROUP BY ALL ORDER BY ALL
"""


def _rates(run: FinishedRun, counts: "Clusters", records: str) -> Rates:
    """Estimate all rates over counted clusters, and over ``records``, a query of ``b_cubed``."""
    correct, found, true, n = counts.correct, counts.found, counts.true, counts.n
    level, seed = run.config.quality.level, run.config.linkage.training.seed
    return Rates(
        precision=clustered_ratio(correct, found, n, level),
        recall=clustered_ratio(correct, true, n, level),
        f1=f1_interval(correct, found, true, n, level, seed),
        blocking_recall=clustered_ratio(counts.blocked, true, n, level),
        n_true=round(float((n * true).sum())),
        n_links=round(float((n * found).sum())),
        n_correct=round(float((n * correct).sum())),
        b_cubed=None if decided_by_links(run.config) else b_cubed(run, records, level),
    )


@dataclass(frozen=True)
class Clusters:
    """Pairs of clusters that err together: ``n`` (c,) clusters have each the same four numbers.

    ``correct``, ``found``, ``true`` and ``blocked`` (c,): links that are matches, links, matches,
    and matches that meet a blocking rule.
    """

    correct: Reals
    found: Reals
    true: Reals
    blocked: Reals
    n: Reals


_NO_PAIR = Clusters(*np.zeros((5, 0)))


def clusters(run: FinishedRun, pairs: str) -> Clusters:
    """Count the clusters of ``pairs``, a query of ``clusters``."""
    everyone = clusters_by_label(run, f"SELECT *, NULL AS label FROM ({pairs})")  # noqa: S608 - quoted
    return everyone.get(None, _NO_PAIR)


def clusters_by_label(run: FinishedRun, pairs: str) -> dict[str | None, Clusters]:
    """Count the clusters of each ``label`` of ``pairs``, in order: of ``clusters`` with labels.

    In a pass over all of them: one for each label would read every pair as often as there are
    groups.
    """
    rows: dict[str | None, list[tuple[float, ...]]] = {}
    for label, *counts in run.connection.execute(_TRIPLES.format(pairs=pairs)).fetchall():
        rows.setdefault(label, []).append(tuple(counts))
    return {label: Clusters(*np.array(of, dtype=np.float64).T) for label, of in rows.items()}


def _warnings(found: Truth, path: Path) -> Sequence[Fault]:
    warnings = []
    if found.n_not_in_run:
        of = "pairs" if found.form == "pairs" else "records"
        warnings.append(
            Fault(
                "D364",
                f"{found.n_not_in_run:,} {of} of the truth file are not in the run",
                "they are left out of what is true; check the filters of the sources if that is "
                "not meant",
                file=path,
                severity="warning",
            )
        )
    if found.reversed:
        warnings.append(
            Fault(
                "D365",
                "the truth file names the second source on the left",
                "add the columns source_l and source_r to say so",
                file=path,
                severity="warning",
            )
        )
    return warnings


def no_pair(path: Path) -> Fault:
    """Return the fault of a truth file that speaks of other records than the run's."""
    return Fault(
        "D366",
        "no pair of the truth file is one that this run could link",
        "check that its identifiers and sources are those of the run",
        file=path,
    )
