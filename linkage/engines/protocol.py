"""What the stages ask of an engine, whichever it is: the same tables out."""

from collections.abc import Sequence
from typing import Protocol

import pyarrow as pa

from linkage.engines.counts import Grouping
from linkage.engines.sampling import ALL, Some, Sought
from linkage.engines.weights import Weights
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.source_pairs import SourcePair


class Engine(Protocol):
    """Makes, counts and scores the pairs of records.

    A table of pairs is sorted by ``record_l, record_r`` and has the columns record_l, record_r
    INTEGER; ``rules`` BIGINT, the mask of the rules that the pair meets; ``code`` BIGINT, the
    number of its agreement pattern (:mod:`linkage.model.patterns`); ``log2_tf`` and
    ``log2_tf_household`` DOUBLE, the sums of -log2 term frequency over the levels that carry one,
    the second over family and place comparisons alone.
    """

    source_pairs: tuple[SourcePair, ...]

    def prepare(
        self,
        comparisons: Sequence[Comparison],
        rules: Sequence[Rule],
        groupings: Sequence[Grouping] = (),
    ) -> None:
        """Make ready what the comparisons, rules and groupings need of the records."""

    def count_pairs(self, rule: Rule, share: float = 1.0) -> int:
        """Return how many pairs meet ``rule``; about, when only a share of records is looked at."""

    def count_random(self, most: int, seed: int) -> pa.Table:
        """Return the ``n`` random pairs at each pattern ``code``, about ``most`` in all."""

    def count_different(
        self, rules: Sequence[Rule], most: int, seed: int
    ) -> tuple[pa.Table, float]:
        """Return the ``n`` pairs at each ``code`` of different people who meet any of ``rules``.

        They are pairs within each source that holds a person once, about ``most`` of one at most;
        none where no source is known to. And the share of all such pairs that was looked at.
        """

    def compare(self, rules: Sequence[Rule], some: Some = ALL) -> pa.Table:
        """Return the pairs of some focal records that meet any of ``rules``."""

    def compare_sharing(self, key: Sequence[str], most: int, seed: int) -> tuple[pa.Table, int]:
        """Return about ``most`` pairs that agree on ``key``, and how many there are in all.

        Their term frequencies leave out the key's own comparisons.
        """

    def compare_within(self, rules: Sequence[Rule], groups: pa.Table) -> pa.Table:
        """Return the pairs inside groups (``record``, ``member``) that meet any of ``rules``."""

    def count_patterns(
        self, rules: Sequence[Rule], some: Some = ALL, groupings: Sequence[Grouping] = ()
    ) -> pa.Table:
        """Return source_l, source_r, code, rules, grouping, group, n of some focal records' pairs.

        By mask of the rules met under the grouping ``none``; over all rules together, with a mask
        of 0, under each of ``groupings``.
        """

    def count_and_compare(
        self, rules: Sequence[Rule], some: Some = ALL, groupings: Sequence[Grouping] = ()
    ) -> tuple[pa.Table, pa.Table]:
        """Return what :meth:`count_patterns` and :meth:`compare` do, in one go."""

    def score(
        self, pair: SourcePair, rules: Sequence[Rule], weights: Weights, some: Some = ALL
    ) -> pa.Table:
        """Return the pairs of some focal records whose match weight reaches the floor."""

    def search(
        self, pair: SourcePair, sought: Sought, rules: Sequence[Rule], weights: Weights
    ) -> pa.Table:
        """Return the heaviest pairs of each record ``sought`` with all of the other source.

        No rule is asked of a pair of these two sources. Columns: record_l, record_r, ``rules`` (the
        mask of the rules that the pair happens to meet) and ``match_weight``, sorted by the
        records. Of pairs as heavy those of the lower records are taken.
        """

    def sampled_records(self, pair: SourcePair, some: Some) -> pa.Table:
        """Return the focal records (``record``) of ``pair`` that ``some`` names, in order."""

    def agreements(self, table: pa.Table, rules: Sequence[Rule]) -> pa.Table:
        """Return a flag ``t<i>`` per rule and pair of ``table`` (record_l, record_r): is it met?"""

    def close(self) -> None:
        """Let go of all that was loaded."""
