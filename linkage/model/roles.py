"""Comparisons chosen by role: what ``comparisons: auto`` makes of the columns that sources share.

Fields that depend on each other are merged into one comparison, because a Fellegi-Sunter model
adds their weights as if they were independent (Winkler 1993).
"""

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
    swapped,
)
from linkage.model.role_places import places_of


def by_role(columns: Collection[str], plain: Collection[str] = ()) -> tuple[Comparison, ...]:
    """Return a comparison for every role among ``columns``, and for each of ``plain``.

    Parameters
    ----------
    columns
        Standardised columns that at least two sources (or the one deduplicated) hold.
    plain
        Other columns that the user declared, compared for exact agreement.
    """
    return tuple(_chosen(set(columns), tuple(plain)))


def _chosen(held: set[str], plain: tuple[str, ...]) -> Iterator[Comparison]:
    yield from _person(held)
    yield from places_of(held)
    if "email" in held:
        yield email()
    for column in ("phone", "person_number"):
        if column in held:
            yield identifier_like(column)
    for column in ("country", *plain):
        if column in held:
            yield exact(column, tf=True)


def _person(held: set[str]) -> Iterator[Comparison]:
    if "first_name" in held:
        yield first_name(held)
    if "middle_name" in held:
        yield middle_name()
    if "surname" in held:
        yield surname(held)
    if "date_of_birth" in held:
        yield date_of_birth()
    if "sex" in held:
        yield exact("sex")


def exact(column: str, tf: bool = False) -> Comparison:
    """Compare for equality alone."""
    return Comparison(
        column,
        (column,),
        (
            missing(column),
            Level("equal", equal(column), term_frequency=column if tf else None),
            Level("different", "ELSE"),
        ),
    )


def first_name(held: Collection[str]) -> Comparison:
    """Compare first names: equal, a part of the other, alike in writing or sound, swapped."""
    column = "first_name"
    others = tuple(other for other in ("surname", "middle_name") if other in held)
    columns = (column, "first_name_phonetic", "first_initial", *others)
    levels = [
        missing(column),
        Level("equal", equal(column), term_frequency=column),
        Level("nearly equal", f"{similar(column, 0.92)} OR {edits(column, 1)}"),
    ]
    if others:
        also = " OR ".join(f"({swapped(column, other)})" for other in others)
        levels.append(Level("swapped with another name", also))
    levels += [
        Level("contained", _token_in(column)),
        Level("alike", f"{similar(column, 0.8)} OR {equal('first_name_phonetic')}"),
        Level("same initial", equal("first_initial")),
        Level("different", "ELSE"),
    ]
    return Comparison(column, columns, tuple(levels))


def middle_name() -> Comparison:
    """Compare middle names, of which often only the initial is held."""
    column = "middle_name"
    initial_only = (
        f"(length({left(column)}) = 1 OR length({right(column)}) = 1) AND {equal('middle_initial')}"
    )
    return Comparison(
        column,
        (column, "middle_initial"),
        (
            missing(column),
            Level(
                "equal",
                f"{equal(column)} AND length({left(column)}) > 1",
                term_frequency=column,
            ),
            Level("nearly equal", similar(column, 0.88)),
            Level("initial agrees", initial_only),
            Level("same initial", equal("middle_initial")),
            Level("different", "ELSE"),
        ),
    )


def surname(held: Collection[str]) -> Comparison:
    """Compare surnames: equal, one of a double name, alike in writing or sound, swapped."""
    column = "surname"
    levels = [
        missing(column),
        Level("equal", equal(column), term_frequency=column),
        Level("nearly equal", f"{similar(column, 0.92)} OR {edits(column, 1)}"),
    ]
    columns: tuple[str, ...] = (column, "surname_phonetic")
    if "first_name" in held:
        levels.append(Level("swapped with the first name", swapped(column, "first_name")))
        columns += ("first_name",)
    levels += [
        Level("contained", _token_in(column)),
        Level("alike", f"{similar(column, 0.8)} OR {equal('surname_phonetic')}"),
        Level("different", "ELSE"),
    ]
    return Comparison(column, columns, tuple(levels), family=True)


def date_of_birth() -> Comparison:
    """Compare dates of birth digit by digit and part by part.

    The eight digits are compared, not the calendar day, so that a slip such as 31 February still
    says what it can.
    """
    text = "date_of_birth_text"
    day, month, year = "birth_day", "birth_month", "birth_year"
    day_and_month = (
        f"{equal(year)} AND {left(day)} = {right(month)} AND {left(month)} = {right(day)}"
    )
    two_parts = " OR ".join(
        f"({equal(a)} AND {equal(b)})" for a, b in ((year, month), (year, day), (month, day))
    )
    return Comparison(
        "date_of_birth",
        (text, day, month, year),
        (
            missing(text),
            Level("equal", equal(text), term_frequency=text),
            Level("one digit off", edits(text, 1)),
            Level("day and month swapped", day_and_month),
            Level("two parts of three", two_parts),
            Level("same year", equal(year)),
            Level("different", "ELSE"),
        ),
    )


def email() -> Comparison:
    """Compare e-mail addresses and the part before the @."""
    return Comparison(
        "email",
        ("email", "email_user"),
        (
            missing("email"),
            Level("equal", equal("email"), term_frequency="email"),
            Level("nearly equal", similar("email", 0.92)),
            Level("same user", equal("email_user")),
            Level("user nearly equal", similar("email_user", 0.88)),
            Level("different", "ELSE"),
        ),
    )


def identifier_like(column: str) -> Comparison:
    """Compare a number or text that should be a person's alone."""
    return Comparison(
        column,
        (column,),
        (
            missing(column),
            Level("equal", equal(column), term_frequency=column),
            Level("nearly equal", edits(column, 1)),
            Level("different", "ELSE"),
        ),
    )


def _token_in(column: str) -> str:
    """Return the condition that one side's words all stand in the other's: GARCIA, GARCIA LOPEZ."""
    words_l, words_r = (f"string_split({side(column)}, ' ')" for side in (left, right))
    several = f"(contains({left(column)}, ' ') OR contains({right(column)}, ' '))"
    return (
        f"{several} AND (list_has_all({words_l}, {words_r}) OR list_has_all({words_r}, {words_l}))"
    )
