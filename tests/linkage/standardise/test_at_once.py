"""What is cleaned a column at a time is what the rules make of it one by one."""

from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkage.config.schema import Column
from linkage.standardise.cleaners import Cleaner, cleaner
from linkage.standardise.encoded import Encoded
from linkage.standardise.lookups import Cleaned, Lookup
from linkage.standardise.names import TITLES
from linkage.standardise.stand_ins import STAND_IN_WORDS

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
WORDS = st.one_of(
    st.sampled_from(sorted(STAND_IN_WORDS | TITLES)),
    st.text("AXZaxzSmithé'- ", max_size=8),
    st.from_regex(r"\A[A-Z][a-z]{0,10}\n?\Z"),
)
DIGITS = st.from_regex(r"\A[0129]\d{3}[-/. ]?[01]\d[-/. ]?[0-3]\d\n?\Z")
TURNED = st.from_regex(r"\A[0-3]\d[-/. ]?[01]\d[-/. ]?[0129]\d{3}\Z")
POSTCODES = st.from_regex(r"\A(ZZ99|[A-Z]{1,2}[0-9][A-Z0-9]?) ?[0-9OI][A-Z]{2}\n?\Z")

DATES = [
    "%Y-%m-%d",
    "%d/%m/%Y",
    "%m.%d.%Y",
    "%Y%m%d",
    "%d %m %Y",
    "%d %B %Y",
    "%y-%m-%d",
    "%Y-%m-%dT%H:%M",
    ["%d/%m/%Y", "%m/%d/%Y"],
    ["%m/%d/%Y", "%d/%m/%Y"],
    (),
]


def dated(format_: str | list[str] | tuple[()], role: str = "date_of_birth") -> Cleaner:
    kind = {} if role == "date_of_birth" else {"kind": "date"}
    return cleaner(role, Column(column="x", format=format_, **kind))


def same(way: Cleaner, values: list[str]) -> None:
    raw = Encoded.of(pa.array(values, pa.string()))
    found, expected = (
        Lookup(Cleaned(each)).find(raw) for each in (way, replace(way, at_once=None))
    )
    for name, column in expected.columns.items():
        assert found.columns[name].array().to_pylist() == column.array().to_pylist()
        assert found.columns[name].array().type == column.array().type
    assert found.fired[found.codes].tolist() == expected.fired[expected.codes].tolist()


@pytest.mark.parametrize("role", ["first_name", "middle_name", "surname"])
@settings(deadline=None)
@given(values=st.lists(st.one_of(ANY, WORDS), max_size=20))
@example(values=["Lee", "LEE", "X", "XX", "XZ", "ZZ", "ZZZ", "Xu", "SIR", "Baby", "null", "a\n"])
def test_names(role, values):
    same(cleaner(role, Column(column="x")), values)


@pytest.mark.parametrize("format_", DATES, ids=str)
@settings(deadline=None)
@given(values=st.lists(st.one_of(ANY, DIGITS, TURNED), max_size=20))
@example(values=["1984-03-04", "1984-02-29", "2000-01-01", "1111-11-11", "9999-12-12"])
@example(values=["19840304", "04/03/1984", "13/03/1984", "03/13/1984", "04.03.1984", "04 03 1984"])
@example(
    values=["1984-03-04\n", " 1984-03-04", "0984-03-04", "2150-05-05", "2100-12-28", "2099-12-28"]
)
def test_dates_of_birth(format_, values):
    same(dated(format_), values)


@settings(deadline=None)
@given(values=st.lists(st.one_of(ANY, DIGITS), max_size=20))
def test_other_dates(values):
    same(dated("%Y-%m-%d", "moved"), values)


@settings(deadline=None)
@given(values=st.lists(st.one_of(ANY, POSTCODES), max_size=20))
@example(values=["LS24 8DD", "EC1A 1BB", "M1 1AE", "ZZ99 3VZ", "ZZ9 9AA", "LS24  8DD", "LS24 8DC"])
def test_postcodes(values):
    same(cleaner("postcode", Column(column="x")), values)


@pytest.mark.parametrize(
    ("way", "usual"),
    [
        (cleaner("first_name", Column(column="x")), ["LENA", "Lena", "zoe"]),
        (dated("%Y-%m-%d"), ["1984-03-04", "2009-12-28"]),
        (dated("%d/%m/%Y"), ["04/03/1984"]),
        (dated(()), ["1984-03-04"]),
        (dated("%Y%m%d", "moved"), ["19840304"]),
        (cleaner("postcode", Column(column="x")), ["LS24 8DD", "M1 1AE"]),
    ],
)
def test_the_usual_values_are_known(way, usual):
    assert way.at_once is not None
    assert way.at_once(pa.array(usual)).where.to_pylist() == [True] * len(usual)
