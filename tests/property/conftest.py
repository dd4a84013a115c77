"""Whole models, invented: hypothesis chooses the shape, a seed the records and probabilities."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import strategies as st

from linkage.config.linkage_settings import Comparison as Listed
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.listed import listed
from linkage.model.parameters import Parameters
from linkage.model.roles import by_role

TEXT, SMALL = pa.string(), pa.int16()
FIELDS = {
    "first_name": {"first_name": TEXT, "first_name_phonetic": TEXT, "first_initial": TEXT},
    "middle_name": {"middle_name": TEXT, "middle_initial": TEXT},
    "surname": {"surname": TEXT, "surname_phonetic": TEXT, "surname_initial": TEXT},
    "date_of_birth": {
        "date_of_birth": pa.date32(),
        "date_of_birth_text": TEXT,
        "birth_year": SMALL,
        "birth_month": SMALL,
        "birth_day": SMALL,
    },
    "sex": {"sex": TEXT},
    "postcode": {
        "postcode": TEXT,
        "postcode_sector": TEXT,
        "postcode_district": TEXT,
        "postcode_area": TEXT,
    },
    "house_number": {"house_number": TEXT},
    "street": {"street": TEXT},
    "town": {"town": TEXT},
    "place_of_birth": {"place_of_birth": TEXT},
    "email": {"email": TEXT, "email_user": TEXT},
    "phone": {"phone": TEXT},
    "age": {"age": pa.float64()},
    "aliases": {"aliases": pa.list_(TEXT)},
    "enrolled": {"enrolled": pa.date32()},
    "colour": {"colour": TEXT},
}
"""The standardised columns that each role or own column of a source becomes."""

COLUMNS = {column: kind for columns in FIELDS.values() for column, kind in columns.items()}
OWN = ("age", "aliases", "enrolled", "colour")
TEXTS = [column for column, kind in COLUMNS.items() if kind == TEXT]
NAMES = ("ANNA", "ANNE", "MARTHA", "MARHTA", "JOSÉ", "JO", "MARY ANN", "LEE", "É", "O")
PLACES = ("BATH", "BATHS", "YORK", "NEW YORK", "HULL", "LE MANS")


def _slip(rng, text):
    """One edit of a text: a letter lost, doubled, changed or moved."""
    at = int(rng.integers(len(text)))
    return (
        text[:at] + text[at + 1 :],
        text[:at] + text[at] + text[at:],
        text[:at] + "E" + text[at + 1 :],
        text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
    )[rng.integers(4)]


def _name(rng, column, phonetic=True):
    text = str(rng.choice(NAMES))
    text = _slip(rng, text) if rng.random() < 0.3 else text
    initial = column.replace("_name", "") if column != "surname" else column
    parts = {column: text, f"{initial}_initial": text[:1]}
    if phonetic:
        parts[f"{column}_phonetic"] = "".join(c for c in text if c not in "AEIOUÉ ") or None
    return parts


def _born(rng):
    day = date(1990, 1, 1) + timedelta(days=int(rng.integers(60)) * int(rng.integers(1, 12)))
    return {
        "date_of_birth": None if rng.random() < 0.05 else day,
        "date_of_birth_text": f"{day:%Y%m%d}",
        "birth_year": day.year,
        "birth_month": day.month,
        "birth_day": day.day,
    }


def _postcode(rng):
    area, district, sector = rng.choice(["AB", "YO"]), rng.integers(1, 3), rng.integers(1, 4)
    return {
        "postcode": f"{area}{district} {sector}{rng.choice(['CD', 'DC', 'CE'])}",
        "postcode_sector": f"{area}{district} {sector}",
        "postcode_district": f"{area}{district}",
        "postcode_area": str(area),
    }


def _email(rng):
    user = str(rng.choice(["anna", "anne.b", "josé", "x"]))
    return {"email": f"{user}@{rng.choice(['a.org', 'b.org'])}", "email_user": user}


def _some(rng, values, most):
    return rng.choice(values, rng.integers(0, most)).tolist()


MAKERS = {
    "first_name": lambda rng: _name(rng, "first_name"),
    "middle_name": lambda rng: _name(rng, "middle_name", phonetic=False),
    "surname": lambda rng: _name(rng, "surname"),
    "date_of_birth": _born,
    "sex": lambda rng: {"sex": str(rng.choice(["F", "M"]))},
    "postcode": _postcode,
    "house_number": lambda rng: {"house_number": str(rng.integers(1, 5))},
    "street": lambda rng: {"street": f"{rng.choice(PLACES)} {rng.choice(['ROAD', 'LANE'])}"},
    "town": lambda rng: {"town": str(rng.choice(PLACES))},
    "place_of_birth": lambda rng: {"place_of_birth": str(rng.choice(PLACES))},
    "email": _email,
    "phone": lambda rng: {"phone": f"0117{rng.integers(20):02d}{rng.integers(3)}"},
    "age": lambda rng: {"age": (0.0, -0.0, 30.5, 31.0, 60.0)[rng.integers(5)]},
    "aliases": lambda rng: {"aliases": _some(rng, ["AL", "BEA", "CY", "DI"], 4)},
    "enrolled": lambda rng: {"enrolled": date(2001, 2, 3) + timedelta(days=int(rng.integers(40)))},
    "colour": lambda rng: {"colour": ("red", "réd", "", "🟥", "blue")[rng.integers(5)]},
}


def _person(rng):
    return {field: make(rng) for field, make in MAKERS.items()}


def _recorded(rng, person, unknown, erring):
    """A person as a source has it: fields missing or another's."""
    record = {}
    for field, values in person.items():
        made = MAKERS[field](rng) if rng.random() < erring else values
        record |= dict.fromkeys(made) if rng.random() < unknown else made
    return record


