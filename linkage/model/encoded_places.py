"""Comparisons of places that are tokens: equal, or equal in a coarser part.

As with clear text, what people of one place share is one comparison and not several, whose weights
would count one agreement more than once.
"""

from collections.abc import Collection, Iterator

from linkage.model.comparisons import Comparison, Level, equal, left, right

_HOME = ("house_number", "street", "postcode", "postcode_sector", "postcode_district", "town")
_TOLD = ("postcode", "street", "town")

PLACES = (*_HOME, "place_of_birth")
"""The columns that are compared here."""


def encoded_places(held: Collection[str]) -> Iterator[Comparison]:
    """Yield the comparison of where people live and were born, as far as tokens of it are held."""
    if {"postcode", "place_of_birth"} <= set(held) and not {"street", "town"} & set(held):
        yield _home_and_birth(held)
        return
    told = [part for part in _TOLD if part in held]
    if told:
        yield _home(held, told)
    if "place_of_birth" in held:
        yield _compared("place_of_birth", ("place_of_birth",), [("equal", ("place_of_birth",))])


def _home(held: Collection[str], told: list[str]) -> Comparison:
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
    kept = [(label, parts) for label, parts in levels if set(parts) <= set(held)]
    name = told[0] if len(told) == 1 else "address"
    return _compared(name, tuple(told), kept, home=True)


def _home_and_birth(held: Collection[str]) -> Comparison:
    """Compare postcode and place of birth together: many people live where they were born."""
    levels = [
        ("both equal", ("postcode", "place_of_birth")),
        ("same postcode", ("postcode",)),
        ("same district and birth place", ("postcode_district", "place_of_birth")),
        ("same sector", ("postcode_sector",)),
        ("same district", ("postcode_district",)),
        ("same birth place", ("place_of_birth",)),
    ]
    kept = [(label, parts) for label, parts in levels if set(parts) <= set(held)]
    return _compared("places", ("postcode", "place_of_birth"), kept, home=True)


def _compared(
    name: str,
    told: tuple[str, ...],
    levels: list[tuple[str, tuple[str, ...]]],
    home: bool = False,
) -> Comparison:
    """Return a comparison by equality of parts; missing where none of ``told`` is on both sides."""
    unknown = [f"({left(column)} IS NULL OR {right(column)} IS NULL)" for column in told]
    read = [*told, *(part for _, parts in levels for part in parts)]
    return Comparison(
        name,
        tuple(dict.fromkeys(read)),
        (
            Level("missing", " AND ".join(unknown), missing=True),
            *(
                Level(
                    label,
                    " AND ".join(map(equal, parts)),
                    term_frequency=parts[0] if len(parts) == 1 else None,
                )
                for label, parts in levels
            ),
            Level("different", "ELSE"),
        ),
        place=home,
    )
