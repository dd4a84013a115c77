"""The distributions of a UK-shaped population, as arrays that people are drawn by.

The figures stand in data/, one file a subject, each with its source or marked illustrative. A
specification may lay its own over any table or row of them. What is published as a marginal only
is fitted here (:mod:`synthetic_data.fitting`): docs/explanation/synthetic-population.md says what.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

import numpy as np

from linkage.errors import ConfigError
from synthetic_data import characteristic_fits as fits
from synthetic_data import event_fits
from synthetic_data.arrays import Floats
from synthetic_data.bands import by_year, rates_by_year
from synthetic_data.fitting import Fit
from synthetic_data.household_fits import households, kinds_and_sizes
from synthetic_data.tables import Place, Table, Way, read_tables

FITTED_TO = (
    "age.by_year",
    "religion.shares",
    "disability.shares",
    "sexual_orientation.shares",
    "gender_identity.shares",
    "marital_status.shares",
    "country_of_birth.shares",
    "country_of_birth.arrived",
    "nssec.shares",
    "households.composition",
    "households.other",
    "households.sizes",
    "moves.one_year_ago",
    "births.total",
    "looked_after.rate",
    "looked_after.ethnic_groups",
    "looked_after.ages",
)
"""The tables of totals that shapes are fitted to."""


@dataclass(frozen=True)
class Distributions:
    """Shares and rates. The last axis of a distribution is what it is of, and sums to one.

    An axis of an age holds whole years from 0, the last 100 and over; every other axis the codes
    of :func:`synthetic_data.codes.codes`, in order.
    """

    tables: Mapping[str, Table]
    """Every table as it stands, by name: ``tables["households.sizes"]``."""

    ethnicity: Floats
    """Ethnic groups."""
    age: Floats
    """Ethnic group by age: shares of ages within the group."""
    female: Floats
    """Age: the share of women and girls."""
    religion: Floats
    """Ethnic group by religion."""
    disability: Floats
    """Sex by age by disability."""
    sexual_orientation: Floats
    """Age by sexual orientation."""
    orientation_by_partner: Floats
    """Others, or with a partner of the same sex, by age by sexual orientation."""
    gender_identity: Floats
    """Age by gender identity."""
    with_partner: Floats
    """Age: the share who live with a partner."""
    same_sex: Floats
    """Age: of those, the share whose partner is of the same sex."""
    couple_status: Floats
    """Opposite or same sex by age by what a couple is by law."""
    cohabiting: Floats
    """Age by marital status (apart): of those who live with a partner, neither by law."""
    without_partner: Floats
    """Sex by age by marital status (apart): of those who live without a partner."""
    country_of_birth: Floats
    """Ethnic group by age by country of birth."""
    arrived: Floats
    """Age by period of arrival: of those born abroad."""
    nssec: Floats
    """Ethnic group by age by socio-economic class."""
    heads: Floats
    """Ethnic groups of the heads of households."""
    household_kind: Floats
    """Ethnic group of the head by kind of private household."""
    household_size: Floats
    """Ethnic group of the head by kind of private household by size, from one person."""
    region: Floats
    """Ethnic group by region."""
    deprivation: Floats
    """Ethnic group by decile of deprivation."""
    moved: Floats
    """Age: the share who lived elsewhere in the country a year before."""
    births: Floats
    """Age: births a year per woman."""
    pregnant: Floats
    """Age: the share of women who are pregnant."""
    deaths: Floats
    """Sex by age: deaths a year."""
    emigration: Floats
    """Age: the share who leave the country within a year."""
    looked_after: Floats
    """Ethnic group by age: the share of children whom a local authority looks after."""


def distributions(
    overrides: Mapping[str, Any] | None = None, place: Place | None = None
) -> Distributions:
    """Return the distributions, with a user's own laid over those of the package.

    Parameters
    ----------
    overrides
        Of the shape of the data files: ``{"religion": {"by_ethnicity": {"values": {"4": {...}}}}}``
        replaces one row. A row of a distribution is replaced whole, and names every code. It is
        drawn from as it is, while our own shapes are fitted to the totals, ours or the user's.
    place
        Says where a path of ``overrides`` stands, for the faults.

    Raises
    ------
    ConfigError
        S151 to S157, all that is wrong at once.
    """
    tables, faults = read_tables(overrides or {}, place or _nowhere)
    if faults:
        raise ConfigError(faults)
    return _of_tables(tables)


def _of_tables(tables: Mapping[str, Table]) -> Distributions:
    fit = _Fitting(tables)
    orientation, births = fit.of(fits.sexual_orientation), fit.of(event_fits.births, axes=0)
    by_sex = tables["age.by_sex"]
    return Distributions(
        tables=tables,
        ethnicity=tables["ethnicity.shares"].values,
        age=fit.of(fits.ages_of_people),
        female=by_year(by_sex.values[0] / by_sex.values.sum(axis=0), by_sex.ages()),
        religion=fit.of(fits.religion),
        disability=fit.of(fits.disability),
        sexual_orientation=orientation,
        orientation_by_partner=fits.orientation_by_partner(tables, orientation),
        gender_identity=fit.of(fits.gender_identity),
        with_partner=rates_by_year(tables["marital_status.with_partner"]),
        same_sex=rates_by_year(tables["marital_status.same_sex"]),
        country_of_birth=fit.of(fits.country_of_birth),
        arrived=fit.of(fits.arrived),
        nssec=fit.of(fits.nssec),
        region=tables["region.by_ethnicity"].values,
        deprivation=tables["deprivation.by_ethnicity"].values,
        moved=fit.of(event_fits.moved, axes=0),
        births=births,
        pregnant=np.minimum(births * tables["births.pregnant_years"].values, 1.0),
        deaths=event_fits.deaths(tables),
        emigration=rates_by_year(tables["emigration.rates"]),
        looked_after=event_fits.looked_after(fit.ours, fit.who),
        **fits.partnerships(fit.of(fits.marital_status)),
        **households(tables["ethnicity.shares"].values, fit.of(kinds_and_sizes, axes=2)),
    )


_Shape: TypeAlias = Callable[[Mapping[str, Table], fits.People, Fit], Floats]


class _Fitting:
    """What is fitted: the package's shapes, among its people, to totals that may be a user's.

    A row that a user gives is taken as it is, and changes no other row; nor does a population of
    other ethnic groups change what is true within a group.
    """

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._given = tables
        self.ours = {**_own_tables(), **{name: tables[name] for name in FITTED_TO}}
        self.who = fits.people(_own_tables())

    def of(self, shape: _Shape, axes: int = 1) -> Floats:
        """Return what ``shape`` makes of the tables: distributions over the last ``axes`` axes."""
        given = shape(self._given, self.who, Fit(on=False))
        changed = given != shape(self.ours, self.who, Fit(on=False))
        over = tuple(range(-axes, 0))
        fitted = shape(self.ours, self.who, Fit(on=True))
        return np.where(changed.any(axis=over, keepdims=True), given, fitted)


@cache
def _own_tables() -> Mapping[str, Table]:
    return read_tables({}, _nowhere)[0]


def _nowhere(way: Way) -> tuple[None, None, None]:
    return None, None, None