@dataclass(frozen=True)
class Model:
    """What a run would have settled: sources, what is compared, how pairs are made, how likely."""

    sources: dict[str, pa.Table]
    kind: str
    once: tuple[str, ...]
    comparisons: tuple[Comparison, ...]
    rules: tuple[Rule, ...]
    parameters: Parameters
    prior: float
    floor_at: float
    always: int


def _sources(rng, names, sizes, lacking, unknown, erring):
    """The sources' records, numbered over all of them; the last source lacks some fields."""
    everyone = [_person(rng) for _ in range(max(sizes))]
    sources, first = {}, 0
    for name, size in zip(names, sizes, strict=True):
        chosen = rng.integers(len(everyone), size=size)
        records = [_recorded(rng, everyone[person], unknown, erring) for person in chosen]
        held = COLUMNS
        if name == names[-1] and len(names) > 2:
            left_out = {column for field in lacking for column in FIELDS[field]}
            held = {column: kind for column, kind in COLUMNS.items() if column not in left_out}
        columns = {
            column: pa.array([r.get(column) for r in records], kind)
            for column, kind in held.items()
        }
        numbers = pa.array(range(first, first + size), pa.int32())
        folds = pa.array(rng.integers(0, 100, size), pa.uint8())
        sources[name] = pa.table({"record": numbers, "fold": folds, **columns})
        first += size
    return sources


def steps(values, most, falling):
    """Up to so many levels of a listed comparison, strictest first."""
    chosen = st.lists(st.sampled_from(values), max_size=most, unique=True)
    return chosen.map(lambda some: sorted(some, reverse=falling))


