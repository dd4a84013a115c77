"""The commands of the README and the tutorial, in their order, on fewer people."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def commands(page, after):
    """The lines that call link in the bash blocks of a page, from a heading on."""
    text = (ROOT / page).read_text().partition(after)[2]
    blocks = re.findall(r"^```bash\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    return [line.replace("--people 20000", "--people 600") for line in lines]


@pytest.fixture
def shell(tmp_path):
    """Run a line as a reader would, with link standing for the program under test."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "link").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cli "$@"\n')
    (programs / "link").chmod(0o755)
    place = tmp_path / "place"
    place.mkdir()
    path = f"{programs}:{os.environ['PATH']}"

    def run(line):
        done = subprocess.run(
            ["bash", "-c", line],
            cwd=place,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
        )
        assert done.returncode == 0, f"{line}\n{done.stderr}"

    run.place = place
    return run


@pytest.mark.parametrize(
    ("page", "after", "run_folder"),
    [
        ("README.md", "## First use", "demo/runs/census_admin/latest"),
        ("docs/tutorial.md", "# A first linkage", "first/runs/census_admin/latest"),
    ],
)
def test_the_commands_of_a_page_run(shell, page, after, run_folder):
    lines = commands(page, after)
    assert len(lines) >= 3
    for line in lines:
        assert line.startswith("link ")
        shell(line)
    run = shell.place / run_folder
    page = (ROOT / page).read_text()
    named = re.findall(r"(?:restricted|for_release)/[\w.-]+", page)
    assert len(named) >= 2
    assert [each for each in named if not (run / each).exists()] == []
