"""Every setting, given the wrong kind of value, gives a fault in our words at that setting."""

from pathlib import Path

import pytest

from linkage.config.json_schema import json_schema, sections_with, settings_at
from linkage.config.loader import examine
from linkage.config.nearest import nearest
from linkage.errors import ConfigError

CASES = Path(__file__).parent / "cases"
SECTIONS = {
    "sources.census": ("sources", "census"),
    "sources.census.csv": ("sources", "census", "csv"),
    "sources.census.columns.surname": ("sources", "census", "columns", "surname"),
    "linkage": ("linkage",),
    "linkage.training": ("linkage", "training"),
    "linkage.decide": ("linkage", "decide"),
    "linkage.comparisons[]": ("linkage", "comparisons", 0),
    "groups.sex": ("groups", "sex"),
    "missingness.variables[]": ("missingness", "variables", 0),
    "quality": ("quality",),
    "disclosure": ("disclosure",),
    "engine": ("engine",),
}
WRONG = {"a section": "{no: no}", "a list in a list": "[[[[1]]]]", "nothing": "", "a number": "-1"}
SETTINGS = [
    (section, name) for section, path in SECTIONS.items() for name in sorted(settings_at(path))
]


def nested(path, value: str) -> str:
    """Return the flow YAML of a configuration that holds ``value`` at ``path`` and nothing else."""
    for part in reversed(path):
        value = f"[{value}]" if isinstance(part, int) else f"{{{part}: {value}}}"
    return value


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_every_setting_speaks_for_itself(tmp_path, wrong):
    for section, name in SETTINGS:
        path = tmp_path / "config.yaml"
        path.write_text(nested((*SECTIONS[section], name), wrong))
        try:
            faults = examine(path).faults
        except ConfigError as error:
            faults = error.faults
        assert faults
        for fault in faults:
            said = fault.message + fault.fix
            assert "does not fit here" not in said, (section, name, fault)
            assert "Input should" not in said
            assert "valid dictionary" not in said


def test_every_setting_has_a_description():
    for section, name in SETTINGS:
        setting = settings_at(SECTIONS[section])[name]
        about = setting.get("description") or json_schema()["$defs"][
            setting["$ref"].rpartition("/")[2]
        ].get("description")
        assert about, f"{section}.{name}"
        assert about.endswith((".", "?")), f"{section}.{name}"


def test_a_misplaced_setting_is_sent_where_it_belongs():
    assert sections_with("threshold") == ("linkage.decide", "disclosure")
    assert sections_with("one_record_per_person") == ("sources.<name>",)
    assert sections_with("term_frequency") == ("linkage.comparisons[]",)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("jarowinkler", "jaro_winkler"),
        ("Jaro-Winkler", "jaro_winkler"),
        ("levenstein", "levenshtein"),
        ("excat", "exact"),
        ("postcodes", "postcode"),
        ("soundex", None),
        ("", None),
    ],
)
def test_nearest_name(written, meant):
    kinds = ["exact", "jaro_winkler", "levenshtein", "date", "postcode", "number", "array"]
    assert nearest(written, kinds) == meant
