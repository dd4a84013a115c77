"""What is said beside a command's own words quotes nothing, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECRET = "ZEBEDEE"
"""A value that a library stumbled on."""

LOUD = {
    "a log": ("import logging; logging.getLogger('x').critical('{0}')", ""),
    "a warning": ("import warnings; warnings.warn('{0}')", ""),
    "a thread": (
        "import threading; t = threading.Thread(target=lambda: int('{0}')); t.start(); t.join()",
        "a fault of ours in a thread: ValueError at ",
    ),
    "clearing up": (
        "class C:\n def __del__(self): raise ValueError('{0}')\nC()",
        "a fault of ours in clearing up: ValueError at ",
    ),
}


def said_by(code, *before):
    done = subprocess.run(
        [sys.executable, "-c", "\n".join((*before, code.format(SECRET)))],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    return done.stderr


@pytest.mark.parametrize(("code", "ours"), LOUD.values(), ids=LOUD)
def test_what_python_and_libraries_would_say_is_not_said(code, ours):
    assert SECRET in said_by(code), "left alone, it would be"
    said = said_by(code, "from cli.main import main", "main(['--version'])")
    assert SECRET not in said
    assert said.startswith(ours)
    assert ours or not said
    assert "Traceback" not in said
