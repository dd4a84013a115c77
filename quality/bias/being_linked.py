"""Who is less likely to be linked, all characteristics of a record seen together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from linkage.config.schema import Config
from quality import measures
from quality.bias.adjusted_differences import adjusted_gap
from quality.bias.cells import MISSING, Cells, Factor
from quality.bias.gap import Gap
from quality.bias.logistic import fit
from quality.bias.main_effects import MainEffects
from quality.bias.marginal import marginal_effects
from quality.estimate import Estimate
from quality.grades import grade_of

_NOT_WHY = (
    "a record without a link may have been missed or may have no partner: the data do not say which"
)
_RECORDS = "records are independent of each other; the make-up of the source is taken as given"


def being_linked(linked: Mapping[str, Cells], config: Config) -> Iterator[Gap | Estimate]:
    """Yield the average marginal effect of every group of the focal source on being linked.

    Two models: the main effects of all characteristics, and the same with the number of missing
    identifiers beside them (``variable`` says so): what a group's effect loses in the second is
    what its missing identifiers explain. Those of the first are gaps to be settled with all others
    of the run; those of the second stand beside them and test nothing.

    Parameters
    ----------
    linked
        By other source: the focal source's records, and those linked to it.
    """
    for other, cells in linked.items():
        row = _row(config.focal, other)
        for factors, variable in _models(cells):
            for gap in _effects(cells, factors, row, config):
                yield gap if variable is None else replace(gap.row, variable=variable)


def _models(cells: Cells) -> Iterator[tuple[tuple[Factor, ...], str | None]]:
    """Yield the factors of each model, and what ``variable`` says of it.

    A characteristic with one group tells nothing apart and is left out.
    """
    factors = told_apart(cells.factors)
    own = tuple(factor for factor in factors if factor.name != MISSING)
    if own:
        yield own, None
        if len(factors) > len(own):
            yield factors, MISSING


def told_apart(factors: Sequence[Factor]) -> tuple[Factor, ...]:
    """Return the factors that have two groups or more."""
    return tuple(factor for factor in factors if len(factor.groups) > 1)


def formula(outcome: str, factors: Sequence[Factor]) -> str:
    """Return the model as an assumption that stands beside its figures."""
    terms = " + ".join(factor.name for factor in factors)
    return f"logit P({outcome}) = {terms}, each by itself and none crossed with another"


def _effects(
    cells: Cells, factors: tuple[Factor, ...], row: Estimate, config: Config
) -> Iterator[Gap]:
    fitted = fit(MainEffects(factors), cells.k, cells.n)
    said = (formula("linked", factors), _NOT_WHY, _RECORDS)
    sizes = {each.name: dict(zip(each.groups, each.sums(cells.n), strict=True)) for each in factors}
    for effect in marginal_effects(fitted, cells.n):
        if effect.characteristic != MISSING:
            n = round(float(sizes[effect.characteristic][effect.group]))
            named = replace(row, n_records=n, assumptions=said)
            error = effect.standard_error(fitted.covariance)
            yield adjusted_gap(
                effect, error, named, config.quality.level, config.quality.material_gap
            )


def _row(source: str, other: str) -> Estimate:
    return Estimate(
        measure=measures.LINK_AME,
        method=measures.LOGISTIC,
        source=source,
        other=other,
        stage=measures.DECIDE,
        interval_covers=measures.SAMPLING_ONLY,
        grade=grade_of(measures.LOGISTIC),
        status="ok",
    )
