"""The section on characteristics: their lists, who holds them and who said so."""

from pathlib import Path

from quality.report.lookup import Lookup
from quality.report.sections.characteristics import characteristics_section

GROUPS = {
    "ethnic_group": {
        "source": "census",
        "column": "eth",
        "standard": "ethnicity",
        "nation": "scotland",
        "label": "Ethnic group",
        "collected": "self_reported",
        "mode": "online",
        "also": [{"source": "ssa", "column": "ethnos", "collected": "proxy"}],
    },
    "age": {
        "source": "census",
        "from": "date_of_birth",
        "on": "2021-03-21",
        "standard": "age.bands_5yr",
    },
    "area": {
        "source": "census",
        "column": "lsoa",
        "lookup": {"path": Path("/secret/imd.csv"), "key": "lsoa", "value": "decile"},
        "standard": "deprivation.decile",
        "roll_up": "never",
    },
    "home": {"source": "census", "from": "household", "column": "hid", "on": "2021-03-21"},
    "white": {
        "source": "census",
        "column": "flag",
        "allow_binary": "the old register holds no more",
    },
}


def section(make_config, **changes):
    return characteristics_section(Lookup(make_config(**changes), ()))


def rows(found):
    table = next(part.table for part in found.parts if part.table is not None)
    keys = [column.key for column in table.columns]
    return [dict(zip(keys, (cell.text for cell in row), strict=True)) for row in table.rows], table


def test_every_holder_has_a_row_with_who_said_so(make_config):
    found, _ = rows(section(make_config, groups=GROUPS))
    census, ssa, age, area, home, _ = found
    assert census == {
        "characteristic": "Ethnic group",
        "protected": "race",
        "holder": "Census 2020: column eth",
        "collected": "self-reported; mode online",
        "list": "ethnicity.scotland_2022, read where it was published",
        "missing": "[x]",
        "small": "not rolled up: only groups with too few records are, where their heading has "
        "enough",
    }
    assert ssa["holder"] == "Social security: column ethnos"
    assert ssa["collected"] == "by someone else for the person (proxy); mode not stated"
    assert age["holder"] == "Census 2020: age on 2021-03-21, from the date of birth"
    assert age["collected"] == "derived; mode not stated"
    assert age["list"] == "age.bands_5yr, list unsure: check"
    assert area["holder"] == "Census 2020: column lsoa, looked up in imd.csv"
    assert area["protected"] == "beyond the Act"
    assert area["small"] == "never rolled up"
    assert home["holder"] == "Census 2020: who shares the column hid and their ages on 2021-03-21"


def test_lists_say_where_they_were_published(make_config):
    _, table = rows(section(make_config, groups=GROUPS))
    assert any(note.startswith("ethnicity.scotland_2022: https://") for note in table.notes)
    assert not any("/secret" in note for note in table.notes)


def test_a_written_reason_is_printed_and_what_is_not_held_is_named(make_config):
    parts = section(make_config, groups=GROUPS).parts
    assert ("White: the old register holds no more",) in [part.bullets for part in parts]
    (text,) = parts[-1].paragraphs
    assert "disability, gender reassignment" in text
    assert "race" not in text
    assert "age" not in text.split("nothing is said")[1].split("marriage")[0].split()
    assert "no harmonised list of pregnancy" in text


def test_a_run_without_characteristics_says_so(make_config):
    first, last = section(make_config, groups={}).parts
    assert first.paragraphs[0].startswith("No characteristic was configured")
    assert "age, disability" in last.paragraphs[0]
