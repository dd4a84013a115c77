"""Where bias comes from: what each stage of the linkage costs a group, against other groups."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from quality import measures, tally
from quality.bias.references import chosen_references, named_references
from quality.drawn import Drawn
from quality.estimate import Estimate, from_table
from quality.grades import grade_of
from quality.proportion import Interval
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
    """A group's rates: of each its row, and draws (draws,); and draws of its matches' number."""

    name: str | None
    rows: Mapping[str, Estimate]
    drawn: Mapping[str, Reals]
    n_linked: int | None

    def matches(self) -> tuple[float, Reals] | None:
        """Return the group's number of matches, links x precision / recall; None if not known."""
        if not self.n_linked:
            return None
        rates = [self.rows[name].estimate or 0.0 for name in (measures.PRECISION, measures.RECALL)]
        right = self.drawn[measures.PRECISION] * self.n_linked
        if rates[1] <= 0 or (self.drawn[measures.RECALL] <= 0).any():
            return None
        return self.n_linked * rates[0] / rates[1], right / self.drawn[measures.RECALL]


def stage_costs(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield for every group what blocking, threshold and assignment cost it.

    *Formula*: the share of a group's matches lost at a stage less that share in the reference, or
    in everyone else together, whose matches number links x precision / recall. The three
    differences add up to the gap in recall with the sign changed; ``recall_gap_share`` is one of
    them over their sum, given where the gap is a point or more and its sign is sure. ``main_loss``
    is the largest of a group's losses. All are formed draw by draw.

    Nothing measured gives one row for each other source, with the status ``not_identified``.
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
        for each in groups:
            yield from _main(each, config)
        yield from _all_gaps(groups, config)


def _measured(workspace: Workspace, method: str) -> list[Estimate]:
    return [row for row in from_table(workspace.read("error_rates")) if row.method == method]


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
    """Yield every group, and all records, of which all rates were measured and drawn."""
    cells: dict[tuple[str | None, str | None], dict[str, Estimate]] = {}
    for row in rows:
        if row.estimate is not None:
            cells.setdefault((row.characteristic, row.group), {})[row.measure] = row
    for (characteristic, group), held in cells.items():
        other = next(iter(held.values())).other
        draws = {
            name: values
            for name in _RATES
            if (values := drawn.of(name, other, characteristic, group)) is not None
        }
        if held.keys() == draws.keys() == set(_RATES):
            yield _Group(group, held, draws, linked.get((other, characteristic, group)))


def _main(group: _Group, config: Config) -> Iterator[Estimate]:
    """Yield the stage that lost most of the group's matches, if any was lost."""
    losses = {name: group.rows[name].estimate or 0.0 for name in measures.LOSSES}
    most = max(losses, key=lambda name: losses[name])
    if losses[most] <= 0:
        return
    row = group.rows[most]
    others = [group.drawn[name] for name in measures.LOSSES if name != most]
    surely = (group.drawn[most] > np.maximum(*others)).mean() >= config.quality.level
    yield replace(
        row,
        measure=measures.MAIN_LOSS,
        stage=measures.LOST_AT[most],
        finding=measures.MOST_LOST_HERE if surely else measures.NOT_TOLD_APART,
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
    """Who a group is compared with: their losses, as values and draws (draws,)."""

    name: str
    losses: Mapping[str, tuple[float, Reals]]


def _reference(members: Sequence[_Group], name: str) -> _Yardstick | None:
    found = next((each for each in members if each.name == name), None)
    if found is None:
        return None
    losses = {
        loss: (found.rows[loss].estimate or 0.0, found.drawn[loss]) for loss in measures.LOSSES
    }
    return _Yardstick(name, losses)


def _rest(members: Sequence[_Group], group: _Group) -> _Yardstick | None:
    """Return everyone else: the other groups' losses by how many matches each has."""
    others = [each for each in members if each.name != group.name]
    counted = [each.matches() for each in others]
    known = [each for each in counted if each is not None]
    if not known or len(known) < len(counted):
        return None
    losses = {}
    for loss in measures.LOSSES:
        values = [each.rows[loss].estimate or 0.0 for each in others]
        total = sum(n for n, _ in known)
        value = sum(n * v for (n, _), v in zip(known, values, strict=True)) / total
        drawn = sum(n * each.drawn[loss] for (_, n), each in zip(known, others, strict=True))
        losses[loss] = (value, np.asarray(drawn / sum(n for _, n in known)))
    return _Yardstick(measures.EVERYONE_ELSE, losses)


def _gaps(group: _Group, yardstick: _Yardstick, config: Config) -> Iterator[Estimate]:
    level, rest = config.quality.level, yardstick.name == measures.EVERYONE_ELSE
    made = {}
    for loss, (value, drawn) in yardstick.losses.items():
        gap = ((group.rows[loss].estimate or 0.0) - value, group.drawn[loss] - drawn)
        made[loss] = gap
        interval = _around(*gap, level)
        yield replace(
            _row(group.rows[loss], _GAPS[loss][rest], loss, interval, yardstick.name),
            status=status_of(interval, config.quality.material_gap),
        )
    if not rest:
        yield from _shares(group, made, yardstick.name, level)


def _shares(
    group: _Group, made: Mapping[str, tuple[float, Reals]], reference: str, level: float
) -> Iterator[Estimate]:
    """Yield each stage's part of the gap in recall, where there surely is one."""
    total = sum(value for value, _ in made.values())
    drawn = np.sum([each for _, each in made.values()], axis=0)
    sure = max((drawn > 0).mean(), (drawn < 0).mean()) >= (1 + level) / 2
    if abs(total) < _LEAST_GAP or not sure:
        return
    told = np.where(drawn == 0, np.nan, drawn)
    for loss, (value, each) in made.items():
        share = each / told
        interval = _around(value / total, share[np.isfinite(share)], level)
        yield replace(
            _row(group.rows[loss], measures.RECALL_GAP_SHARE, loss, interval, reference),
            status="ok",
        )


def _row(row: Estimate, measure: str, loss: str, interval: Interval, reference: str) -> Estimate:
    return replace(
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


def _around(value: float, drawn: Reals, level: float) -> Interval:
    tail = (1 - level) / 2
    lower, upper = np.quantile(drawn, [tail, 1 - tail]).tolist()
    return Interval(value, min(lower, value), max(upper, value), level)


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
