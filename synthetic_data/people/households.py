"""Households: of what kinds they are, and how many people of which role live in each."""

from dataclasses import dataclass, fields, replace

import numpy as np

from synthetic_data.arrays import Codes, Flags, Floats, Whole, weighted
from synthetic_data.codes import codes
from synthetic_data.distributions import Distributions
from synthetic_data.people.figures import numbers, table
from synthetic_data.people.picking import pick
from synthetic_data.people.vocabulary import (
    ALONE,
    CHILD,
    COMMUNAL,
    COUPLE,
    FAMILY,
    HEAD,
    KINDS,
    LODGERS,
    LONE_PARENT,
    MULTI_GENERATION,
    NO_FIXED_ABODE,
    OTHER,
    PARENT,
    PARTNER,
    RESIDENT,
    SHARERS,
    STUDENTS,
    TRAVELLER_SITE,
)

OUTSIDE = codes("communal_kind")
"""The kinds of communal establishment."""
PRIVATE = -1
"""The establishment that a private household is."""
_GROUPS = codes("ethnicity")
_WHITE_BRITISH = _GROUPS.index("13")
_CHILDREN = (0, 18)
_BABY = 0.5


@dataclass(frozen=True)
class Households:
    """One entry a household.

    ``group`` is the ethnic group of its first person, ``site`` numbers those that share an address,
    the other numbers say how many people of a role live in it beside the first.
    """

    group: Whole
    kind: Codes
    establishment: Codes
    site: Whole
    partners: Whole
    children: Whole
    parents: Whole
    others: Whole

    @property
    def size(self) -> Whole:
        """How many people live in each."""
        return 1 + self.partners + self.children + self.parents + self.others

    def upto(self, last: int) -> "Households":
        """Return the first ``last`` households."""
        return Households(*(getattr(self, each.name)[:last] for each in fields(self)))

    def cut(self, n_people: int) -> "Households":
        """Return the first households, with ``n_people`` in all.

        The last one, where it is too large, becomes a person alone, or some who share.
        """
        ends = np.cumsum(self.size)
        last = int(np.searchsorted(ends, n_people))
        found = self.upto(last + 1)
        if ends[last] == n_people:
            return found
        more = n_people - int(ends[last] - self.size[last]) - 1
        kind = found.kind.copy()
        kind[-1] = SHARERS if more else ALONE
        return replace(
            found,
            kind=kind,
            partners=_with_last(found.partners, 0),
            children=_with_last(found.children, 0),
            parents=_with_last(found.parents, 0),
            others=_with_last(found.others, more),
        )


@dataclass(frozen=True)
class Members:
    """One entry a person: the household, the place in it, the role. Members stand together.

    ``head`` is the row of the first person of the household; children stand in the order of age,
    the youngest first, ``nth_child`` counts them from 0, and is -1 for everybody else.
    """

    household: Whole
    position: Whole
    role: Codes
    head: Whole
    nth_child: Whole
    kind: Codes
    establishment: Codes

    def with_role(self, which: Flags, role: int) -> "Members":
        """Return the members with another role for some of them."""
        return replace(self, role=np.where(which, role, self.role).astype(np.int8))


def members(homes: Households) -> Members:
    """Return the people of the households: first, partner, children, parents, others."""
    size = homes.size
    household = np.repeat(np.arange(len(size)), size)
    head = (np.cumsum(size) - size)[household]
    position = np.arange(len(household)) - head
    child = 1 + homes.partners[household]
    parent = child + homes.children[household]
    other = parent + homes.parents[household]
    role = np.full(len(household), OTHER, np.int8)
    for limit, name in ((other, PARENT), (parent, CHILD), (child, PARTNER), (1, HEAD)):
        role[position < limit] = name
    establishment = homes.establishment[household]
    role[establishment != PRIVATE] = RESIDENT
    nth = np.where(role == CHILD, position - child, -1)
    return Members(household, position, role, head, nth, homes.kind[household], establishment)


