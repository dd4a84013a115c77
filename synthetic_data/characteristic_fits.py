"""Joint distributions of characteristics: guessed shapes, fitted to what is published."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthetic_data.arrays import Floats
from synthetic_data.bands import YEARS, by_band, by_year, rates_by_year
from synthetic_data.codes import codes
from synthetic_data.fitting import Fit, normalised
from synthetic_data.tables import Table

Tables = Mapping[str, Table]

REFERENCE_YEAR = 2021
ADULT = 16

_APART = [codes("marital_status").index(code) for code in codes("marital_status_apart")]
_BY_LAW = ((1, 3), (2, 4))  # married, in a civil partnership: of opposite sex, of the same
_ORIENTATION_4 = np.asarray([0, 1, 2, 3, 3, 3, 3])
_BIRTH_REGION = np.asarray([0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 3, 4, 5])


@dataclass(frozen=True)
class People:
    """Shares of people: by ethnic group and year of age, and by sex and year of age."""

    ethnicity_age: Floats
    sex_age: Floats

    @property
    def age(self) -> Floats:
        """Shares by year of age."""
        return np.asarray(self.sex_age.sum(axis=0))


def people(tables: Tables) -> People:
    """Return how many people there are of each age, sex and ethnic group."""
    year, by_sex = tables["age.by_year"].values, tables["age.by_sex"]
    female = by_year(by_sex.values[0] / by_sex.values.sum(axis=0), by_sex.ages())
    ethnicity = tables["ethnicity.shares"].values
    found = _ages(tables, ethnicity, Fit(on=True))
    return People(ethnicity[:, None] * found, np.stack([year * female, year * (1 - female)]))


def ages_of_people(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return ages by ethnic group."""
    return _ages(tables, who.ethnicity_age.sum(axis=1), fit)


def _ages(tables: Tables, ethnicity: Floats, fit: Fit) -> Floats:
    """Return ages by ethnic group; within a band they are as among all people."""
    year, shape = tables["age.by_year"].values, tables["age.by_ethnicity"]
    of_bands = by_band(year, shape.ages())
    within = year / np.maximum(by_year(of_bands, shape.ages()), 1e-300)
    return by_year(fit.rows(shape.values, ethnicity, of_bands), shape.ages()) * within


