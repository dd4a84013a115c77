"""What all tests share: golden files, a small set of records, and property tests that repeat."""

import shutil
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


def pytest_addoption(parser):
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="Write golden files anew instead of comparing with them; then read the difference.",
    )


@pytest.fixture
def golden(request):
    """Return a check that a text is what the golden file holds; a missing file is a failure."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-goldens"):
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path.name} is missing: run with --update-goldens and read it"
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture
def invented(tmp_path):
    """Return a folder of its own that holds two small sources and a configuration of them."""
    return Path(shutil.copytree(Path(__file__).parent / "data" / "invented", tmp_path / "invented"))
