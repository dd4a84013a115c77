import grp
import json
import os
import stat

import pytest
from ruamel.yaml import YAML

from linkage.config.schema import Config
from linkage.execution import execute, planned
from linkage.pipeline import Stage
from linkage.runs.audit import verify
from linkage.runs.failures import StageError
from linkage.runs.inputs import hash_inputs


def ingest(workspace, config):
    name = str(config.sources["a"].path)
    query = "SELECT * FROM read_csv($path, header = true, all_varchar = true)"
    workspace.write_query("rows_a", query, {"path": name})


def link(workspace, config):
    workspace.write_query("pairs", f"SELECT count(*) AS n FROM {workspace.view('rows_a')}")


def fail(workspace, config):
    raise ValueError("Smith")


STAGES = (
    Stage("ingest", (), ("rows_*",), lambda config: None, ingest),
    Stage("link", ("rows_*",), ("pairs",), lambda config: config.linkage, link),
)
TEXT = "name: test  # as written\n"


@pytest.fixture
def config(tmp_path):
    (tmp_path / "a.csv").write_text("id,surname\n1,Smith\n")
    source = {"path": tmp_path / "a.csv", "id": "id", "columns": {"surname": "surname"}}
    return Config.model_validate(
        {"name": "test", "sources": {"a": source}, "output": tmp_path / "runs"}
    )


def test_a_finished_run_holds_what_it_promises(config, silent, tmp_path):
    run = execute(STAGES, config, TEXT, ["pairs"], silent)
    assert run.parent == tmp_path / "runs" / "test"
    assert (run / "config.yaml").read_text() == TEXT
    resolved = YAML(typ="safe").load((run / "config.resolved.yaml").read_text())
    assert resolved == config.resolved()
    assert {p.name for p in (run / "restricted").iterdir()} == {
        "pairs.parquet",
        "audit.jsonl",
        "log.jsonl",
    }
    for path in run.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600)


def test_a_release_group_reads_what_is_released_and_nothing_else(config, silent, tmp_path):
    group = next(each for each in grp.getgrall() if each.gr_gid)
    rules = config.disclosure.model_copy(update={"release_group": group.gr_name})
    run = execute(STAGES, config.model_copy(update={"disclosure": rules}), TEXT, ["pairs"], silent)
    opened = {
        path.relative_to(tmp_path).as_posix().replace(run.name, "RUN"): oct(path.stat().st_mode)
        for path in [tmp_path / "runs", *(tmp_path / "runs").rglob("*")]
        if path.lstat().st_gid == group.gr_gid and not path.is_symlink()
    }
    assert opened == {
        "runs": "0o40710",
        "runs/test": "0o40710",
        "runs/test/RUN": "0o40710",
        "runs/test/RUN/for_release": "0o40750",
        "runs/releases": "0o43770",
    }
    assert json.loads((run / "manifest.json").read_text())["user"] == os.getuid()


def test_the_manifest_holds_hashes_versions_stages_and_seeds(config, silent):
    run = execute(STAGES, config, TEXT, ["pairs"], silent)
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["run"] == run.name
    assert manifest["seeds"]["linkage.training.seed"] == 1
    assert manifest["versions"]["duckdb"].startswith("2.0")
    assert manifest["inputs"]["a"] == {
        "file": "a.csv",
        "sha256": hash_inputs(config.sources)["a"].sha256,
    }
    outputs = {
        name: each for stage in manifest["stages"] for name, each in stage["outputs"].items()
    }
    assert outputs["restricted/pairs.parquet"]["kept"]
    assert not outputs["restricted/rows_a.parquet"]["kept"]
    assert verify(run / "restricted" / "audit.jsonl", manifest["audit_head"]).holds


def test_a_failed_run_is_taken_up_again(config, silent):
    with pytest.raises(StageError):
        execute((*STAGES, Stage("last", (), ("x",), str, fail)), config, TEXT, [], silent)
    inputs = hash_inputs(config.sources)
    assert [each.skipped for each in planned(STAGES, config, inputs)] == [True, True]
    run = execute(STAGES, config, TEXT, ["pairs"], silent)
    lines = [json.loads(x) for x in (run / "restricted" / "log.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == [
        "run_started",
        "stage_started",
        "stage_finished",
        "stage_started",
        "stage_finished",
        "stage_started",
        "stage_failed",
        "run_resumed",
        "stage_skipped",
        "stage_skipped",
        "run_finished",
    ]
    assert {line["run"] for line in lines} == {run.name}
    assert any(frame.endswith(" fail") for frame in lines[6]["frames"])
    assert "Smith" not in (run / "restricted" / "log.jsonl").read_text()


def test_a_second_run_stands_beside_the_first(config, silent):
    first = execute(STAGES, config, TEXT, ["pairs"], silent)
    second = execute(STAGES, config, TEXT, ["pairs"], silent)
    assert first != second
    assert (first.parent / "latest").resolve() == second.resolve()
    name = "restricted/pairs.parquet"
    assert (first / name).read_bytes() == (second / name).read_bytes()
