"""From people to the records of a source: its mistakes, its gaps, its way of writing."""

from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from synthetic_data.arrays import Days, Flags, Floats, Texts, texts
from synthetic_data.corruption import Careless, corrupted, rates
from synthetic_data.names import background
from synthetic_data.parameters import SEXES, Mistakes, Parameters
from synthetic_data.places import ADDRESS
from synthetic_data.population import Population
from synthetic_data.sources import Source, age_band, together


class Recording:
    """One source writing down some people: the rates of each, and the luck of each."""

    def __init__(
        self, people: pl.DataFrame, source: Source, built: Parameters, rng: np.random.Generator
    ) -> None:
        self._people, self._built, self._rng = people, built, rng
        self._group = people["group"].to_numpy()
        self.rates: Mistakes = built.mistakes[source.name]
        self._sexes = source.sexes
        self._careless = Careless.draw(
            len(people), built.careless["share"], built.careless["times"], rng
        )

    def happens(self, rate: float, factor: str | None = None) -> Flags:
        """Return whom a mistake befalls, at ``rate`` times the factor of each one's group."""
        return np.asarray(self._rng.random(len(self._group)) < self.chance(rate, factor))

    def chance(self, rate: float, factor: str | None) -> Floats:
        """Return the chance of a mistake for each person."""
        groups = self._built.by_group
        factors = np.ones(len(self._group)) if factor is None else groups[factor][self._group]
        return rates(rate, factors, self._careless)

    def names(self) -> tuple[Texts, Texts]:
        """Return first names and surnames as written."""
        first, surname = self._column("first_name"), self._column("surname")
        former = self._column("former_surname")
        before = self.happens(self.rates.former_surname) & np.asarray(
            [name is not None for name in former], bool
        )
        surname[before] = former[before]
        first, surname = (
            self._mistyped(role, self._respelt(role, values))
            for role, values in (("first_name", first), ("surname", surname))
        )
        swapped = self.happens(self.rates.swapped_names, "swapped_names")
        both = self._wrong("swapped_names", np.column_stack([first, surname]), swapped)
        return both[:, 0], both[:, 1]

    def dates(self) -> Days:
        """Return dates of birth as written."""
        rates = self.rates
        days = self._people["date_of_birth"].to_numpy().astype("M8[D]")
        days = self._wrong("swapped_day_and_month", days, self.happens(rates.swapped_day_and_month))
        slips = self.happens(rates.typing.get("date_of_birth", 0.0), "typing")
        days = self._wrong("misdated", days, slips)
        return self._wrong("first_of_january", days, self.happens(rates.first_of_january))

    def sexes(self) -> Texts:
        """Return the sexes in the codes of the source."""
        sexes = np.where(self._people["sex"].to_numpy() == SEXES[0], 0, 1)
        sexes = self._wrong("wrong_sex", sexes, self.happens(self.rates.wrong_sex))
        return texts([self._sexes[sex] for sex in SEXES])[sexes]

    def addresses(self, book: pl.DataFrame) -> dict[str, Texts]:
        """Return the parts of the addresses: the old one of those whose move is not known of."""
        people, built = self._people, self._built
        luck = together(people["household"].to_numpy(), built.household_share, self._rng)
        stale = luck < self.rates.old_address * built.by_age["old_address"][age_band(people, built)]
        at = np.where(stale, people["old_address"].to_numpy(), people["address"].to_numpy())
        parts = {name: texts(book[name].to_list())[at] for name in ADDRESS}
        return {name: self._mistyped(name, values) for name, values in parts.items()}

    def blank(self, role: str, values: Texts) -> Texts:
        """Return the values of a role without those that were not given."""
        given = values.copy()
        given[self.happens(self.rates.missing.get(role, 0.0), "missing")] = None
        return given

    def _respelt(self, role: str, names: Texts) -> Texts:
        """Return the names of a role, some spelt in another way of their background."""
        befalls = self.happens(self.rates.respelling.get(role, 0.0), "respelling")
        here = np.flatnonzero(befalls)
        backgrounds, written = self._column("background"), names.copy()
        for row, chance in zip(here, self._rng.random(len(here)), strict=True):
            written[row] = background(backgrounds[row]).respelt(names[row], float(chance))
        return written

    def _mistyped(self, role: str, values: Texts) -> Texts:
        befalls = self.happens(self.rates.typing.get(role, 0.0), "typing")
        return self._wrong("typing", values, befalls)

    def _wrong(self, kind: str, values: NDArray[Any], befalls: Flags) -> NDArray[Any]:
        return corrupted(kind, values, befalls, self._rng)[0]

    def _column(self, name: str) -> Texts:
        return texts(self._people[name].to_list())


def record(
    population: Population,
    inside: Flags,
    source: Source,
    built: Parameters,
    rng: np.random.Generator,
) -> pl.DataFrame:
    """Return the records of the people ``inside``, with ``person``, in the order of people."""
    people = population.people.filter(pl.Series(inside))
    pen = Recording(people, source, built, rng)
    first, surname = pen.names()
    dates = pl.Series(pen.dates()).dt.strftime(source.dates)
    values: dict[str, Texts] = {
        "first_name": first,
        "surname": surname,
        "date_of_birth": texts(dates.to_list()),
        "sex": pen.sexes(),
        "ethnic_group": texts(people["ethnic_group"].to_list()),
        "activity": texts(people["activity"].to_list()),
        **pen.addresses(population.addresses),
    }
    written = {
        called: pl.Series(called, pen.blank(role, values[role]).tolist(), dtype=pl.String)
        for role, called in source.columns.items()
    }
    table = pl.DataFrame({"person": people["person"], **written})
    return table.with_columns(pl.col(pl.String).str.to_uppercase()) if source.upper_case else table


def numbered(table: pl.DataFrame, letter: str, rng: np.random.Generator) -> pl.DataFrame:
    """Return the records in an order that says nothing, with a ``record_id`` that says nothing."""
    mixed = table[rng.permutation(len(table))]
    number = pl.int_range(1, pl.len() + 1).cast(pl.String).str.zfill(7)
    return mixed.select((pl.lit(letter) + number).alias("record_id"), pl.all())
