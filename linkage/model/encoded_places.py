"""Comparisons of places that are tokens: equal, or equal in a coarser part.

As with clear text, what people of one place share is one comparison and not several, whose weights
would count one agreement more than once.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain

from linkage.config.source_settings import Column
from linkage.model.comparisons import Comparison, Level, equal
from linkage.model.salts import unknown

_HOME = ("house_number", "street", "postcode", "postcode_sector", "postcode_district", "town")
_TOLD = ("postcode", "street", "town")

PLACES = (*_HOME, "place_of_birth")
"""The columns that are compared here."""


def encoded_places(held: Mapping[str, Column]) -> Iterator[Comparison]:
    """Yield the comparison of where people live and were born, as far as tokens of it are held."""
    if {"postcode", "place_of_birth"} <= set(held) and not {"street", "town"} & set(held):
        yield _home_and_birth(held)
        return
    told = [part for part in _TOLD if part in held]
    if told:
        yield _home(held, told)
    if "place_of_birth" in held:
        levels = [("equal", ("place_of_birth",))]
        yield _compared("place_of_birth", ("place_of_birth",), levels, held)


def _home(held: Mapping[str, Column], told: list[str]) -> Comparison:
    """Compare where people live by the finest parts that agree."""
    levels = [
        ("same house and postcode", ("house_number", "street", "postcode")),
        ("same house", ("house_number", "street")),
        ("same postcode and number", ("house_number", "postcode")),
        ("same postcode", ("postcode",)),
        ("same street", ("street",)),
        ("same sector", ("postcode_sector",)),
        ("same district", ("postcode_district",)),
        ("same town", ("town",)),
    ]
    name = told[0] if len(told) == 1 else "address"
    return _compared(name, tuple(told), levels, held, home=True)


def _home_and_birth(held: Mapping[str, Column]) -> Comparison:
    """Compare postcode and place of birth together: many people live where they were born."""
    levels = [
        ("both equal", ("postcode", "place_of_birth")),
        ("same postcode", ("postcode",)),
        ("same district and birth place", ("postcode_district", "place_of_birth")),
        ("same sector", ("postcode_sector",)),
        ("same district", ("postcode_district",)),
        ("same birth place", ("place_of_birth",)),
    ]
    return _compared("places", ("postcode", "place_of_birth"), levels, held, home=True)


def _compared(
    name: str,
    told: tuple[str, ...],
    levels: Sequence[tuple[str, tuple[str, ...]]],
    held: Mapping[str, Column],
    home: bool = False,
) -> Comparison:
    """Return a comparison by equality of the parts held.

    It is missing where none of ``told`` can be compared. A level of one part, which is not salted,
    weighs by how rare its value is.
    """
    kept = [(label, parts) for label, parts in levels if set(parts) <= set(held)]
    cannot, read = zip(*(unknown(part, held) for part in told), strict=True)
    columns = [*told, *(part for _, parts in kept for part in parts), *chain.from_iterable(read)]
    return Comparison(
        name,
        tuple(dict.fromkeys(columns)),
        (
            Level("missing", " AND ".join(f"({each})" for each in cannot), missing=True),
            *(_level(label, parts, held) for label, parts in kept),
            Level("different", "ELSE"),
        ),
        place=home,
    )


def _level(label: str, parts: tuple[str, ...], held: Mapping[str, Column]) -> Level:
    rare = parts[0] if len(parts) == 1 and not held[parts[0]].salt else None
    return Level(label, " AND ".join(map(equal, parts)), term_frequency=rare)
