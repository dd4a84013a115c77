"""What is true of the people of a block: the table that no source may hold."""

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from synthetic_data.arrays import Texts
from synthetic_data.people.places import addresses
from synthetic_data.people.state import People
from synthetic_data.people.vocabulary import NAMES, ROLES
from synthetic_data.sources.record import Records
from synthetic_data.spec.schema import Spec

PEOPLE, LINKS, MISTAKES = "truth_people", "truth", "truth_mistakes"
"""The tables of the truth: people, whose each record is, what was made wrong."""

_EVENTS = ("born", "died", "arrived", "left", "renamed", "moved")
_NAMES = ("first_name", "middle_name", "surname", "former_surname", "background")


def true_people(people: People, records: Mapping[str, Records], spec: Spec) -> pa.Table:
    """Return a row a person: characteristics, events, names, address, outcomes.

    Characteristics, the surname and the address are those of the population's day. For each source
    ``eligible_<source>`` and ``covered_<source>`` say whether it is about the person, and whether
    it holds a record.
    """
    day = np.datetime64(spec.population.day, "D")
    columns: dict[str, pa.Array] = {
        "person": pa.array(people.number),
        "household": pa.array(people.household),
        "role": _named(people.role, ROLES),
        "age": pa.array(people.age(day)),
        "resident": pa.array(people.resident(day)),
    }
    columns |= {
        name: _named(people.codes[name], groups)
        for name, groups in NAMES.items()
        if name in people.codes
    }
    columns |= {name: pa.array(getattr(people, name)) for name in _EVENTS}
    columns |= {name: _texts(getattr(people, name)) for name in _NAMES}
    columns |= {part: _texts(texts) for part, texts in addresses(people.address_on(day)).items()}
    columns |= {
        name: pa.array(values, mask=np.isnan(values)) for name, values in people.outcomes.items()
    }
    for name, each in records.items():
        columns[f"eligible_{name}"] = pa.array(each.eligible)
        columns[f"covered_{name}"] = pa.array(each.covered)
    return pa.table(columns)


def _named(codes: np.ndarray, names: tuple[str, ...]) -> pa.Array:
    """Return the names that codes stand for, none where there is no code."""
    found = pa.DictionaryArray.from_arrays(
        pa.array(codes.astype(np.int8), mask=codes < 0), pa.array(names)
    )
    return found.dictionary_decode()


def _texts(values: Texts) -> pa.Array:
    return pa.array(values, pa.string())
