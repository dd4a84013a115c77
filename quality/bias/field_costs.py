"""Where bias comes from: what each field costs a group's matches in match weight."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt
from statistics import NormalDist

import numpy as np

from linkage.config.schema import Config
from linkage.model.normalise import Reals
from linkage.runs.workspace import Workspace
from quality import measures
from quality.bias.m_by_group import m_rows
from quality.bias.matched_patterns import Matched, matched_patterns
from quality.bias.references import chosen_references, named_references
from quality.drawn import Drawn
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.proportion import Interval, wilson
from quality.share import status_of

_SURE_BITS = 1.0
"""A cost known less closely than to this many bits, on either side, is too few to tell."""

_ASSUMED = (
    "candidates stand for matches by the model's probability, so that matches no rule brought "
    "together are not in it: the limits reach from links alone to all candidates",
    "weights are those of one model for everyone, without term frequency",
)

_Values = tuple[float, float, float]
"""Value, standard error, and number of matches."""


@dataclass(frozen=True)
class _Field:
    """One comparison's levels among the matches of every group, counted in both ways.

    ``levels`` (2, groups, levels + 1): by candidates' probabilities, and of links; missing last.
    ``below`` (levels + 1,): bits that each level lies under full agreement.
    """

    matched: Matched
    name: str
    levels: Reals
    below: Reals

    def cost(self, way: int, group: int) -> _Values | None:
        """Return the mean bits below full agreement; None without two matches."""
        counts = self.levels[way, group]
        n = float(counts.sum())
        if n < 2:
            return None
        mean = float(counts @ self.below) / n
        spread = float(counts @ (self.below - mean) ** 2) / (n - 1)
        return mean, sqrt(spread / n), n

    def share(self, way: int, group: int, level: float, *, missing: bool) -> Interval | None:
        """Return the share of matches with a missing value, or of the others short of agreement."""
        counts = self.levels[way, group]
        total = float(counts.sum()) if missing else float(counts[:-1].sum())
        if total <= 0:
            return None
        part = float(counts[-1]) if missing else float(counts[:-2].sum())
        return wilson(min(part, total), total, level)


def field_costs(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Estimate]:
    """Yield what every comparison costs every group, and m by group; models only (grade C).

    *Formula*: with n_l of a group's expected matches at level l of a comparison, and w_l = log2
    m_l / u_l the weight of the level (0 where a value is missing), the cost is sum n_l (w_top -
    w_l) / sum n_l bits: how much less the field says of the group's matches than if it always
    agreed. Expected matches are candidates counted by their probability. The interval joins that
    of this mean, by the normal, with the same of links alone: which pairs are matches is what is
    least known.

    ``drawn`` is not read: a review says who matches, not how the fields of unseen matches agree.
    """
    for matched in matched_patterns(workspace, config):
        reference = _reference(matched, config)
        for k in range(len(matched.comparisons)):
            field = _field(matched, k)
            for group in range(len(matched.groups.names)):
                yield from _rows(field, group, config)
                if reference is not None and group != reference:
                    yield _gap(field, group, reference, config)
        yield from m_rows(matched, config.quality)


def _field(matched: Matched, k: int) -> _Field:
    weights = matched.parameters.log2_ratio(k)  # missing last, as in the levels
    levels = np.stack([matched.levels(each, k) for each in (matched.expected, matched.linked)])
    return _Field(matched, matched.comparisons[k].name, levels, weights[-2] - weights)


def _reference(matched: Matched, config: Config) -> int | None:
    name = str(matched.groups.characteristic)
    sizes = dict(zip(matched.groups.names, matched.groups.n_records.tolist(), strict=False))
    known: Mapping[str, dict[str, int]] = {name: {str(g): n for g, n in sizes.items()}}
    own = {name: group.reference for name, group in config.groups.items()}
    chosen = chosen_references(
        known, named_references(own, config.intersections, config.quality.reference)
    )
    return matched.groups.names.index(chosen[name]) if name in chosen else None


def _rows(field: _Field, group: int, config: Config) -> Iterator[Estimate]:
    level, material_gap = config.quality.level, config.quality.material_gap
    costs = [field.cost(way, group) for way in (0, 1)]
    found = [_normal(each, level) for each in costs if each is not None]
    yield _row(field, group, measures.FIELD_COST, found, _SURE_BITS)
    for measure, missing in (
        (measures.FIELD_DISAGREEMENT, False),
        (measures.FIELD_MISSING, True),
    ):
        shares = [field.share(way, group, level, missing=missing) for way in (0, 1)]
        known = [each for each in shares if each is not None]
        yield _row(field, group, measure, known, material_gap)


def _gap(field: _Field, group: int, reference: int, config: Config) -> Estimate:
    differences = []
    for way in (0, 1):
        one, other = field.cost(way, group), field.cost(way, reference)
        if one is not None and other is not None:
            both = (one[0] - other[0], sqrt(one[1] ** 2 + other[1] ** 2), one[2])
            differences.append(_normal(both, config.quality.level))
    name = field.matched.groups.names[reference]
    return _row(field, group, measures.FIELD_COST_GAP, differences, _SURE_BITS, name)


def _normal(values: _Values, level: float) -> Interval:
    z = NormalDist().inv_cdf((1 + level) / 2)
    value, error, _ = values
    return Interval(value, value - z * error, value + z * error, level)


def _joined(found: list[Interval]) -> Interval:
    """Return the first value, within the widest limits."""
    first = found[0]
    lower, upper = min(each.lower for each in found), max(each.upper for each in found)
    return Interval(first.value, lower, upper, first.level)


def _row(
    field: _Field,
    group: int,
    measure: str,
    found: list[Interval],
    narrow: float,
    reference: str | None = None,
) -> Estimate:
    """Return the row of a group's figure, found in both ways; without figures where in neither.

    Every group has its rows: which have would say something of those held back.
    """
    groups = field.matched.groups
    row = Estimate(
        measure=measure,
        method=measures.WEIGHTED_CANDIDATES,
        source=field.matched.source,
        other=field.matched.other,
        characteristic=groups.characteristic,
        group=groups.names[group],
        variable=field.name,
        interval_covers=measures.RANGE_OVER_MODELS,
        reference=reference,
        grade=grade_of(measures.WEIGHTED_CANDIDATES),
        n_records=int(groups.n_records[group]),
        n_effective=float(field.levels[0, group].sum()),
        status="too_few_to_tell",
        assumptions=_ASSUMED,
    )
    if not found:
        return row
    interval = _joined(found)
    return replace(
        row,
        estimate=interval.value,
        lower=interval.lower,
        upper=interval.upper,
        level=interval.level,
        status=status_of(interval, narrow),
    )
