"""Comparisons of places chosen by role: where people live, and where they were born."""

from collections.abc import Collection, Iterator

from linkage.model.comparisons import (
    Comparison,
    Level,
    edits,
    equal,
    left,
    missing,
    right,
    similar,
)


def places_of(held: Collection[str]) -> Iterator[Comparison]:
    """Yield comparisons of places: house, street, area and place of birth."""
    if "street" in held:
        yield house() if "house_number" in held else place("street", home=True)
    if {"postcode", "place_of_birth"} <= set(held):
        yield places(parts="postcode_district" in held)
    elif "postcode" in held:
        yield postcode(held)
    if "town" in held:
        yield place("town", home=True)
    if "place_of_birth" in held and "postcode" not in held:
        yield place("place_of_birth", home=False)


def house() -> Comparison:
    """Compare house number and street together."""
    street, number = "street", "house_number"
    return Comparison(
        street,
        (number, street),
        (
            missing(street),
            Level("same house", f"{equal(street)} AND {equal(number)}"),
            Level(
                "same number, street nearly equal", f"{similar(street, 0.88)} AND {equal(number)}"
            ),
            Level("same street", similar(street, 0.92)),
            Level("same number", equal(number)),
            Level("different", "ELSE"),
        ),
        place=True,
    )


def place(column: str, home: bool) -> Comparison:
    """Compare the names of places; ``home``: people of one household share it."""
    return Comparison(
        column,
        (column,),
        (
            missing(column),
            Level("equal", equal(column), term_frequency=column),
            Level("nearly equal", similar(column, 0.88)),
            Level("different", "ELSE"),
        ),
        place=home,
    )


def postcode(held: Collection[str], column: str = "postcode") -> Comparison:
    """Compare postcodes, with the parts of a UK postcode where they are held."""
    levels = [missing(column), Level("equal", equal(column), term_frequency=column)]
    columns: tuple[str, ...] = (column,)
    levels.append(Level("nearly equal", edits(column, 1)))
    if column == "postcode" and "postcode_district" in held:
        columns += ("postcode_sector", "postcode_district", "postcode_area")
        levels += [
            Level("same sector", equal("postcode_sector")),
            Level("same district", equal("postcode_district")),
            Level("same area", equal("postcode_area")),
        ]
    return Comparison(column, columns, (*levels, Level("different", "ELSE")), place=True)


def places(parts: bool) -> Comparison:
    """Compare postcode and place of birth together: many people live where they were born."""
    home, birth = "postcode", "place_of_birth"
    columns: tuple[str, ...] = (home, birth)
    near, far = edits(home, 1), "FALSE"
    if parts:
        columns += ("postcode_district", "postcode_area")
        near = f"({near} OR {equal('postcode_district')})"
        far = equal("postcode_area")
    none = (
        f"({left(home)} IS NULL OR {right(home)} IS NULL) "
        f"AND ({left(birth)} IS NULL OR {right(birth)} IS NULL)"
    )
    levels = [
        Level("missing", none, missing=True),
        Level("both equal", f"{equal(home)} AND {equal(birth)}", term_frequency=home),
        Level("postcode equal", equal(home), term_frequency=home),
        Level("near, same birth place", f"{near} AND {equal(birth)}"),
        Level("near", near),
        Level("same area and birth place", f"{far} AND {equal(birth)}"),
        Level("same birth place", equal(birth), term_frequency=birth),
        Level("birth place nearly equal", similar(birth, 0.88)),
        Level("same area", far),
        Level("different", "ELSE"),
    ]
    kept = tuple(level for level in levels if parts or "FALSE" not in level.sql)
    return Comparison("places", columns, kept, place=True)