def religion(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return religions by ethnic group."""
    weights = who.ethnicity_age.sum(axis=1)
    return fit.rows(tables["religion.by_ethnicity"].values, weights, _shares(tables, "religion"))


def disability(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return disability by sex and year of age."""
    shape = tables["disability.by_sex_and_age"]
    weights = by_band(who.sex_age, shape.ages())
    found = fit.rows(shape.values, weights, _shares(tables, "disability"))
    return by_year(found, shape.ages(), axis=1)


def sexual_orientation(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return sexual orientation by year of age."""
    shape, shares = tables["sexual_orientation.by_age"], _shares(tables, "sexual_orientation")
    found = fit.rows(shape.values, by_band(who.age, shape.ages()), shares, _ORIENTATION_4)
    return by_year(found, shape.ages(), axis=0)


def orientation_by_partner(tables: Tables, of_all: Floats) -> Floats:
    """Return sexual orientation of others and of people with a partner of the same sex.

    The latter are not straight. So the former are a little more often than all are, in such a
    way that both together are as ``of_all`` (year of age by orientation) says.
    """
    living = rates_by_year(tables["marital_status.with_partner"])
    same = (living * rates_by_year(tables["marital_status.same_sex"]))[:, None]
    not_straight = of_all.copy()
    not_straight[:, 0] = 0.0
    not_straight = normalised(not_straight)
    return np.stack([normalised(np.maximum(of_all - same * not_straight, 0.0)), not_straight])


def gender_identity(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return gender identity by year of age."""
    shape, shares = tables["gender_identity.by_age"], _shares(tables, "gender_identity")
    found = fit.rows(shape.values, by_band(who.age, shape.ages()), shares)
    return by_year(found, shape.ages(), axis=0)


def marital_status(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return status by living arrangement and year of age.

    The arrangements are a partner of the opposite sex, one of the same sex, a woman without a
    partner, and a man.
    """
    couples = tables["marital_status.couples"]
    by_law = by_year(couples.values, couples.ages(), axis=1)
    cohabiting = _by_year_first(tables["marital_status.cohabiting"])
    alone = tables["marital_status.without_partner"]
    shape = np.zeros((4, YEARS, len(codes("marital_status"))))
    for kind, (married, civil) in enumerate(_BY_LAW):
        shape[kind][:, [married, civil]] = by_law[kind][:, :2]
        shape[kind][:, _APART] = by_law[kind][:, 2:] * cohabiting
    shape[2:, :, _APART] = by_year(alone.values, alone.ages(), axis=1)
    return fit.rows(shape, _arrangements(tables, who), _shares(tables, "marital_status"))


def partnerships(status: Floats) -> dict[str, Floats]:
    """Return what couples are by law and the status of all others, of :func:`marital_status`."""
    by_law = np.stack([status[kind][:, [*_BY_LAW[kind]]] for kind in range(2)])
    return {
        "couple_status": np.concatenate([by_law, 1 - by_law.sum(axis=2, keepdims=True)], axis=2),
        "cohabiting": normalised(status[0][:, _APART]),
        "without_partner": normalised(status[2:][:, :, _APART]),
    }


def _arrangements(tables: Tables, who: People) -> Floats:
    """Return shares of adults by living arrangement and year of age."""
    living = rates_by_year(tables["marital_status.with_partner"])
    same = rates_by_year(tables["marital_status.same_sex"])
    partnered = who.age * living
    weights = np.stack([partnered * (1 - same), partnered * same, *(who.sex_age * (1 - living))])
    weights[:, :ADULT] = 0.0
    return weights


def country_of_birth(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return country of birth by ethnic group and year of age."""
    here = tables["country_of_birth.born_in_uk"]
    at_home = here.values[:, :, None] * tables["country_of_birth.within_uk"].values
    abroad = tables["country_of_birth.born_abroad"].values[:, None, :]
    shape = np.concatenate([at_home, (1 - here.values[:, :, None]) * abroad], axis=2)
    weights = by_band(who.ethnicity_age, here.ages())
    found = fit.rows(shape, weights, _shares(tables, "country_of_birth"), _BIRTH_REGION)
    return by_year(found, here.ages(), axis=1)


def arrived(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return periods of arrival by year of age, of people born abroad; none before birth."""
    shape = _by_year_first(tables["country_of_birth.arrived_by_age"])
    shape = np.where(last_years() < REFERENCE_YEAR - np.arange(YEARS)[:, None], 0.0, shape)
    shape[shape.sum(axis=1) == 0, -1] = 1.0
    born = country_of_birth(tables, who, Fit(on=True))
    from_abroad = 1 - born[:, :, : len(codes("uk_country"))].sum(axis=2)
    weights = (who.ethnicity_age * from_abroad).sum(axis=0)
    return fit.rows(shape, weights, tables["country_of_birth.arrived"].values)


def first_years() -> Floats:
    """Return the first year of each period of arrival."""
    return np.asarray([int(code) for code in codes("period")], dtype=np.float64)


def last_years() -> Floats:
    """Return the last year of each period of arrival."""
    return np.append(first_years()[1:] - 1, REFERENCE_YEAR)


def nssec(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return socio-economic class by ethnic group and year of age."""
    by_age, by_ethnicity = tables["nssec.by_age"], tables["nssec.by_ethnicity"]
    shares = _shares(tables, "nssec")
    usual = np.where(shares > 0, shares, 1.0)
    shape = by_ethnicity.values[:, None, :] * by_age.values / usual
    weights = by_band(who.ethnicity_age, by_age.ages())
    return by_year(fit.rows(shape, weights, shares), by_age.ages(), axis=1)


def _shares(tables: Tables, subject: str) -> Floats:
    return tables[f"{subject}.shares"].values


def _by_year_first(table: Table) -> Floats:
    return by_year(table.values, table.ages(), axis=0)
