"""Where bias comes from: what each stage of the linkage costs a group, against other groups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Any, Final

import numpy as np
import pyarrow.compute as pc

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from quality import measures, tally
from quality.bias.gap import around
from quality.bias.references import chosen_references, named_references
from quality.drawn import Drawn
from quality.estimate import Estimate, from_table, revised
from quality.grades import grade_of
from quality.proportion import Interval, difference
from quality.share import status_of

_GAPS = dict(
    zip(
        measures.LOSSES,
        zip(measures.STAGE_GAPS, measures.STAGE_GAPS_REST, strict=True),
        strict=True,
    )
)
_RATES = (measures.PRECISION, measures.RECALL, *measures.LOSSES)

_LEAST_GAP = 0.01
"""No share of a smaller gap in recall is given: it would be a ratio of noise."""

_DRAWS = 4_000
_SEED = 1

_UNTOLD: Final[Mapping[str, Any]] = {
    "estimate": None,
    "lower": None,
    "upper": None,
    "status": "too_few_to_tell",
}
_NEEDS = (
    "which stage lost a match is known only where matches are",
    "a review of linked and unlinked records, or truth, would identify it",
)
_ADDS_UP = (
    "each lost match is lost at the first stage that lost it: blocking, else a wrong partner, else "
    "the threshold",
)


@dataclass(frozen=True)
class _Group:
    """A group: the row of each of its rates, draws of its recall, and how many are linked."""

    name: str | None
    rows: Mapping[str, Estimate]
    recall: Reals
    n_linked: int | None

    @cached_property
    def losses(self) -> dict[str, Interval]:
        """What the group lost at each stage."""
        return {name: _interval(self.rows[name]) for name in measures.LOSSES}

    @cached_property
    def matches(self) -> float:
        """The group's number of matches: links x precision / recall; 0 where that is not known."""
        precision, recall = (
            self.rows[name].estimate or 0.0 for name in (measures.PRECISION, measures.RECALL)
        )
        return (self.n_linked or 0) * precision / recall if recall else 0.0


def _interval(row: Estimate) -> Interval:
    value = row.estimate or 0.0
    return Interval(value, row.lower or 0.0, row.upper or 0.0, row.level or 0.0)


