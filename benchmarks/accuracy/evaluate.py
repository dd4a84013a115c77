"""The one evaluator of every tool: pairs of record identifiers against the truth."""

from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.accuracy.sets import PublicSet
from linkage.sql import literal

_RECORD = "CAST({source} AS VARCHAR) || ':' || CAST({id} AS VARCHAR)"


@dataclass(frozen=True)
class Pairwise:
    """How a set of links agrees with the truth, pair by pair."""

    precision: float
    recall: float
    f1: float
    n_links: int


@dataclass(frozen=True)
class Candidates:
    """What a tool compared: how many true pairs were among it, and what it made of them."""

    n_true: int
    share_of_true: float
    sum_probability: float


class Evaluator:
    """The truth of one set, ready to be compared with what a tool found.

    Pairs are of different sources when linking, of one source when deduplicating, and have no
    direction.
    """

    def __init__(self, the_set: PublicSet, truth: Path) -> None:
        self._connection = duckdb.connect()
        between = "<>" if the_set.type == "link" else "="
        key = _RECORD.format(source="source", id="record_id")
        self._connection.execute(
            f"CREATE TABLE truth AS WITH people AS (SELECT source, person, {key} AS record "  # noqa: S608
            f"FROM read_parquet({literal(str(truth))})) "
            "SELECT a.record AS l, b.record AS r FROM people AS a JOIN people AS b "
            f"ON a.person = b.person AND a.record < b.record AND a.source {between} b.source"
        )
        self.n_true = self._number("SELECT count(*) FROM truth")
        if self.n_true != the_set.pairs:
            raise SystemExit(f"{the_set.name}: {self.n_true} true pairs, not {the_set.pairs}")

    def links(self, query: str) -> Pairwise:
        """Compare links, a query for ``source_l, record_id_l, source_r, record_id_r``."""
        self._load(query)
        n_links = self._number("SELECT count(*) FROM found")
        n_right = self._number("SELECT count(*) FROM found SEMI JOIN truth USING (l, r)")
        both = n_links + self.n_true
        return Pairwise(
            n_right / n_links if n_links else 0.0,
            n_right / self.n_true,
            2 * n_right / both,
            n_links,
        )

    def entities(self, path: Path) -> Pairwise:
        """Compare the pairs that entities imply: a file of ``source, record_id, entity``."""
        rows = f"read_parquet({literal(str(path))})"
        return self.links(
            "SELECT a.source AS source_l, a.record_id AS record_id_l, "  # noqa: S608
            "b.source AS source_r, b.record_id AS record_id_r "
            f"FROM {rows} AS a JOIN {rows} AS b ON a.entity = b.entity "
            "AND (a.source, a.record_id) < (b.source, b.record_id)"
        )

    def candidates(self, query: str) -> Candidates:
        """Look at what was compared: a query like that of :meth:`links`, with ``probability``."""
        self._load(query)
        n_true = self._number("SELECT count(*) FROM found SEMI JOIN truth USING (l, r)")
        total = self._number("SELECT sum(probability) FROM found")
        return Candidates(n_true, n_true / self.n_true, total)

    def _load(self, query: str) -> None:
        left = _RECORD.format(source="source_l", id="record_id_l")
        right = _RECORD.format(source="source_r", id="record_id_r")
        self._connection.execute(
            "CREATE OR REPLACE TABLE found AS SELECT DISTINCT ON (l, r) * FROM ("  # noqa: S608
            f"SELECT least({left}, {right}) AS l, greatest({left}, {right}) AS r, * "
            f"FROM ({query}))"
        )

    def _number(self, query: str) -> float:
        return self._connection.execute(query).fetchall()[0][0]
