"""Addresses as numbers: region, deprivation and how it is written follow from the number alone.

So no table of addresses is kept, however many people there are. A number is made of the block of
people it was first used in, its place among the block's addresses of the same region and decile,
those two, and whether the building has a name. Sixteen in a row have one postcode, which is a piece
of one street.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from synthetic_data.arrays import Codes, Flags, Texts, Whole, texts
from synthetic_data.parameters import document_of
from synthetic_data.people.vocabulary import NAMES

ADDRESS = ("house_number", "street", "town", "postcode")
NONE = -1
"""The number of no address."""
SLOTS = 32_768
"""How many addresses of one region and decile a block may have: one and an old one a person."""
DECILES = 10
CELLS = len(NAMES["region"]) * DECILES

_TO_A_POSTCODE = 16
_CODES_OF_A_BLOCK = 32
"""Postcodes of a region and decile that a block has for itself; from then on it shares them."""
_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # the letters that the second half of a postcode may have
_UNITS = len(_UNIT_LETTERS) ** 2
_BETWEEN_TOWNS = 1_237
_STRIDE = 7919  # shares no factor with the number of codes: neighbours get codes far apart


def number_addresses(block: int, region: Codes, decile: Codes, named: Flags) -> Whole:
    """Return a number for each address of a block, all different.

    Parameters
    ----------
    block
        The block of people.
    region, decile
        Codes of the region, and of the decile of deprivation.
    named
        Whether the building has a name instead of a number.
    """
    cell = region.astype(np.int64) * DECILES + decile
    order = np.argsort(cell, kind="stable")
    begins = np.searchsorted(cell[order], np.arange(CELLS))
    slot = np.empty(len(cell), np.int64)
    slot[order] = np.arange(len(cell)) - begins[cell[order]]
    return ((block * SLOTS + slot) * CELLS + cell) * 2 + named


def region(numbers: Whole) -> Codes:
    """Return the code of the region of each address; -1 where there is none."""
    return np.where(numbers == NONE, -1, numbers // 2 % CELLS // DECILES).astype(np.int8)


def deprivation(numbers: Whole) -> Codes:
    """Return the code of the decile of deprivation of each address; -1 where there is none."""
    return np.where(numbers == NONE, -1, numbers // 2 % DECILES).astype(np.int8)


def addresses(numbers: Whole) -> dict[str, Texts]:
    """Return the parts of each address, None where there is none."""
    book = _book()
    here = np.flatnonzero(numbers != NONE)
    found = numbers[here]
    postcode, along = np.divmod(found // (2 * CELLS), _TO_A_POSTCODE)
    block, ordinal = np.divmod(postcode, SLOTS // _TO_A_POSTCODE)
    luck = _mixed((postcode * CELLS + found // 2 % CELLS).astype(np.uint64))
    town, code = book.place(region(found), deprivation(found), block, ordinal)
    street = (luck % np.uint64(len(book.streets))).astype(np.int64)
    parts = {
        "house_number": book.house_numbers(luck, along, found % 2 == 1),
        "street": book.streets[street],
        "town": book.towns[town],
        "postcode": book.outward[town, code // (DECILES * _UNITS)]
        + book.inward[code % (DECILES * _UNITS)],
    }
    return {name: _spread(values, here, len(numbers)) for name, values in parts.items()}


@dataclass(frozen=True)
class _Book:
    """The towns of all regions one after the other, and the pieces that addresses are made of.

    ``turns`` holds for each region the towns in the order in which postcodes fall to them, and
    ``share`` how many of these each town has had before.
    """

    towns: Texts
    weight: Whole
    n_codes: Whole
    outward: Texts
    inward: Texts
    streets: Texts
    named: Texts
    houses: Texts
    flats: Texts
    share_of_flats: float
    first_turn: Whole
    n_turns: Whole
    turns: Whole
    share: Whole

    def place(
        self, region: Codes, decile: Codes, block: Whole, ordinal: Whole
    ) -> tuple[Whole, Whole]:
        """Return the town, and which of its codes, of a block's postcodes in region and decile."""
        turn = block * _CODES_OF_A_BLOCK + ordinal % _CODES_OF_A_BLOCK + decile
        cycle, within = np.divmod(turn, self.n_turns[region])
        at = self.first_turn[region] + within
        town = self.turns[at]
        serial = (cycle * self.weight[town] + self.share[at]) * DECILES + decile
        return town, (serial + town * _BETWEEN_TOWNS) * _STRIDE % self.n_codes[town]

    def house_numbers(self, luck: NDArray[np.uint64], along: Whole, named: Flags) -> Texts:
        """Return house numbers in a row, the numbers of flats in a house, or names of houses."""
        first = (luck // np.uint64(4096) % np.uint64(90)).astype(np.int64)
        flat = (luck // np.uint64(2**20) % np.uint64(1000)).astype(float) < (
            self.share_of_flats * 1000
        )
        written = self.houses[np.where(flat, first, first + along)]
        written[flat] = self.flats[along[flat]] + written[flat]
        which = (luck // np.uint64(2**32)).astype(np.int64) + along
        written[named] = self.named[which[named] % len(self.named)]
        return written


@cache
def _book() -> _Book:
    written = document_of("people/places.yaml")
    regions = [written["regions"][name] for name in NAMES["region"]]
    towns = [town for each in regions for town in each]
    weight = np.asarray([town["weight"] for town in towns])
    turns = [_turns([town["weight"] for town in each]) for each in regions]
    n_towns = np.asarray([len(each) for each in regions])
    first_town = np.cumsum(n_towns) - n_towns
    n_turns = np.asarray([len(each) for each in turns])
    order = np.concatenate([first + each for first, each in zip(first_town, turns, strict=True)])
    districts = [town.get("districts", (90, 98)) for town in towns]
    names, kinds = (written["streets"][part].split() for part in ("names", "kinds"))
    return _Book(
        towns=texts([town["town"] for town in towns]),
        weight=weight,
        n_codes=np.asarray([last - first + 1 for first, last in districts]) * DECILES * _UNITS,
        outward=_outward([town["area"] for town in towns], [first for first, _ in districts]),
        inward=texts(
            [f" {n}{a}{b}" for n in range(10) for a in _UNIT_LETTERS for b in _UNIT_LETTERS]
        ),
        streets=texts([f"{name} {kind}" for name in names for kind in kinds]),
        named=texts([f"{name} {kind}" for name in names for kind in written["named"].split()]),
        houses=texts([str(n) for n in range(1, 91 + _TO_A_POSTCODE)]),
        flats=texts([f"Flat {n}, " for n in range(1, 1 + _TO_A_POSTCODE)]),
        share_of_flats=written["flats"],
        first_turn=np.cumsum(n_turns) - n_turns,
        n_turns=n_turns,
        turns=order,
        share=np.asarray([(order[:at] == town).sum() for at, town in enumerate(order)]),
    )


def _outward(areas: list[str], first: list[int]) -> Texts:
    """Return the first half of the postcodes of each town, by town and district from its first."""
    rows = [
        [f"{area}{low + more}" for more in range(9)] for area, low in zip(areas, first, strict=True)
    ]
    return np.asarray(rows, dtype=np.object_)


def _turns(weights: list[int]) -> Whole:
    """Return positions in ``weights``, each as often as it weighs, evenly mixed."""
    when = np.concatenate([(np.arange(weight) + 0.5) / weight for weight in weights])
    return np.repeat(np.arange(len(weights)), weights)[np.argsort(when, kind="stable")]


def _mixed(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return numbers without any pattern that is left of the keys (the finaliser of splitmix64)."""
    keys = keys + np.uint64(0x9E3779B97F4A7C15)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return np.asarray(keys ^ (keys >> np.uint64(31)), dtype=np.uint64)


def _spread(values: Texts, here: Whole, n: int) -> Texts:
    found = np.full(n, None, dtype=np.object_)
    found[here] = values
    return found
