"""What a scenario makes of the focal records: who is linked, and how sure the model is of it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from linkage.decide.assignment import Flags
from linkage.model.normalise import Index, Reals
from quality import measures
from quality.bias.references import chosen_references, named_references
from quality.errors.record_groups import RecordGroups, everyone
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import Interval, newcombe, wilson
from quality.report.lookup import Lookup
from quality.share import status_of
from quality.what_if.decided import Decided
from quality.what_if.kept import Kept

NO_PARTNER = -1


@dataclass(frozen=True)
class Outcome:
    """The links of a scenario: ``focal`` (L,) records counted from the first, and ``other`` (L,).

    ``linked`` (N,) says which focal records have a link; ``expected`` (N,) how many matches the
    model expects of each record among all candidates of the run, ``right`` (N,) among its links.
    """

    focal: Index
    other: Index
    linked: Flags
    expected: Reals
    right: Reals

    @property
    def partner(self) -> Index:
        """The number of the record that each focal record is linked to, (N,); the last of several.

        :data:`NO_PARTNER` for none.
        """
        partner = np.full(len(self.linked), NO_PARTNER)
        partner[self.focal] = self.other
        return partner

    @property
    def shares(self) -> bool:
        """Is any focal record in more than one link?"""
        return len(self.focal) > int(self.linked.sum())


def outcome(kept: Kept, made: Decided) -> Outcome:
    """Return what a scenario makes of the focal records."""
    focal, other = kept.records()
    n, links = kept.focal.n, made.links
    linked = np.zeros(n, dtype=bool)
    linked[focal[links]] = True
    expected = np.bincount(focal, weights=made.p, minlength=n)
    right = np.bincount(focal[links], weights=made.p[links], minlength=n)
    return Outcome(
        focal[links],
        other[links],
        linked,
        expected.astype(np.float64),
        right.astype(np.float64),
    )


def cells(kept: Kept) -> Iterator[tuple[RecordGroups, dict[int, Index]]]:
    """Yield all records, then every characteristic, with the records (n,) of each of its groups.

    Groups come in the order of their harmonised list.
    """
    lookup = Lookup(kept.run.config, ())
    for groups in (everyone(kept.focal.n), *kept.groups):
        order = np.argsort(groups.group, kind="stable")
        ends = np.cumsum(np.bincount(groups.group, minlength=len(groups.names)))
        members = dict(enumerate(np.split(order, ends[:-1])))
        names = [str(name) for name in groups.names]
        place = lookup.group_places(str(groups.characteristic), names)
        yield groups, {at: members[at] for at in sorted(members, key=lambda at: place[names[at]])}


def reference_of(kept: Kept, groups: RecordGroups) -> int | None:
    """Return the group that others of its characteristic are compared with, if there is one."""
    config, name = kept.run.config, groups.characteristic
    if name is None:
        return None
    own = {each: group.reference for each, group in config.groups.items()}
    sizes = dict(zip(map(str, groups.names), groups.n_records.tolist(), strict=False))
    named = named_references(own, config.intersections, config.quality.reference)
    chosen = chosen_references({name: sizes}, named)
    return groups.names.index(chosen[name]) if name in chosen else None


def link_rates(kept: Kept, made: Outcome) -> Iterator[Estimate]:
    """Yield the link rate of every group and its gap, and precision and recall as models expect.

    The model's figures are of the candidates: recall does not count what blocking lost in the run.
    """
    quality = kept.run.config.quality
    for groups, members in cells(kept):
        counts = {at: (int(made.linked[rows].sum()), len(rows)) for at, rows in members.items()}
        reference = reference_of(kept, groups)
        for at, rows in members.items():
            row = row_of(kept, groups, at)
            yield _measured(row, measures.LINK_RATE, wilson(*counts[at], quality.level), kept)
            if reference is not None and at != reference:
                interval = newcombe(*counts[at], *counts[reference], quality.level)
                gap = _measured(row, measures.LINK_RATE_GAP, interval, kept)
                yield replace(
                    gap,
                    method=measures.NEWCOMBE,
                    grade=grade_of(measures.NEWCOMBE),
                    reference=groups.names[reference],
                )
            yield from _expected(row, made, rows)


def _measured(row: Estimate, measure: str, interval: Interval, kept: Kept) -> Estimate:
    return replace(
        row,
        measure=measure,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        status=status_of(interval, kept.run.config.quality.material_gap),
    )


def _expected(row: Estimate, made: Outcome, rows: Index) -> Iterator[Estimate]:
    """Yield precision and recall in blocks as the scenario's own probabilities have them."""
    right, linked, expected = (
        float(values[rows].sum()) for values in (made.right, made.linked, made.expected)
    )
    for measure, whole in (
        (measures.PRECISION, linked),
        (measures.RECALL_IN_BLOCKS, expected),
    ):
        if whole > 0:
            yield replace(
                row,
                measure=measure,
                method=measures.MODEL_NORMALISED,
                grade=grade_of(measures.MODEL_NORMALISED),
                estimate=right / whole,
                status="ok",
            )


def row_of(kept: Kept, groups: RecordGroups, at: int) -> Estimate:
    """Return the row of a group without its measure and figures."""
    return Estimate(
        measure="",
        method=measures.WILSON,
        source=kept.focal.name,
        other=kept.other.name,
        characteristic=groups.characteristic,
        group=groups.names[at],
        stage=measures.DECIDE,
        grade=grade_of(measures.WILSON),
        n_records=int(groups.n_records[at]),
        status="ok",
    )
