"""What all tests share: golden files, a small set of records, and property tests that repeat."""

import shutil
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import settings

from linkage.engines.asking import Asking
from linkage.engines.columns import Columns, Records
from linkage.engines.levels import Levels
from linkage.engines.pairs import Pairs
from linkage.engines.room import Room

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


@pytest.fixture(scope="session")
def room(tmp_path_factory):
    """Memory enough for the columns of any test."""
    return Room(10**9, tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="session")
def levelled(tmp_path_factory, room):
    """Return a function that gives the levels of comparisons, and pairs of values to put on them.

    Values come as a table whose columns carry their side: ``surname_l`` and ``surname_r``.
    """
    path = tmp_path_factory.mktemp("records") / "both.parquet"
    with duckdb.connect(config={"threads": 1}) as connection:
        asking = Asking(connection, 1)

        def opened(comparisons, values):
            names = dict.fromkeys(name[:-2] for name in values.column_names)
            columns = {
                name: pa.chunked_array(
                    [chunk for side in "lr" for chunk in values[f"{name}_{side}"].chunks]
                )
                for name in names
            }
            n = values.num_rows
            pq.write_table(pa.table({"record": np.arange(2 * n), **columns}), path)
            held = Columns({"all": Records(path)}, {"all": 0}, room)
            levels = Levels(comparisons, held, asking)
            held.hold(levels.names, levels.together)
            levels.look_up(threads=1)
            return levels, Pairs.of(held, np.arange(n), np.arange(n, 2 * n))

        yield opened
