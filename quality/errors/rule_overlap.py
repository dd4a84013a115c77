"""Which blocking rules share a field, so that one fault or one missing value stops both."""

from collections.abc import Sequence
from itertools import combinations

from linkage.model.blocking import Rule
from linkage.model.normalise import Reals
from linkage.model.rule_terms import FIELDS

_NAMED = 5
"""As many pairs of rules are named; of the others, how many there are."""

_FIELD = {
    column: field
    for field, variants in FIELDS.items()
    for variant in variants
    for column in Rule(variant).columns
    if field != "names"
}


def fields_of(rule: Rule) -> frozenset[str]:
    """Return the fields a rule asks: a birth year and a birth day are of one field."""
    return frozenset(_FIELD.get(column, column) for column in rule.columns)


def least_shared(rules: Sequence[Rule], caught: Reals) -> tuple[int, ...]:
    """Return the rules by place, each the one that shares fewest fields with those before it.

    The first is the rule that catches most, which settles ties too.
    """
    fields, left = [fields_of(rule) for rule in rules], set(range(len(rules)))
    order: list[int] = []
    while left:
        best = min(
            left,
            key=lambda at: (sum(len(fields[at] & fields[o]) for o in order), -caught[at], at),
        )
        order.append(best)
        left.remove(best)
    return tuple(order)


def shared_fields(rules: Sequence[Rule]) -> str | None:
    """Return a sentence that names the rules which share a field; None where none do."""
    found = [
        f"{a.name} and {b.name} ({', '.join(sorted(shared))})"
        for a, b in combinations(rules, 2)
        if (shared := fields_of(a) & fields_of(b))
    ]
    if not found:
        return None
    more = f" and {len(found) - _NAMED} more pairs" if len(found) > _NAMED else ""
    return (
        "rules that share a field lose the same matches, also where its value is missing, so that "
        f"the loss is likely to be larger: {', '.join(found[:_NAMED])}{more}"
    )
