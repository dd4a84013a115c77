"""What is true of people beside age, sex and ethnic group, drawn for a whole block."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from synthetic_data.arrays import Flags, Floats, Whole
from synthetic_data.bands import YEARS
from synthetic_data.characteristic_fits import ADULT, REFERENCE_YEAR, first_years, last_years
from synthetic_data.codes import NOT_APPLICABLE, codes
from synthetic_data.distributions import Distributions
from synthetic_data.people.partners import HEAD, PARTNER, Block, Couples, couples, head_of
from synthetic_data.people.picking import pick

Streams: TypeAlias = Callable[[str], np.random.Generator]
"""The random numbers of a purpose, for this block."""

_APART = np.asarray([codes("marital_status").index(code) for code in codes("marital_status_apart")])
_BY_LAW = np.asarray([[1, 2], [3, 4]])  # married, civil partnership: of opposite sex, of the same
_COHABITING = codes("couple_status").index("cohabiting")


def draw_characteristics(block: Block, given: Distributions, streams: Streams) -> dict[str, Whole]:
    """Return codes by characteristic, one a person, as positions in their lists.

    Where a question is not for somebody the code is -8: marital status, sexual orientation,
    gender identity and socio-economic class of children under 16. ``arrived`` is a year, 0 for
    who was born in the United Kingdom; ``pregnant`` is 1 or 0. Each characteristic has a stream
    of its own, so that one stays as it is whatever is drawn for another.
    """
    age = np.minimum(block.age, YEARS - 1)
    adult = np.asarray(block.age >= ADULT)
    pairs = couples(block)
    draw = _Drawing(streams, len(age))
    born = pick(given.country_of_birth, (block.ethnicity, age), draw("country_of_birth"))
    of_adults = {
        "sexual_orientation": _orientation(age, pairs, given, draw),
        "gender_identity": pick(given.gender_identity, (age,), draw("gender_identity")),
        "marital_status": _marital_status(block, age, pairs, given, draw),
        "nssec": pick(given.nssec, (block.ethnicity, age), draw("nssec")),
    }
    return {
        "religion": _religion(block, given, draw),
        "disability": pick(given.disability, (block.sex, age), draw("disability")),
        **{name: np.where(adult, drawn, NOT_APPLICABLE) for name, drawn in of_adults.items()},
        "country_of_birth": born,
        "arrived": _arrived(age, born >= len(codes("uk_country")), given, draw),
        "pregnant": _pregnant(block.sex, age, given, draw),
    }


class _Drawing:
    """Numbers from 0 to below 1, one a person, by purpose."""

    def __init__(self, streams: Streams, n: int) -> None:
        self._streams, self._n = streams, n

    def __call__(self, purpose: str) -> Floats:
        return self._streams(purpose).random(self._n)


def _religion(block: Block, given: Distributions, draw: _Drawing) -> Whole:
    """Return religions. Who shares with the head has the head's number, not the head's religion.

    So members of one ethnic group have one religion, and the shares of each group stay exact.
    """
    shared = given.tables["religion.shared"].values
    rate = np.zeros(4)
    rate[HEAD], rate[PARTNER:] = 1.0, shared
    own = draw("religion")
    shares = draw("religion shared") < rate[block.role]
    number = np.where(shares, own[head_of(block)], own)
    return pick(given.religion, (block.ethnicity,), number)


def _orientation(age: Whole, pairs: Couples, given: Distributions, draw: _Drawing) -> Whole:
    """Return sexual orientation: of who lives with a partner of the same sex, not straight."""
    same = np.zeros(len(age), dtype=np.int64)
    same[pairs.head[pairs.same_sex]] = same[pairs.partner[pairs.same_sex]] = 1
    return pick(given.orientation_by_partner, (same, age), draw("sexual_orientation"))


def _marital_status(
    block: Block, age: Whole, pairs: Couples, given: Distributions, draw: _Drawing
) -> Whole:
    """Return marital status: one for a couple by law, one each for all others."""
    own, together = draw("marital_status"), draw("couples")[pairs.head]
    status = _APART[pick(given.without_partner, (block.sex, age), own)]
    same = pairs.same_sex.astype(np.int64)
    by_law = pick(given.couple_status, (same, age[pairs.head]), together)
    for rows in (pairs.head, pairs.partner):
        apart = _APART[pick(given.cohabiting, (age[rows],), own[rows])]
        legal = _BY_LAW[np.minimum(by_law, 1), same]
        status[rows] = np.where(by_law == _COHABITING, apart, legal)
    return status


def _arrived(age: Whole, abroad: Flags, given: Distributions, draw: _Drawing) -> Whole:
    """Return years of arrival, none before birth; 0 for who was not born ``abroad``."""
    period = pick(given.arrived, (age,), draw("arrived"))
    first = np.maximum(first_years()[period], REFERENCE_YEAR - age)
    year = first + np.floor(draw("year of arrival") * (last_years()[period] - first + 1))
    return np.where(abroad, year, 0).astype(np.int64)


def _pregnant(sex: Whole, age: Whole, given: Distributions, draw: _Drawing) -> Whole:
    women = sex == codes("sex").index("F")
    return np.asarray(women & (draw("pregnant") < given.pregnant[age]), dtype=np.int64)
