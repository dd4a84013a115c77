"""Rates a year of moving, birth and death, and of being looked after, by year of age."""

import numpy as np

from synthetic_data.arrays import Floats
from synthetic_data.bands import YEARS, by_band, by_year, rates_by_year
from synthetic_data.characteristic_fits import People, Tables
from synthetic_data.codes import BROAD_OF_ETHNICITY, codes
from synthetic_data.fitting import Fit, fitted

_CHILDREN = 18


def moved(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return the share who lived elsewhere in the country a year before."""
    shape = rates_by_year(tables["moves.by_age"])
    one_year_ago = codes("address_one_year_ago")
    elsewhere = [one_year_ago.index(name) for name in ("student_address", "within_uk")]
    share = tables["moves.one_year_ago"].values[elsewhere].sum()
    return fit.total(shape, who.age, float(share))


def births(tables: Tables, who: People, fit: Fit) -> Floats:
    """Return births a year per woman."""
    shape = rates_by_year(tables["births.rates"])
    return fit.total(shape, who.sex_age[0], float(tables["births.total"].values))


def deaths(tables: Tables) -> Floats:
    """Return deaths a year by sex: of the youngest and the oldest from a table of their own."""
    extremes = tables["deaths.rates_of_youngest_and_oldest"]
    most = tables["deaths.rates"]
    ages = np.arange(YEARS)
    between = (ages >= most.ages()[0]) & (ages < extremes.ages()[-1])
    return np.where(between, rates_by_year(most), rates_by_year(extremes))


def looked_after(tables: Tables, who: People) -> Floats:
    """Return rates of being looked after by ethnic group: by age and broad group as published."""
    ages, groups = tables["looked_after.ages"], tables["looked_after.ethnic_groups"]
    children = who.ethnicity_age.copy()
    children[:, _CHILDREN:] = 0.0
    broad = np.zeros((len(groups.values), YEARS))
    np.add.at(broad, list(BROAD_OF_ETHNICITY), children)
    of_band = by_band(broad, ages.ages()).T
    joint = ages.values[:, None] * fitted(of_band, ages.values, groups.values)
    total = float(tables["looked_after.rate"].values) * children.sum()
    rates = by_year(total * joint / np.maximum(of_band, 1e-12), ages.ages(), axis=0).T
    rates[:, _CHILDREN:] = 0.0
    return np.minimum(rates, 1.0)[list(BROAD_OF_ETHNICITY)]