def draw_households(n_people: int, given: Distributions, rng: np.random.Generator) -> Households:
    """Return households that hold ``n_people`` or somewhat more, who live outside others first.

    At most half of a small number of people live outside private households.
    """
    outside = _joined(
        _establishments(n_people, given, rng),
        _without_abode(n_people, given, rng),
        _sites(n_people, given, rng),
    )
    few = int(np.searchsorted(np.cumsum(outside.size), n_people // 2, side="right"))
    return _joined(outside.upto(few), _private(n_people, given, rng))


def with_lookalikes(
    homes: Households, share: float, newborn: Flags, rng: np.random.Generator
) -> tuple[Households, Flags]:
    """Return households in a share of which the two oldest children are to be twins, and which.

    ``newborn`` says where the youngest child is born after the day: a child who is the only one
    beside becomes two, as does one who is the only one at all.
    """
    twins = (homes.children > 0) & (rng.random(len(homes.children)) < share)
    single = twins & (homes.children - newborn <= 1)
    return replace(homes, children=homes.children + single), twins


def draw_groups(
    who: Members, homes: Households, given: Distributions, rng: np.random.Generator
) -> Whole:
    """Return the ethnic group of each person: the household's, or with some chance any.

    Parents of children of a mixed group are mostly of two others.
    """
    same = table("households")["same_ethnic_group"]
    stays = np.where(who.role == RESIDENT, 0.0, 1.0)
    stays[who.role == PARTNER] = same["partner"]
    stays[who.role == PARENT] = same["parent"]
    for kind in (SHARERS, STUDENTS, LODGERS):
        stays[(who.role == OTHER) & (who.kind == kind)] = same[KINDS[kind]]
    own = weighted(rng, given.ethnicity, len(stays))
    found = np.where(rng.random(len(stays)) < stays, homes.group[who.household], own)
    _put_parents_of_mixed(found, who, homes, rng)
    return np.where(who.role == PARENT, found[who.head], found)


def _put_parents_of_mixed(
    found: Whole, who: Members, homes: Households, rng: np.random.Generator
) -> None:
    """Give the parents of children of mixed groups two other groups, in place."""
    written = table("households")["parents_of_mixed"]
    changes = (homes.children > 0) & (rng.random(len(homes.group)) < written["share"])
    single = homes.partners == 0
    white = rng.random(len(homes.group)) < np.where(single, written["white_british"], 0.5)
    head = np.flatnonzero(who.position == 0)
    for name, shares in written["groups"].items():
        rows = np.flatnonzero(changes & (homes.group == _GROUPS.index(name)))
        others = np.asarray([_GROUPS.index(other) for other in shares])
        other = others[weighted(rng, numbers(shares), len(rows))]
        found[head[rows]] = np.where(white[rows], _WHITE_BRITISH, other)
        two = ~single[rows]
        found[head[rows[two]] + 1] = np.where(white[rows], other, _WHITE_BRITISH)[two]


def draw_foster_children(
    who: Members,
    ages: Floats,
    group: Whole,
    twins: Flags,
    given: Distributions,
    rng: np.random.Generator,
) -> Flags:
    """Return the children who live with a family that is not theirs; twins stay together.

    Parameters
    ----------
    who, group
        The members of the households, and their ethnic groups.
    ages
        In years, on the day.
    twins
        Who is a twin of the person before.
    given
        How many children are looked after.
    """
    youngest, grown = _CHILDREN
    chance = given.looked_after[group, np.clip(ages, youngest, grown).astype(np.int64)]
    of_twins = twins | np.append(twins[1:], False)
    young = (who.role == CHILD) & (ages >= _BABY) & (ages < grown) & ~of_twins
    return np.asarray(young & (rng.random(len(ages)) < chance))


def _private(n_people: int, given: Distributions, rng: np.random.Generator) -> Households:
    """Return private households, by the ethnic group of the head."""
    on_sites = given.tables["outside_households.traveller_site"].values
    people = np.arange(1, 1 + given.household_size.shape[-1])
    mean = (given.household_kind * (given.household_size @ people)).sum(axis=1)
    heads = given.heads * (1 - on_sites) * mean / (mean - _parents_of_others(given))
    average = heads @ mean / heads.sum()
    group = weighted(rng, heads, int(n_people / average * 1.1) + 50)
    homes = _of(group, ALONE)
    luck = rng.random((2, len(group)))
    homes.kind[:] = pick(given.household_kind, (group,), luck[0])
    size = 1 + pick(given.household_size, (group, homes.kind.astype(np.int64)), luck[1])
    _fill(homes, size, rng)
    return homes


def _parents_of_others(given: Distributions) -> Floats:
    """Return how many people in a household are not of its group, but parents of who is."""
    written = table("households")
    parents = np.zeros(given.household_kind.shape[1])
    parents[[FAMILY, LONE_PARENT]] = 2, 1
    parents[MULTI_GENERATION] = 1 + written["with_partner"]["multi_generation"]
    found = given.household_kind @ parents * written["parents_of_mixed"]["share"]
    mixed = [_GROUPS.index(name) for name in written["parents_of_mixed"]["groups"]]
    return np.where(np.isin(np.arange(len(found)), mixed), found, 0.0)


def _fill(homes: Households, size: Whole, rng: np.random.Generator) -> None:
    """Put people beside the first into households up to their size, in place."""
    kind, beside = homes.kind, size - 1
    written = table("households")
    three = kind == MULTI_GENERATION
    two_parents = (beside >= 3) & (rng.random(len(size)) < written["two_parents"])
    homes.parents[:] = np.where(three, np.minimum(1 + two_parents, beside), 0)
    left = beside - homes.parents
    chance = np.isin(kind, (COUPLE, FAMILY)).astype(float)
    for name, share in written["with_partner"].items():
        chance[kind == KINDS.index(name)] = share
    least = np.where(kind == LODGERS, 2, 1)  # a lodger there is in any case
    homes.partners[:] = (left >= least) & (rng.random(len(size)) < chance)
    left = left - homes.partners
    with_children = np.isin(kind, (FAMILY, LONE_PARENT, MULTI_GENERATION, TRAVELLER_SITE))
    homes.children[:] = np.where(with_children, left, 0)
    homes.others[:] = np.where(with_children, 0, left)


def _establishments(n_people: int, given: Distributions, rng: np.random.Generator) -> Households:
    """Return communal establishments, each as one household of residents."""
    found = []
    share = given.tables["outside_households.communal"].values
    for code, of_kind in enumerate(given.tables["outside_households.communal_kinds"].values):
        low, high = table("households")["sizes"][OUTSIDE[code]]
        n = int(n_people * share * of_kind * 2 / (low + high) + rng.random())
        homes = _of(weighted(rng, given.ethnicity, n), COMMUNAL)
        homes.establishment[:] = code
        homes.others[:] = rng.integers(low, high + 1, n) - 1
        found.append(homes)
    return _joined(*found)


def _without_abode(n_people: int, given: Distributions, rng: np.random.Generator) -> Households:
    share = given.tables["outside_households.no_fixed_abode"].values
    n = int(n_people * share + rng.random())
    return _of(weighted(rng, given.ethnicity, n), NO_FIXED_ABODE)


def _sites(n_people: int, given: Distributions, rng: np.random.Generator) -> Households:
    """Return families on Traveller sites, several at one address."""
    written = table("households")
    together, children = written["on_a_site"], numbers(written["children"])
    size = 1 + written["with_partner"]["traveller_site"]
    size += np.average(np.arange(1, 1 + len(children)), weights=children)
    share = given.ethnicity * given.tables["outside_households.traveller_site"].values
    if not share.any():
        return _of(np.zeros(0, np.int64), TRAVELLER_SITE)
    n = int(n_people * share.sum() / size / together + rng.random())
    homes = _of(weighted(rng, share, n * together), TRAVELLER_SITE)
    homes.site[:] = np.repeat(np.arange(n), together)
    chance = written["with_partner"]["traveller_site"]
    homes.partners[:] = rng.random(n * together) < chance
    homes.children[:] = 1 + weighted(rng, children, n * together)
    return homes


def _of(group: Whole, kind: int) -> Households:
    """Return households of one person each."""
    n = len(group)
    none = [np.zeros(n, np.int64) for _ in range(4)]
    return Households(
        group,
        np.full(n, kind, np.int8),
        np.full(n, PRIVATE, np.int8),
        np.full(n, -1, np.int64),
        *none,
    )


def _joined(*parts: Households) -> Households:
    return Households(
        *(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(parts[0]))
    )


def _with_last(values: Whole, last: int) -> Whole:
    changed = values.copy()
    changed[-1] = last
    return changed
