"""Addresses: fictional towns and streets, with postcodes shaped as in the United Kingdom."""

import numpy as np
import polars as pl

from synthetic_data.arrays import Texts, Whole, texts, weighted
from synthetic_data.parameters import document_of

ADDRESS = ("house_number", "street", "town", "postcode")
_TO_A_POSTCODE = 16
_UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # the letters that the second half of a postcode may have
_UNITS = len(_UNIT_LETTERS) ** 2
_CODES_OF_A_TOWN = 9 * 10 * _UNITS
_STRIDE = 7919  # shares no factor with the number of codes: neighbours get codes far apart


def draw_addresses(n: int, rng: np.random.Generator) -> pl.DataFrame:
    """Return ``n`` addresses: each postcode is a piece of one street, with consecutive numbers."""
    written = document_of("places.yaml")
    n_postcodes = n // _TO_A_POSTCODE + 1
    towns = written["towns"]
    town = weighted(rng, np.asarray([each["weight"] for each in towns], float), n_postcodes)
    street = texts(
        [
            f"{name} {kind}"
            for name in written["streets"]["names"].split()
            for kind in written["streets"]["kinds"].split()
        ]
    )[rng.integers(0, _n_streets(written["streets"]), n_postcodes)]
    first_number = rng.integers(1, 90, n_postcodes)
    codes = _postcodes(town, texts([each["area"] for each in towns]))
    at, along = np.divmod(np.arange(n), _TO_A_POSTCODE)
    numbers = (first_number[at] + along).astype(str)
    names = texts([each["town"] for each in towns])[town]
    columns = (numbers.astype(object), street[at], names[at], codes[at])
    return pl.DataFrame(
        dict(zip(ADDRESS, columns, strict=True)), schema=dict.fromkeys(ADDRESS, pl.String)
    )


def _n_streets(streets: dict[str, str]) -> int:
    return len(streets["names"].split()) * len(streets["kinds"].split())


def _postcodes(town: Whole, areas: Texts) -> Texts:
    """Return a postcode for each piece of street; no two are the same while a town has codes."""
    ordinal = np.zeros(len(town), np.int64)
    for index in range(len(areas)):
        here = np.flatnonzero(town == index)
        ordinal[here] = np.arange(len(here))
    place, unit = np.divmod(ordinal * _STRIDE % _CODES_OF_A_TOWN, _UNITS)
    first, second = np.divmod(unit, len(_UNIT_LETTERS))
    letters = texts(list(_UNIT_LETTERS))
    district, sector = np.divmod(place, 10)
    outward = areas[town] + texts((90 + district).astype(str).tolist())
    inward = texts(sector.astype(str).tolist()) + letters[first] + letters[second]
    return np.asarray(outward + " " + inward, dtype=np.object_)
