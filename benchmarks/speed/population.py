"""Two invented sources of any size, for timing alone: ``python -m benchmarks.speed.population``.

Names are skewed as real ones are, a postcode has forty people however many there are, and the
blocking rules of the benchmark therefore make about as many pairs a record at every size. Seven
records in ten have a partner. Nothing here differs by group: synthetic_data is for that.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import compute

Index = npt.NDArray[np.int64]
Random = np.random.Generator

OVERLAP = 0.7
PEOPLE_A_POSTCODE = 40
_UNITS_A_SECTOR, _SECTORS_A_DISTRICT, _POSTCODES_AN_AREA = 25, 5, 500
_CHUNK = 500_000
_SYLLABLES = [
    c + v for c in ("b", "d", "f", "g", "k", "l", "m", "n", "r", "s", "t") for v in "aeiou"
]
_LETTERS = np.array(list("ABDEFGHJLNPQRSTUWXYZ"))
_AREAS = np.array(
    "AL BA BB BD BH BL BN BR BS CA CB CF CH CM CO CR CT CV CW DA DE DG DH DL DN DT DY EX FK "
    "FY GL GU HA HD HG HP HR HU HX IG IP KA KT KY LA LD LE LL LN LS LU ME MK NE NG NN NP".split()
)


def write(folder: Path, n: int, seed: int = 1) -> None:
    """Write census.parquet and register.parquet of ``n`` records each, and truth.parquet."""
    random = np.random.default_rng(seed)
    folder.mkdir(parents=True, exist_ok=True)
    shared = int(n * OVERLAP)
    first, surnames = _names(6_000, 2, random), _names(40_000, 3, random)
    postcodes = _postcodes(max(n // PEOPLE_A_POSTCODE, 1))
    register = random.permutation(np.r_[np.arange(shared), np.arange(n, 2 * n - shared)])
    files = {"census": np.arange(n), "register": register}
    for name, people in files.items():
        writer = None
        for start in range(0, n, _CHUNK):
            chosen = people[start : start + _CHUNK]
            table = _records(chosen, start, name, (first, surnames, postcodes), seed)
            writer = writer or pq.ParquetWriter(folder / f"{name}.parquet", table.schema)
            writer.write_table(table)
        if writer is not None:
            writer.close()
    place = np.flatnonzero(register < shared)
    truth = {"record_id_l": _ids("c", register[place]), "record_id_r": _ids("r", place)}
    pq.write_table(pa.table(truth), folder / "truth.parquet")


def _ids(prefix: str, numbers: Index) -> pa.Array:
    digits = compute.utf8_lpad(compute.cast(pa.array(numbers), pa.string()), 9, "0")
    return compute.binary_join_element_wise(prefix, digits, "")


def _names(n: int, syllables: int, random: Random) -> npt.NDArray[Any]:
    """Return ``n`` different names, commonest first; some have a syllable more."""
    found: dict[str, None] = {}
    while len(found) < n:
        length = syllables + int(random.random() < 0.4)
        ending = random.choice(["", "", "n", "s", "r"])
        word = "".join(random.choice(_SYLLABLES, length)) + str(ending)
        found[word.upper()] = None
    return np.array(list(found))


def _n_areas(postcodes: int) -> int:
    return min(max(postcodes // _POSTCODES_AN_AREA, 2), len(_AREAS))


def _postcodes(n: int) -> npt.NDArray[Any]:
    """Return ``n`` different postcodes; sectors, districts and areas are as full as can be."""
    area, place = np.arange(n) % _n_areas(n), np.arange(n) // _n_areas(n)
    unit, sector = place % _UNITS_A_SECTOR, place // _UNITS_A_SECTOR
    district, sector = sector // _SECTORS_A_DISTRICT + 1, sector % _SECTORS_A_DISTRICT
    parts = zip(
        _AREAS[area], district, sector, _LETTERS[unit // 20], _LETTERS[unit % 20], strict=True
    )
    return np.array([f"{a}{b} {c}{d}{e}" for a, b, c, d, e in parts])


def _moved(home: Index, n: int, random: Random) -> Index:
    """Return where one in twenty has moved to, half of them near by."""
    distance = random.integers(-_UNITS_A_SECTOR, _UNITS_A_SECTOR, len(home)) * _n_areas(n)
    near = np.clip(home + distance, 0, n - 1)
    there = np.where(random.random(len(home)) < 0.5, near, random.integers(0, n, len(home)))
    return np.where(random.random(len(home)) < 0.05, there, home)


def _uniform(people: Index, salt: int, seed: int) -> npt.NDArray[np.float64]:
    """Return a uniform number a person, from a hash: the same in both sources (SplitMix64)."""
    state = people.astype(np.uint64) + np.uint64((seed << 20) + salt)
    with np.errstate(over="ignore"):
        for _ in range(2):
            state = state * np.uint64(0x9E3779B97F4A7C15) + np.uint64(0x9E3779B97F4A7C15)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            state = state ^ (state >> np.uint64(31))
    return (state >> np.uint64(11)).astype(np.float64) / 2.0**53


def _records(
    people: Index,
    start: int,
    source: str,
    pools: tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]],
    seed: int,
) -> pa.Table:
    n = len(people)
    own = np.random.default_rng([seed, len(source), start])
    chosen = []
    for salt, pool in enumerate(pools[:2]):
        chance = np.cumsum(1 / (np.arange(len(pool)) + 15.0))
        of = np.searchsorted(chance, _uniform(people, salt, seed) * chance[-1])
        other = np.searchsorted(chance, own.random(n) * chance[-1])
        changed = own.random(n) < (0.04 if salt == 1 and source == "register" else 0.005)
        chosen.append(pool[np.where(changed, other, of)])
    home = (_uniform(people, 2, seed) * len(pools[2])).astype(np.int64)
    home = _moved(home, len(pools[2]), own)
    born = np.datetime64("1935-01-01") + (_uniform(people, 3, seed) * 29_000).astype(np.int64)
    born = born + np.where(own.random(n) < 0.02, own.integers(-40, 40, n), 0)
    sex = np.where(_uniform(people, 4, seed) < 0.5, "F", "M")
    columns = {
        "record_id": _ids(source[0], np.arange(start, start + n)),
        "first_name": _missing(_typed(chosen[0], own, 0.035), own, 0.02),
        "surname": _missing(_typed(chosen[1], own, 0.035), own, 0.015),
        "date_of_birth": _missing(born.astype("datetime64[D]").astype(str), own, 0.03),
        "sex": _missing(sex, own, 0.02),
        "postcode": _missing(pools[2][home], own, 0.05),
    }
    return pa.table(columns)


def _typed(values: npt.NDArray[Any], random: Random, share: float) -> list[str]:
    """Return the values with a letter replaced, dropped or doubled in a ``share`` of them."""
    out: list[str] = values.tolist()
    for at in np.flatnonzero(random.random(len(out)) < share).tolist():
        word, place = out[at], int(random.integers(1, max(len(out[at]), 2)))
        letter = ("", word[place : place + 1] * 2, chr(65 + int(random.integers(26))))
        out[at] = word[:place] + letter[int(random.integers(3))] + word[place + 1 :]
    return out


def _missing(values: npt.NDArray[Any] | list[str], random: Random, share: float) -> pa.Array:
    return pa.array(values, mask=random.random(len(values)) < share)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