def stage_costs(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield for every group what blocking, threshold and assignment cost it.

    *Formula*: the share v1 of a group's matches lost at a stage less that share v2 in the
    reference, or in everyone else together, whose matches number links x precision / recall. With
    l and u the limits of each share, the limits of the difference d are d - sqrt((v1 - l1)^2 + (u2
    - v2)^2) and d + sqrt((u1 - v1)^2 + (v2 - l2)^2): draws would give a stage at which nobody was
    seen to be lost no width. The three differences add up to the gap in recall with the sign
    changed; ``recall_gap_share`` is one of them over their sum, with figures where the gap is a
    point or more and its draws are sure of its sign. ``main_loss`` is the largest of a group's
    losses.

    Nothing measured gives one row for each other source, with the status ``not_identified``.

    Notes
    -----
    The limits are those of Newcombe (1998), method 10, with other limits put in for Wilson's; they
    take the two shares for independent.
    """
    if config.linkage.type == "deduplicate":
        return
    if drawn.method is None:
        yield from (_not_known(config, other) for other in config.sources if other != config.focal)
        return
    rows = [row for row in _measured(workspace, drawn.method) if row.measure in _RATES]
    linked = _links(workspace)
    for other in dict.fromkeys(row.other for row in rows):
        of_other = [row for row in rows if row.other == other]
        groups = list(_groups(of_other, drawn, linked))
        yield from (_main(each) for each in groups)
        yield from _all_gaps(groups, config)


def _measured(workspace: Workspace, method: str) -> list[Estimate]:
    rates = workspace.read("error_rates")
    return from_table(rates.filter(pc.equal(rates["method"], method)))


def _links(workspace: Workspace) -> Mapping[tuple[str | None, ...], int | None]:
    """Return the number of linked records, by other source, characteristic and group."""
    return {
        (each.other, each.characteristic, each.group): each.k
        for each in tally.from_table(workspace.read(tally.TALLIES.name))
        if each.measure == measures.LINKED
    }


def _groups(
    rows: Sequence[Estimate], drawn: Drawn, linked: Mapping[tuple[str | None, ...], int | None]
) -> Iterator[_Group]:
    """Yield every group, and all records, of which all rates were measured and recall drawn."""
    cells: dict[tuple[str | None, str | None], dict[str, Estimate]] = {}
    for row in rows:
        if row.estimate is not None:
            cells.setdefault((row.characteristic, row.group), {})[row.measure] = row
    for (characteristic, group), held in cells.items():
        other = next(iter(held.values())).other
        recall = drawn.of(measures.RECALL, other, characteristic, group)
        if recall is not None and held.keys() == set(_RATES):
            yield _Group(group, held, recall, linked.get((other, characteristic, group)))


def main_loss(losses: Mapping[str, Interval], *, few: bool = False) -> tuple[str, str]:
    """Return the loss that is largest, and the finding that names its stage.

    It is sure where its difference from each other loss leaves out zero. ``few`` says that each may
    be of nobody, which a figure made fit to leave does not tell.
    """
    most = max(measures.LOSSES, key=lambda name: losses[name].value)
    if few:
        return most, measures.FEW_LOST
    if losses[most].value <= 0:
        return most, measures.NOTHING_LOST
    others = [losses[name] for name in measures.LOSSES if name != most]
    surely = all(difference(losses[most], other).lower > 0 for other in others)
    return most, f"{'' if surely else measures.PERHAPS}{measures.LOST_AT[most]}"


def _main(group: _Group) -> Estimate:
    """Return the row of the stage that lost most of the group's matches, which ``finding`` names.

    Every group has one, whatever it lost: which have would say something of those held back.
    """
    most, finding = main_loss(group.losses)
    row = group.rows[most]
    return revised(
        row,
        measure=measures.MAIN_LOSS,
        stage=measures.DECIDE,
        finding=finding,
        assumptions=(*row.assumptions, *_ADDS_UP),
    )


def _all_gaps(groups: Iterable[_Group], config: Config) -> Iterator[Estimate]:
    """Yield the gaps of every group of every characteristic."""
    sizes: dict[str, dict[str, int]] = {}
    held: dict[str, list[_Group]] = {}
    for each in groups:
        row = each.rows[measures.RECALL]
        if row.characteristic is not None and each.name is not None:
            held.setdefault(row.characteristic, []).append(each)
            sizes.setdefault(row.characteristic, {})[each.name] = row.n_records or 0
    own = {name: group.reference for name, group in config.groups.items()}
    named = named_references(own, config.intersections, config.quality.reference)
    for characteristic, reference in chosen_references(sizes, named).items():
        members = held[characteristic]
        for each in members:
            for yardstick in (_reference(members, reference), _rest(members, each)):
                if yardstick is not None and each.name != yardstick.name:
                    yield from _gaps(each, yardstick, config)


@dataclass(frozen=True)
class _Yardstick:
    """Who a group is compared with: their losses, and draws of their recall where it has them."""

    name: str
    losses: Mapping[str, Interval]
    recall: Reals | None = None


def _reference(members: Sequence[_Group], name: str) -> _Yardstick | None:
    found = next((each for each in members if each.name == name), None)
    return None if found is None else _Yardstick(name, found.losses, found.recall)


def _rest(members: Sequence[_Group], group: _Group) -> _Yardstick | None:
    """Return everyone else: the other groups' losses by how many matches each has."""
    others = [each for each in members if each.name != group.name]
    n = np.array([each.matches for each in others])
    if not others or not n.all():
        return None
    weights = n / n.sum()
    losses = {}
    for loss in measures.LOSSES:
        parts = [each.losses[loss] for each in others]
        value, lower, upper = np.array([(p.value, p.lower, p.upper) for p in parts]).T
        mean = float(weights @ value)
        down = float(np.linalg.norm(weights * (value - lower)))
        up = float(np.linalg.norm(weights * (upper - value)))
        losses[loss] = Interval(mean, mean - down, mean + up, parts[0].level)
    return _Yardstick(measures.EVERYONE_ELSE, losses)


def _gaps(group: _Group, yardstick: _Yardstick, config: Config) -> Iterator[Estimate]:
    made = {loss: difference(group.losses[loss], other) for loss, other in yardstick.losses.items()}
    for loss, interval in made.items():
        measure = _GAPS[loss][yardstick.recall is None]
        yield revised(
            _row(group.rows[loss], measure, loss, interval, yardstick.name),
            status=status_of(interval, config.quality.material_gap),
        )
    if yardstick.recall is not None:
        drawn = group.recall - yardstick.recall
        sure = max((drawn > 0).mean(), (drawn < 0).mean()) >= (1 + config.quality.level) / 2
        told = bool(sure) and abs(sum(gap.value for gap in made.values())) >= _LEAST_GAP
        for loss, interval in shares_of_gap(made).items():
            row = _row(group.rows[loss], measures.RECALL_GAP_SHARE, loss, interval, yardstick.name)
            yield revised(row, status="ok") if told else revised(row, **_UNTOLD)


def shares_of_gap(made: Mapping[str, Interval]) -> dict[str, Interval]:
    """Return each stage's part of the gap in recall, from the gaps of all stages.

    Each difference is drawn from a normal on either side of it that gives its limits.
    """
    random = np.random.default_rng(_SEED)
    drawn = [_two_sided(gap, random.standard_normal(_DRAWS)) for gap in made.values()]
    total, value = np.sum(drawn, axis=0), sum(gap.value for gap in made.values())
    parts = {}
    for (loss, gap), each in zip(made.items(), drawn, strict=True):
        ratio = np.divide(each, total, out=np.zeros_like(each), where=total != 0)
        parts[loss] = around(gap.value / value if value else 0.0, ratio, gap.level)
    return parts


def _two_sided(gap: Interval, normal: Reals) -> Reals:
    z = NormalDist().inv_cdf((1 + gap.level) / 2)
    up, down = (gap.upper - gap.value) / z, (gap.value - gap.lower) / z
    drawn: Reals = gap.value + normal * np.where(normal > 0, up, down)
    return drawn


def _row(row: Estimate, measure: str, loss: str, interval: Interval, reference: str) -> Estimate:
    return revised(
        row,
        measure=measure,
        stage=measures.LOST_AT[loss],
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        reference=reference,
        assumptions=(*row.assumptions, *_ADDS_UP),
    )


def _not_known(config: Config, other: str) -> Estimate:
    return Estimate(
        measure=measures.MAIN_LOSS,
        method=measures.NO_METHOD,
        source=config.focal,
        other=other,
        grade=grade_of(measures.NO_METHOD),
        status="not_identified",
        assumptions=_NEEDS,
    )
