"""Specifications that do not hold are refused: every fault at once, with its line and a fix."""

import pytest

from linkage.errors import ConfigError
from synthetic_data.spec.loader import load, load_file, presets

GOOD = """\
version: 1
name: small
about: a census and a register
population: {day: 2021-03-21}
sources:
  census:
    kind: census
    day: 2021-03-21
    coverage: {rate: 0.9, by: {ethnicity: {"15": 0.7}, age: {"20": 0.8, "30": 1.1}}}
    columns: {first_name: forename, surname: surname, sex: sex, ethnicity: ethnic_group}
    errors:
      kinds: {typing: {first_name: 0.02}}
      missing: {sex: 0.1, ethnicity: {prefer_not_to_say: 0.01, not_stated: 0.02}}
      by: {typing: {ethnicity: {"1": 2.0}}}
"""


def written(tmp_path, text):
    path = tmp_path / "spec.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_chance_for_a_missing_value_is_an_answer_not_given(tmp_path):
    spec = load_file(written(tmp_path, GOOD)).spec
    assert spec.sources["census"].errors.missing["sex"] == {"not_answered": 0.1}


@pytest.mark.parametrize(
    ("right", "wrong", "code", "fix"),
    [
        ("rate: 0.9", "rate: 0.95", "S106", "at most 0.909"),
        ("rate: 0.9", "rate: -0.1", "C114", "0"),
        ('"15": 0.7', '"51": 0.7', "S102", "write"),
        ('"15": 0.7', '"15": -0.7', "C114", "0"),
        ('ethnicity: {"15"', 'etnicity: {"15"', "S102", "write  ethnicity"),
        ('"20": 0.8', "young: 0.8", "S102", "0, 5, 10"),
        ("typing: {first_name: 0.02}", "typing: {first_name: 0.6}", "S106", "lower"),
        ("typing: {first_name: 0.02}", "tpying: {first_name: 0.02}", "S102", "write  typing"),
        ("typing: {first_name: 0.02}", "typing: {postcode: 0.02}", "S102", "write one of"),
        ("not_stated: 0.02", "not_stated: 0.995", "S106", "lower"),
        ("not_stated: 0.02", "forgotten: 0.02", "C104", "not_answered"),
        ("surname: surname", "surnam: surname", "S102", "write  surname"),
        ("day: 2021-03-21\n    coverage", "day: 2021-02-30\n    coverage", "C116", "2021-03-21"),
        ("    coverage", "    sample: {share: 0.1}\n    coverage", "S104", "survey"),
        ("    coverage", "    who: {ages: [64, 16]}\n    coverage", "S103", "ages"),
        ("    coverage", '    codes: {sex: {F: "1"}}\n    coverage', "S105", "code"),
        ("    coverage", "    lists: {sex: sxe}\n    coverage", "S102", "write one of"),
        ("    coverage", "    coverige: {}\n    coverage", "C111", "remove"),
        ("    coverage", "    dates: dd/mm\n    coverage", "S108", "%d/%m/%Y"),
        ("surname: surname", "surname: forename", "S107", "own"),
        ("sex: sex, ethn", "weight: weight, sex: sex, ethn", "S104", "sample"),
        ("typing: {first_name: 0.02}", "typing: {sex: 0.02}", "S102", "write one of"),
        (
            "{day: 2021-03-21}",
            "{day: 2021-03-21, tables: {births: {twins: {values: 1001}}}}",
            "S157",
            "1000 or less",
        ),
        (
            "{day: 2021-03-21}",
            '{day: 2021-03-21, tables: {religion: {shares: {unit: share, values: {"1": 0.9, "2": '
            '0.2, "3": 0, "4": 0, "5": 0, "6": 0, "7": 0, "8": 0}}}}}',
            "S156",
            "sum to 1",
        ),
    ],
)
def test_a_fault_is_told_with_its_line_and_what_to_write(tmp_path, right, wrong, code, fix):
    assert GOOD.count(right) == 1
    text = GOOD.replace(right, wrong)
    with pytest.raises(ConfigError) as caught:
        load_file(written(tmp_path, text))
    (fault,) = caught.value.faults
    assert fault.code == code
    assert fix in fault.fix
    said = text.split("\n")[fault.line - 1]
    changed = [line for line in text.split("\n") if line not in GOOD.split("\n")]
    assert said in changed


def test_all_faults_are_told_at_once(tmp_path):
    text = GOOD.replace("rate: 0.9", "rate: 0.95").replace("surname: surname", "surnam: surname")
    with pytest.raises(ConfigError) as caught:
        load_file(written(tmp_path, text + "focal: cencus\n"))
    assert [fault.code for fault in caught.value.faults] == ["S106", "S102", "S102"]


def test_a_name_that_is_no_preset_is_told_with_those_that_are():
    with pytest.raises(ConfigError) as caught:
        load("census_admn")
    assert all(name in caught.value.faults[0].fix for name in presets())


@pytest.mark.parametrize("name", presets())
def test_every_preset_holds(name):
    assert load(name).spec.name == name
