import os
import signal
import threading
from dataclasses import replace
from functools import partial
from pathlib import Path
from time import monotonic

import duckdb
import pyarrow as pa
import pytest

from linkage import pipeline
from linkage.config.schema import Config, Engine
from linkage.errors import DataError, Fault, StorageError
from linkage.pipeline import Stage
from linkage.runs.failures import StageError
from linkage.runs.inputs import hash_inputs
from linkage.runs.signals import StoppedError, StopRequest, stopping
from linkage.runs.workspace import Workspace
from linkage.tables import ContractError


class Heard:
    """An observer that remembers."""

    def __init__(self):
        self.told = []

    def planned(self, stages):
        self.told.append(("planned", *stages))

    def started(self, stage):
        self.told.append(("started", stage))

    def progressed(self, stage, done, total, unit):
        self.told.append(("progressed", stage, done, total, unit))

    def finished(self, stage, seconds):
        self.told.append(("finished", stage))

    def skipped(self, stage):
        self.told.append(("skipped", stage))

    def failed(self, stage, error):
        self.told.append(("failed", stage, type(error).__name__))


def first(workspace, config):
    workspace.write("records_a", records([1, 2]))
    workspace.write_json("first_summary", {"level": config.quality.level})
    workspace.progress(2, 2, "rows")


def second(workspace, config):
    rows = workspace.connection.execute(f"FROM {workspace.view('records_a')}").fetchall()
    workspace.publish(Path("for_release/second.txt"), str(len(rows)).encode())


def records(numbers):
    return pa.table(
        {
            "record": pa.array(numbers, pa.int32()),
            "record_id": pa.array([str(n) for n in numbers], pa.string()),
            "fold": pa.array([0] * len(numbers), pa.uint8()),
        }
    )


FIRST = Stage(
    "first", (), ("records_*", "first_summary"), lambda config: config.quality.level, first
)
SECOND = Stage(
    "second", ("records_*",), ("for_release/second.txt",), lambda config: config.purpose, second
)


@pytest.fixture
def config(tmp_path):
    (tmp_path / "a.csv").write_text("id,surname\n1,x\n")
    return made(tmp_path)


def made(folder, **settings):
    source = {"path": folder / "a.csv", "id": "id", "columns": {"surname": "surname"}}
    return Config.model_validate({"name": "test", "sources": {"a": source}, **settings})


def run(config, folder, stages=(FIRST, SECOND)):
    heard = Heard()
    with Workspace(folder / "run", Engine(memory="200MB", threads=1)) as workspace:
        pipeline.run(stages, config, workspace, hash_inputs(config.sources), heard)
    return [each for each in heard.told if each[0] != "planned"]


def test_stages_are_done_in_order_and_told(config, tmp_path):
    assert run(config, tmp_path) == [
        ("started", "first"),
        ("progressed", "first", 2, 2, "rows"),
        ("finished", "first"),
        ("started", "second"),
        ("finished", "second"),
    ]
    assert (tmp_path / "run" / "for_release" / "second.txt").read_text() == "2"


def test_what_is_done_is_skipped(config, tmp_path):
    run(config, tmp_path)
    assert run(config, tmp_path) == [("skipped", "first"), ("skipped", "second")]


def test_only_what_depends_on_a_setting_is_done_again(config, tmp_path):
    run(config, tmp_path)
    told = run(made(tmp_path, purpose="another"), tmp_path)
    assert told == [("skipped", "first"), ("started", "second"), ("finished", "second")]


def test_a_stage_that_is_redone_to_the_same_result_redoes_no_other(config, tmp_path):
    run(config, tmp_path)
    told = run(made(tmp_path, quality={"level": 0.9}), tmp_path)
    assert [each[:2] for each in told if each[0] != "progressed"] == [
        ("started", "first"),
        ("finished", "first"),
        ("skipped", "second"),
    ]


def test_a_damaged_output_is_made_again(config, tmp_path):
    run(config, tmp_path)
    (tmp_path / "run" / "for_release" / "second.txt").write_text("3")
    assert ("started", "second") in run(config, tmp_path)
    assert (tmp_path / "run" / "for_release" / "second.txt").read_text() == "2"


def test_a_mark_that_cannot_be_read_counts_for_nothing(config, tmp_path):
    run(config, tmp_path)
    (tmp_path / "run" / ".stages" / "first.ok").write_text("{")
    assert run(config, tmp_path)[0] == ("started", "first")


def test_what_a_stage_left_before_is_gone_when_it_is_done_again(config, tmp_path):
    def write_two(workspace, config):
        first(workspace, config)
        workspace.write("records_old", records([3]))
        workspace.publish(Path("for_release/undeclared.txt"), b"")

    run(config, tmp_path, [replace(FIRST, function=write_two)])
    run(made(tmp_path, quality={"level": 0.9}), tmp_path, [FIRST])
    assert not (tmp_path / "run" / "restricted" / "records_old.parquet").exists()
    assert not (tmp_path / "run" / "for_release" / "undeclared.txt").exists()


def test_a_file_that_was_not_promised_is_proved_too(config, tmp_path):
    def write_more(workspace, config):
        first(workspace, config)
        workspace.publish(Path("for_release/undeclared.txt"), b"1")

    stages = [replace(FIRST, function=write_more)]
    run(config, tmp_path, stages)
    (tmp_path / "run" / "for_release" / "undeclared.txt").write_text("2")
    assert run(config, tmp_path, stages)[0] == ("started", "first")