CUSTOM = (
    '"first_name_l" = "first_name_r" AND "surname_l" = "surname_r"',
    "First_Name_L = FIRST_NAME_R",
    'surname_l = "surname_r" OR "FIRST_NAME_L" = first_name_r',
    '"surname_l" || "first_name_l" = "first_name_r" || "surname_r"',
    "replace(surname_l, '\"', '') = replace(surname_r, '\"', '')",
    "first_name_l[1] = first_name_r[1]",
    'levenshtein("surname_l", surname_r) < 3',
    'damerau_levenshtein("surname_l", "surname_r") <= 1 OR "first_name_l" IS NULL',
    'jaro_winkler_similarity("surname_l", "surname_r") > 0.9',
    '(abs(length("first_name_l") - length("first_name_r")) <= 1 '
    'AND damerau_levenshtein("surname_l", "surname_r") <= 1)',
    "first_name_l = surname_r",
    '"first_name_l" = "surname_r" AND "surname_l" = "first_name_r"',
    "coalesce(middle_name_l, '') = coalesce(middle_name_r, '')",
    "abs(age_l - age_r) < 1 AND birth_year_l <> birth_year_r",
    "list_has_any(aliases_l, aliases_r)",
    'colour_l = \'"colour_l" = "colour_r"\' OR colour_l = colour_r',
)
custom = st.fixed_dictionaries(
    {
        "kind": st.just("custom"),
        "sql": st.lists(st.sampled_from(CUSTOM), min_size=1, max_size=3, unique=True),
    }
)
one_column = st.one_of(
    st.fixed_dictionaries(
        {"kind": st.just("jaro_winkler"), "column": st.sampled_from(TEXTS)},
        optional={"levels": steps([1.0, 0.95, 0.88, 0.7], 3, falling=True)},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("levenshtein"), "column": st.sampled_from(TEXTS)},
        optional={"levels": steps([1.0, 2.0, 3.0], 3, falling=False)},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("date"), "column": st.sampled_from(["date_of_birth", "enrolled"])},
        optional={"levels": steps([1.0, 7.0, 40.0], 3, falling=False)},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("number"), "column": st.sampled_from(["age", "birth_year"])},
        optional={"levels": steps([0.5, 1.0, 30.0], 2, falling=False)},
    ),
    st.fixed_dictionaries(
        {"kind": st.just("array"), "column": st.just("aliases")},
        optional={"levels": steps([3.0, 2.0, 1.0], 3, falling=True)},
    ),
    st.fixed_dictionaries({"kind": st.just("postcode"), "column": st.just("postcode")}),
    st.fixed_dictionaries({"kind": st.just("exact"), "column": st.sampled_from(list(COLUMNS))}),
)
several = st.fixed_dictionaries(
    {"columns": st.lists(st.sampled_from(list(COLUMNS)), min_size=2, max_size=4, unique=True)}
)
with_frequency = st.tuples(one_column, st.booleans()).map(
    lambda said: {**said[0], "term_frequency": said[1]}
)
lists = st.lists(st.one_of(with_frequency, with_frequency, custom, several), min_size=1, max_size=5)


def _listed(said):
    return tuple(listed(Listed(name=f"c{k}", **one), COLUMNS) for k, one in enumerate(said))


def _by_role(chosen):
    held = {column for field in chosen for column in FIELDS[field]}
    return by_role([c for c in COLUMNS if c in held], [c for c in OWN if c in held])


roles = st.lists(st.sampled_from(list(FIELDS)), min_size=1, max_size=9, unique=True).map(_by_role)
COARSE = (
    "first_initial",
    "surname_phonetic",
    "birth_year",
    "sex",
    "postcode_sector",
    "town",
    "age",
)
terms = st.one_of(
    st.sampled_from(list(COLUMNS)),
    st.tuples(st.sampled_from(TEXTS[:7]), st.sampled_from(TEXTS[:7])).map(" = ".join),
)
rules = st.tuples(
    st.permutations(COARSE).map(lambda each: each[:1]),
    st.lists(st.lists(terms, min_size=1, max_size=3, unique=True), max_size=3),
    st.booleans(),
).map(lambda made: tuple(Rule(tuple(r)) for r in [made[0], *made[1]][:: 1 if made[2] else -1]))
"""One to four rules, of which one makes many pairs."""


def _probabilities(rng, comparisons):
    """m and u of every level, some very small."""
    drawn = [[rng.random(len(c.scored)) ** 4 + 1e-5 for c in comparisons] for _ in range(2)]
    return Parameters(*(tuple(each / each.sum() for each in side) for side in drawn))


@st.composite
def whole_models(draw, kind):
    """Return a model of a linkage of ``kind``."""
    n = 1 if kind == "deduplicate" else draw(st.integers(2, 3))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    names = ("a", "b", "c")[:n]
    sizes = [draw(st.integers(30, 80 if n < 3 else 45)) for _ in names]
    lacking = draw(st.lists(st.sampled_from(list(FIELDS)), max_size=4))
    unknown, erring = (draw(st.sampled_from(each)) for each in ((0.0, 0.08, 0.3), (0.05, 0.3)))
    comparisons = draw(st.one_of(lists.map(_listed), roles.filter(len)))
    chosen = draw(rules)
    return Model(
        sources=_sources(rng, names, sizes, lacking, unknown, erring),
        kind=kind,
        once=tuple(name for name in names if draw(st.booleans())),
        comparisons=comparisons,
        rules=chosen,
        parameters=_probabilities(rng, comparisons),
        prior=draw(st.sampled_from([1e-6, 0.003, 0.2, 0.6])),
        floor_at=draw(st.floats(0, 1)),
        always=draw(st.sampled_from([0, 0, 1, 2])),
    )


@pytest.fixture(scope="session")
def models():
    """Return the strategy of models of a kind of linkage."""
    return whole_models
