"""The records that a batch brings are seen as a whole run would see them, and held where asked."""

import json
import shutil
from collections import Counter

import pyarrow.parquet as pq
import pytest

from cli.stages import kept
from linkage.batches.linking import delete, link_batch
from linkage.config.schema import Config
from linkage.runs.holding import waiting
from linkage.runs.workspace import Workspace
from quality.drift.accepting import accept_drift
from quality.drift.cohort import write_cohorts
from quality.drift.state import newest, path_in, read_state
from quality.stages import STAGES, WATCHING


@pytest.fixture
def watched(series):
    """Return a function that begins a series with a characteristic of a's records."""

    def begin(gate="tell", **said):
        made = series(**said)
        settings = made.config.model_dump(mode="json", by_alias=True, exclude_unset=True)
        settings["groups"] = {"sex": {"source": "a", "column": "sex", "standard": "sex"}}
        settings["quality"] = {"draws": 0, "gates": {"drift": gate}}
        made.config = Config.model_validate(settings)
        return made

    return begin


def link(made, quality=(), keep=(), **changes):
    said = made.config.batch.model_copy(update=changes)
    config = made.config.model_copy(update={"batch": said})
    return link_batch(config, "", quality, (*kept(), *keep), made.observer, watching=WATCHING)


@pytest.mark.parametrize("once", [("a", "b"), ()])
def test_a_batch_sees_its_records_as_a_whole_run_does(once, watched, people, tmp_path):
    made = watched(once=once)
    made.deliver("a", 1, "new", people("a", 0, 200))
    made.deliver("b", 1, "new", people("b", 40, 240))
    folder = link(made, STAGES, ("cohort_*",), report=True)
    copy = shutil.copytree(folder, tmp_path / "copy")
    with Workspace(copy, made.config.engine) as workspace:
        write_cohorts(workspace, made.config)
    for name in ("a", "b"):
        mine, whole = (linked_rows(each, name) for each in (folder, copy))
        assert pq.read_metadata(path(folder, name)).num_rows == 200
        assert sum(mine.values()) > 130
        assert (mine - whole).total() <= 2  # a rival of the link may be the heavier by a hair


def path(run, name):
    return run / "restricted" / f"cohort_{name}.parquet"


def linked_rows(run, name):
    """The rows of linked records: candidates of others may lie below what a run keeps."""
    table = pq.read_table(path(run, name))
    columns = sorted(set(table.column_names) - {"p_record"})
    return Counter(
        tuple(round(v, 4) if isinstance(v, float) else v for v in row.values())
        for row in table.select(columns).to_pylist()
        if row["linked"]
    )


def test_a_batch_brings_only_what_was_delivered(watched, people):
    made = watched()
    made.deliver("a", 1, "new", people("a", 0, 200))
    made.deliver("b", 1, "new", people("b", 40, 240))
    link(made)
    made.deliver("b", 2, "new", people("b", 240, 300))
    folder = link(made, keep=("cohort_*",))
    brought = {
        name: pq.read_table(folder / "restricted" / f"cohort_{name}.parquet") for name in ("a", "b")
    }
    assert (brought["a"].num_rows, brought["b"].num_rows) == (0, 60)


def test_a_refreshed_model_brings_no_more_than_was_delivered(watched, people):
    made = watched(model="refreshed")
    made.deliver("a", 1, "new", people("a", 0, 200))
    made.deliver("b", 1, "new", people("b", 40, 240))
    link(made)
    made.deliver("b", 2, "new", people("b", 240, 300))
    folder = link(made, keep=("cohort_*",))
    assert pq.read_table(folder / "restricted" / "cohort_b.parquet").num_rows == 60


def test_a_batch_that_is_held_is_not_built_on_until_it_is_accepted(watched, people):
    made = watched("hold")
    made.deliver("a", 1, "new", people("a", 0, 300))
    made.deliver("b", 1, "new", people("b", 0, 150))
    first = link(made)
    lacking = [{**row, "last": ""} for row in people("b", 150, 250)]
    place = made.deliver("b", 2, "new", lacking)
    held = link(made)
    assert (made.latest, waiting(made.home)) == (first.resolve(), held)
    assert link(made) == held
    shutil.rmtree(place)
    made.deliver("b", 2, "new", people("b", 150, 250))  # delivered again, as it should be
    mended = link(made)
    assert made.latest == mended.resolve()
    assert read_state(mended).alarms == ()
    made.deliver("b", 3, "new", [{**row, "last": ""} for row in people("b", 250, 350)])
    held = link(made)
    assert accept_drift(made.home, "seen") == held
    assert made.latest == held.resolve()
    assert link(made) is None


def test_a_deletion_leaves_what_the_next_batch_is_compared_with(watched, people, tmp_path):
    made = watched()
    made.deliver("a", 1, "new", people("a", 0, 200))
    made.deliver("b", 1, "new", people("b", 40, 240))
    before = link(made)
    ids = tmp_path / "ids.csv"
    ids.write_text(f"source,record_id\na,{people('a', 0, 1)[0]['id']}\n")
    delete(made.config, "", ids, made.observer, lambda run, ids: None)
    assert not path_in(made.latest).exists()
    assert newest(made.home) == before
    made.deliver("b", 2, "new", [{**row, "last": ""} for row in people("b", 240, 340)])
    found = read_state(link(made)).alarms
    assert [each.cell for each in found] == [(None, None)]
    assert found[0].sources == ("b",)
    assert json.loads(path_in(made.latest).read_text())["sources"].keys() == {"a", "b"}
