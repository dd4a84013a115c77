"""Whom a source is about."""

import numpy as np

from synthetic_data.arrays import Day, Flags
from synthetic_data.people.state import People, age
from synthetic_data.sources.groups import Groups, position
from synthetic_data.spec.schema import Who


def eligible(people: People, who: Who, day: Day, groups: Groups) -> Flags:
    """Return who of a block belongs to the target population of a source on its day."""
    youngest, oldest = who.ages
    ages = people.age(day)
    inside = _concerned(people, who, day) & (ages >= youngest) & (ages <= oldest)
    for characteristic, names in who.only.items():
        codes = [position(characteristic, name) for name in names]
        inside &= np.isin(groups.codes[characteristic], codes)
    return inside


def _concerned(people: People, who: Who, day: Day) -> Flags:
    """Return who lives in the country on the day, or was born or died in it in the year before."""
    if who.event == "alive":
        return people.resident(day)
    if who.event == "birth":
        born_here = np.isnat(people.arrived)
        return np.asarray(born_here & (people.born <= day) & (people.age(day) == 0))
    here = ~(people.arrived > people.died) & ~(people.left <= people.died)
    dead = here & (people.died <= day)
    return np.asarray(dead & (age(np.where(dead, people.died, day), day) == 0))
