"""Runs on real data, through the loader and all stages up to the links."""

import os
from pathlib import Path

import pytest

from linkage.config.loader import load
from linkage.execution import execute
from linkage.stages import KEPT, STAGES

SLICE = Path(__file__).parents[1] / "data" / "ons_linkage_exercise"


class Silent:
    """An observer that says nothing."""

    def __getattr__(self, name):
        return lambda *_: None


@pytest.fixture(scope="session")
def run(tmp_path_factory):
    """Return a function that runs a configuration's text and returns the run folder."""

    def made(text):
        path = tmp_path_factory.mktemp("real") / "config.yaml"
        path.write_text(text)
        loaded = load(path)
        return execute(STAGES, loaded.config, loaded.text, KEPT, Silent())

    return made


@pytest.fixture(scope="session")
def public_data():
    """Return the folder of public data sets; the test is skipped where there is none."""
    folder = os.environ.get("LINKAGE_DATA")
    if folder is None:
        pytest.skip("LINKAGE_DATA names no folder of public data")
    return Path(folder)


@pytest.fixture(scope="session")
def ons_slice():
    return SLICE
