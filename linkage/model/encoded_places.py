"""Comparisons of places that are tokens: equal, or equal in a coarser part.

As with clear text, what people of one place share is one comparison and not several, whose weights
would count one agreement more than once.
"""

from collections.abc import Iterator, Sequence

from linkage.model.comparisons import Comparison, Level, equal
from linkage.model.encoded_columns import Held

_TOLD = ("postcode", "street", "town")
_HOME = (
    ("same house and postcode", ("house_number", "street", "postcode")),
    ("same house", ("house_number", "street")),
    ("same postcode and number", ("house_number", "postcode")),
    ("same postcode", ("postcode",)),
    ("same street", ("street",)),
    ("same sector", ("postcode_sector",)),
    ("same district", ("postcode_district",)),
    ("same town", ("town",)),
)
_HOME_AND_BIRTH = (
    ("both equal", ("postcode", "place_of_birth")),
    ("same postcode", ("postcode",)),
    ("same district and birth place", ("postcode_district", "place_of_birth")),
    ("same sector", ("postcode_sector",)),
    ("same district", ("postcode_district",)),
    ("same birth place", ("place_of_birth",)),
)
_AREAS = ("postcode_sector", "postcode_district")

PLACES = ("house_number", *_TOLD, *_AREAS, "place_of_birth")
"""The values that are compared here."""


def encoded_places(held: Held) -> Iterator[Comparison]:
    """Yield the comparison of where people live and were born, as far as tokens of it are held."""
    told = [part for part in _TOLD if held.plain(part)]
    born = held.plain("place_of_birth")
    if told == ["postcode"] and born:
        yield _compared("places", ("postcode", "place_of_birth"), _HOME_AND_BIRTH, held)
    else:
        if told:
            label = told[0] if len(told) == 1 else "address"
            yield _compared(label, told, _HOME, held)
        if born:
            levels = [("equal", ("place_of_birth",))]
            yield _compared(born, ("place_of_birth",), levels, held, home=False)
    yield from _area(held)


def _compared(
    name: str,
    told: Sequence[str],
    levels: Sequence[tuple[str, Sequence[str]]],
    held: Held,
    home: bool = True,
) -> Comparison:
    """Return a comparison by equality of plain tokens; missing where ``told`` all are.

    A level of one part weighs by how rare its value is.
    """
    tokens = {part: token for part in PLACES if (token := held.plain(part))}
    kept = [
        (label, [tokens[part] for part in parts])
        for label, parts in levels
        if all(part in tokens for part in parts)
    ]
    unknown = " AND ".join(f"({held.apart(tokens[part])})" for part in told)
    read = [*(tokens[part] for part in told), *(part for _, parts in kept for part in parts)]
    return Comparison(
        name,
        tuple(dict.fromkeys(read)),
        (
            Level("missing", unknown, missing=True),
            *(
                Level(
                    label,
                    " AND ".join(map(equal, parts)),
                    term_frequency=parts[0] if len(parts) == 1 else None,
                )
                for label, parts in kept
            ),
            Level("different", "ELSE"),
        ),
        place=home,
    )


def _area(held: Held) -> Iterator[Comparison]:
    """Yield the comparison of areas whose tokens are salted: of people in different postcodes."""
    postcode = held.plain("postcode")
    areas = [
        (part, token)
        for part in _AREAS
        for token in held.of(part)
        if not held.is_plain(token) and held.is_known(token)
    ]
    if postcode is None or not areas:
        return
    tokens = [token for _, token in areas]
    salts = list(dict.fromkeys(salt for token in tokens for salt in held.salts(token)))
    unknown = " AND ".join(f"({held.apart(token)})" for token in tokens)
    yield Comparison(
        "postcode_area",
        (*tokens, *salts, postcode),
        (
            Level("missing", f"{equal(postcode)} OR ({unknown})", missing=True),
            *(
                Level(f"same {part.removeprefix('postcode_')}", equal(token))
                for part, token in areas
            ),
            Level("different", "ELSE"),
        ),
        place=True,
        given=salts[0],
    )
