"""Every preset is made, linked and scored by ethnicity and sex, in processes of its own."""

import json

import pytest

from synthetic_data.spec.loader import presets

PEOPLE = {"looked_after_children": 60_000, "homelessness_justice": 30_000, "survey_admin": 30_000}
"""Sources of few people need more of them."""


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_made_linked_and_scored_by_ethnicity_and_sex(name, link, tmp_path):
    people = PEOPLE.get(name, 6_000)
    made = link("synth", name, "--people", str(people), "--out", "out", folder=tmp_path)
    assert "summary.html" in made
    run = link("run", "out/config.yaml", folder=tmp_path).splitlines()[-1]
    scored = json.loads(
        link("score", run, "--truth", "out/truth.parquet", "--json", folder=tmp_path)
    )
    assert scored["overall"]["recall"] > 0.6
    by = ("--by", "ethnicity,sex")
    shown = link("score", run, "--truth", "out/truth.parquet", *by, folder=tmp_path)
    assert "recall" in shown
    assert " × Female" in shown  # noqa: RUF001 - as the table has it
