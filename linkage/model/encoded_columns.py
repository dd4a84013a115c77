"""What encoded columns are of: found by what each is made of, whatever it is called.

A value may have several encodings, each salted with something else. Two encodings can be compared
where their salts are known to be the same: where plain tokens of the salt agree. A record with the
encoding has the salt, and so the tokens.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from linkage.config.source_settings import Column
from linkage.model.comparisons import differ, equal, left, right

DATE = frozenset({"birth_year", "birth_month", "birth_day"})
_DATE_IN_ORDER = ("birth_year", "birth_month", "birth_day")
_SWAPPED = ("birth_year", "birth_day", "birth_month")
_SOUND, _NAMES = "_phonetic", ("first_name", "middle_name", "surname")


@dataclass(frozen=True)
class Held:
    """The encoded columns that all sources hold, by name."""

    columns: Mapping[str, Column]

    def of(self, *values: str) -> tuple[str, ...]:
        """Return the encodings of ``values`` together, as they are."""
        return tuple(name for name, each in self.columns.items() if each.of == values)

    def plain(self, *values: str) -> str | None:
        """Return a token of ``values`` together that is not salted."""
        tokens = (name for name in self.of(*values) if self.is_plain(name))
        return next(tokens, None)

    def is_plain(self, name: str) -> bool:
        """Say whether a column is a token whose values are equal where those it hides are."""
        column = self.columns[name]
        return column.kind in {"token", "coarse_token"} and not column.salt

    @property
    def date(self) -> str | None:
        """The token of whole dates of birth."""
        return self.plain(*_DATE_IN_ORDER)

    @property
    def swapped(self) -> str | None:
        """The token of dates of birth with day and month swapped."""
        return self.plain(*_SWAPPED)

    @property
    def names(self) -> str | None:
        """The token of several names together, whole."""
        return next((n for n in self.columns if self.is_plain(n) and self._is_names(n)), None)

    @property
    def names_swapped(self) -> str | None:
        """The token of the same names in another order, hashed alike."""
        names = self.names
        return None if names is None else self.plain(*reversed(self.columns[names].of))

    @property
    def two_parts(self) -> tuple[str, ...]:
        """The tokens of two parts of a date, alone or with how names sound."""
        return tuple(n for n in self.columns if self.is_plain(n) and self._is_two_parts(n))

    @property
    def same_year(self) -> str | None:
        """The token of the year of birth with how names sound."""
        found = (n for n in self.columns if self.is_plain(n) and self._dates(n) == {"birth_year"})
        return next(found, None)

    def _is_names(self, name: str) -> bool:
        of = self.columns[name].of
        return len(of) > 1 and set(of) <= set(_NAMES)

    def _is_two_parts(self, name: str) -> bool:
        return len(self._dates(name)) == 2

    def _dates(self, name: str) -> set[str]:
        """Return the parts of a date that a token is of, if it is of nothing but sounds beside."""
        of = set(self.columns[name].of)
        return of & DATE if of - DATE <= {f"{each}{_SOUND}" for each in _NAMES} else set()

    @property
    def sounds(self) -> tuple[str, ...]:
        """The tokens of two parts of a date that agree only where names sound alike too."""
        return tuple(n for n in self.two_parts if set(self.columns[n].of) - DATE)

    @property
    def plain_parts(self) -> tuple[str, ...]:
        """The tokens of two parts of a date alone."""
        return tuple(n for n in self.two_parts if n not in self.sounds)

    def salts(self, name: str) -> tuple[str, ...]:
        """Return the plain tokens that tell of a column's salt, or of a part of it."""
        salt = set(self.columns[name].salt)
        return tuple(
            token
            for token in self.columns
            if self.is_plain(token) and set(self.columns[token].of) <= salt
            if self.columns[token].of != _SWAPPED
        )

    def is_known(self, name: str) -> bool:
        """Say whether plain tokens tell all of a column's salt."""
        told = {part for token in self.salts(name) for part in self.columns[token].of}
        return set(self.columns[name].salt) <= told

    def can_differ(self, name: str) -> bool:
        """Say whether it tells anything that two encodings of a column differ.

        Where plain tokens tell a part of its salt, the rest of it, such as an initial of another
        name, is nearly always the same of one person.
        """
        return not self.columns[name].salt or bool(self.salts(name))

    def apart(self, name: str) -> str:
        """Return the condition that a pair tells nothing of a column: a value misses, or a salt."""
        missing = [f"{side(name)} IS NULL" for side in (left, right)]
        return " OR ".join([*missing, *(differ(each, each) for each in self.salts(name))])


def any_equal(columns: tuple[str, ...]) -> str:
    """Return the condition that any of ``columns`` holds the same value on both sides."""
    return " OR ".join(map(equal, columns))
