"""Who lives with whom: the head of each household, and who is whose partner."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from synthetic_data.arrays import Flags, Whole
from synthetic_data.characteristic_fits import ADULT

HEAD, PARTNER, CHILD, OTHER = range(4)
"""The roles in a household."""


class Block(Protocol):
    """People, one entry each, households whole. Codes are positions in their lists."""

    @property
    def ethnicity(self) -> Whole:
        """Ethnic groups."""

    @property
    def sex(self) -> Whole:
        """Sexes."""

    @property
    def age(self) -> Whole:
        """Ages in whole years."""

    @property
    def household(self) -> Whole:
        """What household each lives in, by any number."""

    @property
    def role(self) -> Whole:
        """The role in it: HEAD, PARTNER, CHILD or OTHER."""


@dataclass(frozen=True)
class Couples:
    """Adults who live together as partners, one entry a couple: their rows in the block."""

    head: Whole
    partner: Whole
    same_sex: Flags


def head_of(block: Block) -> Whole:
    """Return the row of the head of each person's household; of who has none, their own row."""
    _, home = np.unique(block.household, return_inverse=True)
    head = np.flatnonzero(block.role == HEAD)
    rows = np.full(home.max(initial=-1) + 1, -1)
    rows[home[head]] = head
    found = rows[home]
    return np.where(found < 0, np.arange(len(home)), found)


def couples(block: Block) -> Couples:
    """Return who lives with a partner: the head and the partner of a household, both adult."""
    partner = np.flatnonzero((block.role == PARTNER) & (block.age >= ADULT))
    head = head_of(block)[partner]
    together = (head != partner) & (block.age[head] >= ADULT)
    head, partner = head[together], partner[together]
    return Couples(head, partner, np.asarray(block.sex[head] == block.sex[partner]))