def test_a_stage_that_does_not_keep_its_promise_fails(config, tmp_path):
    with pytest.raises(ContractError, match="first did not write first_summary"):
        run(
            config,
            tmp_path,
            [replace(FIRST, function=lambda w, c: w.write("records_a", records([1])))],
        )
    assert not (tmp_path / "run" / ".stages").exists()


def test_stages_that_do_not_fit_together_are_refused(config, tmp_path):
    stages = [SECOND, FIRST, replace(SECOND, name="third")]
    with pytest.raises(ContractError) as caught:
        run(config, tmp_path, stages)
    assert [fault.message for fault in caught.value.faults] == [
        "the stage second reads records_*, which none before it writes",
        "the stage third writes for_release/second.txt, as one before it does",
    ]


def test_two_stages_that_write_one_file_are_refused(config, tmp_path):
    again = Stage("again", ("first_summary",), ("records_a",), lambda config: None, first)
    with pytest.raises(ContractError, match=r"restricted/records_a\.parquet is written by two"):
        run(config, tmp_path, [FIRST, again])


def test_nothing_passes_in_memory(config, tmp_path):
    def hide(workspace, config):
        first(workspace, config)
        workspace.connection.execute("CREATE TABLE hidden (n INTEGER)")

    def seek(workspace, config):
        workspace.connection.execute("FROM hidden")

    stages = [replace(FIRST, function=hide), replace(SECOND, function=seek)]
    with pytest.raises(StageError, match="the stage second failed: a query failed: Catalog error"):
        run(config, tmp_path, stages)


def raising(error):
    def fail(workspace, config):
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "kind", "code", "exit_code"),
    [
        (ValueError("Smith"), StageError, "T003", 70),
        (duckdb.ConversionException("Conversion Error: 'Smith'"), StageError, "T003", 70),
        (OSError("Conversion Error: 'Smith'"), StageError, "T003", 70),
        (duckdb.OutOfMemoryException("Out of Memory Error: Smith"), StorageError, "R405", 74),
        (MemoryError("Smith"), StorageError, "R405", 74),
        (OSError(28, "Smith"), StorageError, "R401", 74),
        (PermissionError(13, "Smith"), StorageError, "R402", 74),
        (DataError(Fault("D301", "known")), DataError, "D301", 3),
    ],
)
def test_an_exception_is_told_without_its_words(config, tmp_path, error, kind, code, exit_code):
    heard = Heard()
    stages, inputs = [replace(FIRST, function=raising(error))], hash_inputs(config.sources)
    with Workspace(tmp_path / "run") as workspace, pytest.raises(kind) as caught:
        pipeline.run(stages, config, workspace, inputs, heard)
    assert caught.value.faults[0].code == code
    assert caught.value.exit_code == exit_code
    assert "Smith" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value is error
    assert heard.told[-1] == ("failed", "first", type(error).__name__)


@pytest.mark.parametrize(
    "error",
    [
        StopRequest(),
        RuntimeError("Query interrupted"),
        duckdb.InterruptException("INTERRUPT Error: Interrupted!"),
        OSError("INTERRUPT Error: Interrupted!"),
    ],
)
def test_a_stop_is_a_stop_however_it_reaches_the_stage(config, tmp_path, error):
    with pytest.raises(StopRequest):
        run(config, tmp_path, [replace(FIRST, function=raising(error))])


@pytest.mark.parametrize("how", ["CREATE TABLE many AS ", "streamed"])
def test_a_signal_ends_a_long_query_soon(tmp_path, how):
    query = "SELECT range AS n, hash(range) AS h, range::VARCHAR AS s FROM range(300_000_000)"

    def query_until_stopped():
        with stopping() as stop, Workspace(tmp_path) as workspace:
            stop.wake(workspace.connection.interrupt)
            threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGTERM)).start()
            if how == "streamed":
                workspace.write_query("many", query)
            else:
                workspace.connection.execute(how + query)

    start = monotonic()
    with pytest.raises(StoppedError):
        query_until_stopped()
    assert monotonic() - start < 5
    assert not list(tmp_path.rglob("*.part"))
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_an_exception_without_a_signal_is_not_a_stop():
    with pytest.raises(KeyError), stopping():
        raise KeyError
    assert StoppedError(15).exit_code == 143
    assert StoppedError(2).exit_code == 130


def test_a_plan_tells_what_would_be_skipped_and_writes_nothing(config, tmp_path):
    def planned(config):
        inputs = hash_inputs(config.sources)
        plan = pipeline.plan([FIRST, SECOND], config, tmp_path / "run", inputs)
        return [each.skipped for each in plan]

    assert planned(config) == [False, False]
    assert not (tmp_path / "run").exists()
    run(config, tmp_path, [FIRST])
    assert planned(config) == [True, False]
    run(config, tmp_path)
    assert planned(config) == [True, True]
    assert planned(made(tmp_path, purpose="another")) == [True, False]
    assert planned(made(tmp_path, quality={"level": 0.9})) == [False, False]


def test_a_stage_may_be_a_function_with_some_arguments_given(config, tmp_path):
    def given(number, workspace, config):
        first(workspace, config)

    stages = [replace(FIRST, function=partial(given, 1))]
    run(config, tmp_path, stages)
    assert run(config, tmp_path, stages) == [("skipped", "first")]
