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
    """Yield comparisons of places: the address, as one where it has several parts, and birth."""
    if len({"street", "postcode", "town"} & set(held)) > 1:
        yield address(held)
        if "place_of_birth" in held:
            yield place("place_of_birth", home=False)
        return
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


def address(held: Collection[str]) -> Comparison:
    """Compare house, street, postcode and town as one.

    They must not be several comparisons: all who live in a street share its postcode and town, so
    their weights would count one agreement three times, and neighbours would pass for matches.
    """
    number = equal("house_number") if "house_number" in held else None
    street = similar("street", 0.88) if "street" in held else None
    postcode = equal("postcode") if "postcode" in held else None
    near = edits("postcode", 1) if "postcode" in held else None
    district = equal("postcode_district") if "postcode_district" in held else None
    town = similar("town", 0.88) if "town" in held else None
    house, area = _both(street, number), _either(near, town)
    levels = (
        ("same house and postcode", _both(house, postcode)),
        ("same house, area agrees", _both(house, area)),
        ("same house", house),
        ("same postcode and street", _both(postcode, street)),
        ("same postcode and number", _both(postcode, number)),
        ("same street, area agrees", _both(street, area)),
        ("same postcode", postcode),
        ("same number, area agrees", _both(number, area)),
        ("same street", street),
        ("postcode nearly equal", near),
        ("same area", _either(district, town)),
        ("same number", number),
    )
    parts = ("house_number", "street", "postcode", "postcode_district", "town")
    told = [part for part in ("street", "postcode", "town") if part in held]
    unknown = " AND ".join(f"({left(c)} IS NULL OR {right(c)} IS NULL)" for c in told)
    return Comparison(
        "address",
        tuple(part for part in parts if part in held),
        (
            Level("missing", unknown, missing=True),
            *(Level(label, sql) for label, sql in levels if sql is not None),
            Level("different", "ELSE"),
        ),
        place=True,
    )


def _both(*conditions: str | None) -> str | None:
    """Return the condition that all hold; None where one cannot be asked."""
    asked = [condition for condition in conditions if condition is not None]
    return f"({' AND '.join(asked)})" if len(asked) == len(conditions) else None


def _either(*conditions: str | None) -> str | None:
    """Return the condition that one holds, of those that can be asked."""
    asked = [condition for condition in conditions if condition is not None]
    return f"({' OR '.join(asked)})" if asked else None


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
