"""What the configuration knows by name is what the rest of the program does."""

import re
from pathlib import Path

import pytest

from linkage.characteristics.standards import standard_names
from linkage.config import check_columns
from linkage.config.columns import provided
from linkage.config.diagnostics import CATALOGUE
from linkage.config.schema import ROLES, Column
from linkage.config.standard_names import STANDARD_NAMES
from linkage.standardise import dates
from linkage.standardise.columns import derived
from linkage.standardise.sex import sex

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("role", [*ROLES, "income"])
def test_columns_that_a_role_provides(role):
    assert provided(role) == tuple(derived(role))


def test_plain_postcodes_provide_no_parts():
    plain = Column(column="x", style="plain")
    assert provided("postcode", plain) == tuple(derived("postcode", plain))


def test_harmonised_lists():
    assert standard_names() == STANDARD_NAMES


def test_words_for_sex():
    for word in check_columns.SEX_WORDS:
        assert sex("1", {"1": word}).values[0] in {"F", "M", "X"}


@pytest.mark.parametrize(
    "written",
    ["%d/%m/%Y", "%Y%m%d", "%d %B %y", "%d-%b-%Y", "%e.%m.%Y", "%Y-%m-%d %H:%M:%S", "%-d/%-m/%Y"],
)
def test_formats_that_are_read(written):
    assert check_columns.wrong_format(written) == ""
    dates.pattern(written)


@pytest.mark.parametrize(
    "written", ["dd/mm/yyyy", "%d/%m", "%d/%d/%Y", "%Q", "%j %Y", "", "%Y%y%m%d"]
)
def test_formats_that_are_not(written):
    assert check_columns.wrong_format(written)
    with pytest.raises(ValueError, match="date format"):
        dates.pattern(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("dd/mm/yyyy", "%d/%m/%Y"),
        ("MM-DD-YYYY", "%m-%d-%Y"),
        ("yyyymmdd", "%Y%m%d"),
        ("d mmm yy", "%d %b %y"),
        ("day", None),
    ],
)
def test_formats_as_spreadsheets_write_them(written, meant):
    assert check_columns._translated(written) == meant


def test_every_code_that_is_raised_is_in_the_catalogue_and_the_other_way_round():
    raised = set()
    for package in ("linkage", "quality", "cli", "synthetic_data"):
        for file in (ROOT / package).rglob("*.py"):
            if "codes" not in file.parts:
                raised |= set(re.findall(r'"([CDGRST][0-9]{3})"', file.read_text(encoding="utf-8")))
    assert raised == set(CATALOGUE)
