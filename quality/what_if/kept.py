"""What a finished run left to decide from: its candidates, model and groups."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import ConfigError, Fault
from linkage.model.evidence import gammas_of
from linkage.model.fitting import from_fitted_record
from linkage.model.method import Method, from_record
from linkage.model.normalise import Index, Reals
from linkage.model.parameters import Gammas
from linkage.model.source_pairs import SourcePair, SourceSize
from linkage.model.training import Fitted
from linkage.runs.storage import storage, undamaged
from quality.errors.record_groups import RecordGroups, record_groups
from quality.finished_run import FinishedRun, source_pairs_of
from quality.groupings import all_groupings, held_by
from quality.links_made import decided_by_links

_READ = ("record_l", "record_r", "pattern", "rules", "w_tf", "w_household", "p_record")


@dataclass(frozen=True)
class Kept:
    """The candidates (P rows) of a run of two sources, and what decides over them.

    ``expected`` is the number of matches that the run expected among all its candidates;
    ``groups`` are those of the focal source's records, ``focal`` that source.
    """

    run: FinishedRun
    method: Method
    fitted: Fitted
    gammas: Gammas
    pair: SourcePair
    table: pa.Table
    expected: float
    groups: tuple[RecordGroups, ...]

    @property
    def focal(self) -> SourceSize:
        """The source whose records should find a partner."""
        name = self.run.config.focal
        return self.pair.left if self.pair.left.name == name else self.pair.right

    @property
    def other(self) -> SourceSize:
        """The source in which they should find it."""
        return self.pair.right if self.focal is self.pair.left else self.pair.left

    @property
    def p(self) -> Reals:
        """The match probability that the run gave each candidate, (P,)."""
        values: Reals = self.table["p_record"].to_numpy()
        return values

    def records(self) -> tuple[Index, Index]:
        """Return each candidate's focal record, counted from its source's first, and the other."""
        left, right = (self.table[c].to_numpy().astype(np.int64) for c in ("record_l", "record_r"))
        focal, other = (left, right) if self.focal is self.pair.left else (right, left)
        return focal - self.focal.first, other

    def by(self, characteristic: str) -> RecordGroups:
        """Return the focal records' groups of a characteristic.

        Raises
        ------
        ConfigError
            C208 when the focal source does not hold it.
        """
        for each in self.groups:
            if each.characteristic == characteristic:
                return each
        known = ", ".join(str(each.characteristic) for each in self.groups)
        message = f"the focal source has no characteristic called {characteristic[:60]}"
        fix = f"characteristics of the focal source: {known or 'none: name them under groups'}"
        raise ConfigError(Fault("C208", message, fix))


def read_kept(run: FinishedRun) -> Kept:
    """Read what a finished run left to decide from.

    Raises
    ------
    ConfigError
        R450 when the run does not link two sources to each other.
    """
    config = run.config
    if not decided_by_links(config):
        raise ConfigError(
            Fault(
                "R450",
                "only a run that links two sources can be decided anew",
                "link the sources two at a time; entities of several sources, and duplicates, "
                "need a run of their own",
                path="linkage.type",
            )
        )
    method = from_record(run.read_json("method"))
    (pair,) = source_pairs_of(run)
    patterns = run.connection.sql(f"SELECT * FROM {run.view('patterns')} ORDER BY pattern")  # noqa: S608 - quoted
    groupings = held_by(
        config.focal, config.groups, all_groupings(config.groups, config.intersections)
    )
    return Kept(
        run,
        method,
        from_fitted_record(run.read_json("fitted")),
        gammas_of(patterns.to_arrow_table(), method.comparisons),
        pair,
        _candidates(run),
        float(sum(run.read_json("training")["expected_matches"].values())),
        tuple(record_groups(run, config.focal, groupings)),
    )


def _candidates(run: FinishedRun) -> pa.Table:
    """Return the candidates, in the order of their table."""
    run.view("candidates")
    path = run.restricted / "candidates.parquet"
    with storage(path, "reading a table of the run"), undamaged(path):
        return pq.read_table(path, columns=list(_READ))
