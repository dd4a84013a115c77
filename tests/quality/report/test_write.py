"""The report's files: written from a run folder, made again on request, never once approved."""

import hashlib
import json

import pytest
from ruamel.yaml import YAML

from linkage.errors import ApprovedError, ConfigError, Exit
from linkage.runs.workspace import Workspace
from linkage.tables import REVIEWS
from quality.estimate import to_table
from quality.gates import to_record
from quality.report.rebuild import rebuild
from quality.report.write import write_report
from quality.review.reviewed import reviews_of

MANIFEST = {
    "run": "20260330T101500Z-1a2b3c4d",
    "started": "2026-03-30T10:15:00Z",
    "versions": {"python": "3.11.7"},
    "inputs": {"census": {"file": "census.parquet", "sha256": "ab" * 32}},
    "stages": [
        {"name": "control", "outputs": {"for_release/estimates.csv": {"sha256": "1" * 64}}},
        {
            "name": "report",
            "outputs": {
                "for_release/report.html": {"sha256": "0" * 64},
                "for_release/release-manifest.json": {"sha256": "0" * 64},
            },
        },
    ],
}


@pytest.fixture
def exact(make_inputs, make_config):
    """Return estimates of exact counts, a group of nine records among them."""
    rules = {"disclosure": {"threshold": 1, "rounding": 1}}
    return make_inputs(settings=make_config(**rules)).estimates


@pytest.fixture
def run(tmp_path, make_inputs, make_config, training, exact):
    """Return the folder of a finished run, as far as a report needs one."""
    root = tmp_path / "run"
    settings = make_config()
    with Workspace(root) as workspace:
        workspace.write("released_estimates", to_table(make_inputs().estimates))
        workspace.write("estimates", to_table(exact))
        workspace.write("error_rates", to_table(()))
        workspace.write("bias", to_table(()))
        workspace.write_json("training", training)
        workspace.write(REVIEWS.name, reviews_of(None))
        workspace.write_json("dependence", [])
        workspace.write_json("calibration", None)
        workspace.write_json("uncertainty", {"draws": 0})
        workspace.write_json("gates", to_record(make_inputs().verdicts))
    (root / "manifest.json").write_text(json.dumps(MANIFEST))
    with (root / "config.resolved.yaml").open("w") as file:
        YAML().dump(settings.resolved(), file)
    return root


def test_the_page_and_its_numbers_are_written(run, make_config):
    with Workspace(run) as workspace:
        write_report(workspace, make_config())
    page = (run / "for_release/report.html").read_text()
    record = json.loads((run / "for_release/report.json").read_text())
    assert record["heading"] in page
    assert (run / "for_release/report.html").stat().st_mode & 0o077 == 0


def test_the_same_tables_make_the_same_bytes(run, make_config):
    pages = []
    for _ in range(2):
        with Workspace(run) as workspace:
            write_report(workspace, make_config())
        pages.append((run / "for_release/report.html").read_bytes())
    assert pages[0] == pages[1]


def test_a_run_whose_manifest_is_not_there_yet_has_a_report(run, make_config):
    (run / "manifest.json").unlink()
    with Workspace(run) as workspace:
        write_report(workspace, make_config())
    record = json.loads((run / "for_release/report.json").read_text())
    facts = record["chapters"][9]["sections"][-1]["parts"][0]["facts"]
    assert facts["inputs"]["text"] == "in the run's manifest"
    assert "duckdb" in facts["versions"]["text"]


def test_a_report_is_made_again_with_its_hashes(run):
    page = rebuild(run)
    assert page == run / "for_release/report.html"
    digest = hashlib.sha256(page.read_bytes()).hexdigest()
    control, report = json.loads((run / "manifest.json").read_text())["stages"]
    assert control == MANIFEST["stages"][0]
    assert report["outputs"]["for_release/report.html"]["sha256"] == digest
    release = json.loads((run / "for_release/release-manifest.json").read_text())
    assert digest in {each["sha256"] for each in release["files"]}
    assert not (run / ".scratch").exists()


def test_all_that_stands_beside_the_report_is_in_the_manifest_of_the_release(run):
    rebuild(run)
    manifest = json.loads((run / "for_release/release-manifest.json").read_text())
    listed = {each["path"]: each["sha256"] for each in manifest["files"]}
    for name in ("report.schema.json", "linkage-statement.md", "tables.xlsx", "metadata.jsonld"):
        data = (run / "for_release" / name).read_bytes()
        assert listed[name] == hashlib.sha256(data).hexdigest()
    documents = {name for name in listed if name.startswith("documents/")}
    assert len(documents) == len(list((run / "for_release/documents").iterdir())) == 5


def test_an_approved_report_does_not_change(run):
    page = rebuild(run)
    before = page.read_bytes()
    release = run / "for_release/release-manifest.json"
    release.write_text(json.dumps({"state": "approved"}))
    with pytest.raises(ApprovedError, match="R421") as raised:
        rebuild(run)
    assert raised.value.exit_code == Exit.PERMISSION
    assert page.read_bytes() == before


def test_an_internal_page_is_exact_marked_and_the_owners_alone(run):
    before = (run / "manifest.json").read_bytes()
    page = rebuild(run, "internal")
    assert page == run / "restricted/report.html"
    assert page.stat().st_mode & 0o777 == 0o600
    text, record = page.read_text(), page.with_name("report.json").read_text()
    assert '<p class="state internal">Internal: not controlled, must not leave</p>' in text
    assert "<title>Internal: " in text
    assert ">NHOPI</th>" in text
    assert "NHOPI</th><td>9</td>" in text
    assert json.loads(record)["internal"] is True
    assert not (run / "for_release/report.html").exists()
    assert (run / "manifest.json").read_bytes() == before


def test_a_release_page_holds_nothing_of_the_internal_one(run):
    rebuild(run, "internal")
    text = rebuild(run).read_text()
    assert "NHOPI" not in text
    assert "must not leave" not in text
    assert json.loads((run / "for_release/report.json").read_text())["internal"] is False


def test_an_internal_page_can_be_made_of_an_approved_run(run):
    (run / "for_release").mkdir(exist_ok=True)
    (run / "for_release/release-manifest.json").write_text(json.dumps({"state": "approved"}))
    assert rebuild(run, "internal").is_file()


def test_a_page_by_fewer_characteristics_shows_no_other(run):
    assert "race and ethnicity" in rebuild(run).read_text()
    text = rebuild(run, groups=["sex"]).read_text()
    assert "race and ethnicity" not in text
    assert 'id="link_rate-census-ssa-sex-caption"' in text
    assert "race and ethnicity" in rebuild(run).read_text()


def test_every_unknown_characteristic_is_named_at_once(run):
    with pytest.raises(ConfigError) as raised:
        rebuild(run, groups=["sex", "faith", "region"])
    assert [fault.code for fault in raised.value.faults] == ["R424", "R424"]
    assert "race, sex" in raised.value.faults[0].fix
    assert not (run / "for_release/report.html").exists()


def test_a_run_that_lost_its_tables_is_one_clear_error(run):
    for name in ("released_estimates.parquet", "gates.json"):
        (run / "restricted" / name).unlink()
    with pytest.raises(ConfigError) as raised:
        rebuild(run)
    assert [fault.code for fault in raised.value.faults] == ["R425", "R425"]
    assert {fault.file.name for fault in raised.value.faults} == {
        "released_estimates.parquet",
        "gates.json",
    }


def test_what_is_not_a_run_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="R420"):
        rebuild(tmp_path)
    assert not any(tmp_path.iterdir())
