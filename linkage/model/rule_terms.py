"""What a blocking rule may ask: terms by field, and the rules that can be made of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
import numpy.typing as npt

from linkage.model.blocking import Rule

FIELDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "first_name": (("first_name",), ("first_name_phonetic",), ("first_initial",)),
    "surname": (("surname",), ("surname_phonetic",), ("surname_initial",)),
    "names": (("first_name = surname", "surname = first_name"),),
    "date_of_birth": (
        ("date_of_birth_text",),
        ("birth_year", "birth_month"),
        ("birth_year", "birth_day"),
        ("birth_month", "birth_day"),
        ("birth_year",),
    ),
    "postcode": (("postcode",), ("postcode_sector",), ("postcode_district",)),
    "street": (("house_number", "street"), ("street",), ("house_number",)),
    "middle_name": (("middle_name",),),
    "town": (("town",),),
    "email": (("email",), ("email_user",)),
    "phone": (("phone",),),
    "person_number": (("person_number",),),
    "place_of_birth": (("place_of_birth",),),
}
"""What a rule may ask of each field, finest first. A rule takes at most one of a field."""

IMPLIED: dict[str, tuple[str, ...]] = {
    "first_name": ("first_name_phonetic", "first_initial"),
    "surname": ("surname_phonetic", "surname_initial"),
    "date_of_birth_text": ("birth_year", "birth_month", "birth_day"),
    "postcode": ("postcode_sector", "postcode_district"),
    "postcode_sector": ("postcode_district",),
    "email": ("email_user",),
}
"""What two records that agree on a column agree on as well."""


Term = tuple[str, tuple[str, ...]]
"""A field, and what a rule may ask of it."""


def terms_of(columns: Sequence[str], plain: Sequence[str]) -> list[Term]:
    """Return (field, term) for every term whose columns are held."""
    held = set(columns)
    fields = {**FIELDS, **{name: ((name,),) for name in plain}}
    return [
        (field, term)
        for field, variants in fields.items()
        for term in variants
        if set(Rule(term).columns) <= held
    ]


@dataclass(frozen=True)
class Candidate:
    """A rule that could be chosen: the terms it is made of, by place, and their fields."""

    rule: Rule
    parts: tuple[int, ...]
    fields: tuple[str, ...]


def combined(terms: Sequence[Term], coarse: Collection[str] = ()) -> list[Candidate]:
    """Return every rule of one, two or three terms from different fields.

    None asks ``coarse`` columns alone: a linkage unit could work out whose values agree.
    """
    by_field: dict[str, list[int]] = {}
    for i, (field, _) in enumerate(terms):
        by_field.setdefault(field, []).append(i)
    return [
        Candidate(Rule(tuple(column for i in parts for column in terms[i][1])), parts, fields)
        for n in (1, 2, 3)
        for fields in combinations(by_field, n)
        for parts in product(*(by_field[field] for field in fields))
        if not all(column in coarse for i in parts for column in terms[i][1])
    ]


def without_implied(rules: Sequence[Rule], met: npt.NDArray[np.bool_]) -> tuple[Rule, ...]:
    """Return the rules less those whose every pair another meets too.

    A rule asks more than another when its terms, with all that they imply, include the other's; a
    match that meets it alone disproves it, such as of a name too short for a phonetic code.

    Parameters
    ----------
    met
        (matches, rules) which of the sample's matches meet each rule.
    """
    asked = [
        {implied for t in rule.terms for implied in (t, *IMPLIED.get(t, ()))} for rule in rules
    ]
    return tuple(
        rule
        for i, rule in enumerate(rules)
        if not any(
            set(other.terms) <= asked[i]
            and not (met[:, i] & ~met[:, j]).any()
            and not (set(rule.terms) <= asked[j] and i < j)
            for j, other in enumerate(rules)
            if i != j
        )
    )


def finest(terms: Sequence[Term]) -> Iterator[Rule]:
    """Yield a rule for every two fields: the finest term of each; of one field alone, its terms."""
    first: dict[str, tuple[str, ...]] = {}
    for field, term in terms:
        first.setdefault(field, term)
    if len(first) == 1:
        yield from (Rule(term) for _, term in terms)
    for one, other in combinations(first.values(), 2):
        yield Rule((*one, *other))
