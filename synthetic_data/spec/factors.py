"""Factors as they are meant: what is said of an age holds for all bands until the next named."""

from math import prod

from synthetic_data.people.vocabulary import AGES_FROM, NAMES
from synthetic_data.spec.schema import AGE, Factors, Spec


def resolved(spec: Spec) -> Spec:
    """Return a specification with every factor in place of its name, and for every band of age."""
    sources = {}
    for name, source in spec.sources.items():
        coverage = source.coverage.model_copy(update={"by": spread(source.coverage.by)})
        errors = source.errors
        by = {kind: spread(_named(spec, each)) for kind, each in errors.by.items()}
        update: dict[str, object] = {
            "coverage": coverage,
            "errors": errors.model_copy(update={"by": by}),
        }
        if source.sample is not None:
            by_sample = spread(source.sample.by)
            update["sample"] = source.sample.model_copy(update={"by": by_sample})
        if source.deliveries is not None:
            drift = spread(source.deliveries.drift)
            update["deliveries"] = source.deliveries.model_copy(update={"drift": drift})
        sources[name] = source.model_copy(update=update)
    return spec.model_copy(update={"sources": sources})


def spread(factors: Factors) -> Factors:
    """Return factors in which every band of age from the first named on has its own."""
    if AGE not in factors:
        return factors
    said = {int(age): by for age, by in factors[AGE].items() if age in NAMES[AGE]}
    bands = {
        str(age): said[max(named for named in said if named <= age)]
        for age in AGES_FROM
        if any(named <= age for named in said)
    }
    return {**factors, AGE: bands}


def largest(factors: Factors) -> float:
    """Return the largest product of factors that a person can have; a group not named has 1."""
    return prod(_largest(name, by) for name, by in factors.items())


def _largest(characteristic: str, by: dict[str, float]) -> float:
    named = all(group in by for group in NAMES.get(characteristic, ()))
    return max([*by.values(), *([] if named and by else [1.0])])


def _named(spec: Spec, factors: Factors | str) -> Factors:
    return spec.factors[factors] if isinstance(factors, str) else factors
