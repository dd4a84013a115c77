"""Every preset is made, linked and scored by ethnicity and sex, in processes of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from synthetic_data.spec.loader import presets

ROOT = Path(__file__).parents[2]
PEOPLE = {"looked_after_children": 60_000, "homelessness_justice": 30_000, "survey_admin": 30_000}
"""Sources of few people need more of them."""


def link(*arguments, folder):
    done = subprocess.run(
        [sys.executable, "-m", "cli", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("name", presets())
def test_a_preset_is_made_linked_and_scored_by_ethnicity_and_sex(name, tmp_path):
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
