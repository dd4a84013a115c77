"""``link verify``: a whole run holds, and whatever was changed is named exactly."""

import json
import shutil
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.main import main
from linkage.errors import Exit
from linkage.operation.verifying import verify_run


def keygen(path, name):
    """Make a key, and return the line that allows whoever has it to sign."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", str(path)], check=True
    )
    return f"{name} {path.with_suffix('.pub').read_text()}"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a folder with a signed run, and the key of somebody who is not allowed to sign."""
    folder = tmp_path_factory.mktemp("made") / "invented"
    shutil.copytree(Path(__file__).parents[1] / "data" / "invented", folder)
    (folder / "signers").write_text(keygen(folder / "room", "room@example.org"))
    keygen(folder / "other", "other@example.org")
    config = folder / "config.yaml"
    config.write_text(
        f"{config.read_text()}quality: {{draws: 0}}\n"
        "governance: {signing_key: room, allowed_signers: signers}\n"
    )
    assert main(["run", str(config)]) == Exit.DONE
    return folder


@pytest.fixture
def run(made, tmp_path, monkeypatch):
    """Return a copy of the run, whose inputs and keys are those of the first."""
    output = shutil.copytree(made / "runs", tmp_path / "runs", symlinks=True)
    monkeypatch.chdir(tmp_path)
    return (output / "small" / "latest").resolve()


def codes(run, signers=None):
    return [(fault.code, fault.file.name) for fault in verify_run(run, signers).faults]


def test_a_whole_run_holds_and_says_who_signed_it(run, capsys):
    for folder in (run, run.parent, run.parent.parent):
        assert main(["verify", str(folder)]) == Exit.DONE
        said = capsys.readouterr().out
        assert said.startswith(f"{run}: holds; ")
        assert said.endswith(" 2 inputs, signed by room@example.org\n")
    assert main(["verify", str(run), "--json"]) == Exit.DONE
    said = json.loads(capsys.readouterr().out)
    assert said["files"] > 30
    assert said["events"] == 2 + 2 * 13
    assert said["faults"] == []


def flip(path, at):
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def test_a_flipped_bit_of_a_table_is_found_in_its_column(run, capsys):
    path = run / "restricted" / "links.parquet"
    metadata = pq.ParquetFile(path).metadata.row_group(0)
    chunks = [metadata.column(i) for i in range(metadata.num_columns)]
    chosen = next(c for c in chunks if c.path_in_schema == "match_weight")
    flip(path, chosen.data_page_offset + chosen.total_compressed_size // 2)
    assert main(["verify", str(run)]) == Exit.STORAGE
    said = capsys.readouterr()
    assert "1 fault; " in said.out
    error = " ".join(said.err.split())
    assert "R610" in error
    assert "restricted/links.parquet" in error
    assert "row group 1 of 1, column match_weight" in error


def test_everything_that_is_wrong_is_named_at_once(run):
    (run / "for_release" / "report.html").unlink()
    flip(run / "model.json", 10)
    flip(run / "config.resolved.yaml", 2)
    (run / "restricted" / "links.parquet").write_bytes(b"PAR1")
    assert codes(run) == [
        ("R610", "config.resolved.yaml"),
        ("R610", "report.html"),
        ("R610", "model.json"),
        ("R610", "links.parquet"),
    ]


def test_a_link_in_place_of_a_file_is_no_file(run):
    path = run / "model.json"
    shutil.move(path, run.parent / "elsewhere.json")
    path.symlink_to(run.parent / "elsewhere.json")
    assert codes(run) == [("R610", "model.json")]


@pytest.mark.parametrize(
    ("spoil", "line"),
    [
        (lambda lines: [*lines[:3], lines[3].replace(b"stage", b"stagf", 1), *lines[4:]], 4),
        (lambda lines: [*lines[:5], *lines[6:]], 6),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], 3),
        (lambda lines: lines[:-1], 28),
    ],
    ids=["changed", "removed", "swapped", "cut"],
)
def test_the_line_is_named_where_the_audit_log_breaks(run, capsys, spoil, line):
    path = run / "restricted" / "audit.jsonl"
    path.write_bytes(b"\n".join(spoil(path.read_bytes().splitlines())) + b"\n")
    assert main(["verify", str(run)]) == Exit.STORAGE
    assert f"audit.jsonl:{line}  R611" in capsys.readouterr().err


def test_a_manifest_that_was_written_anew_has_no_valid_signature(run, made):
    manifest = json.loads((run / "manifest.json").read_text())
    (run / "manifest.json").write_text(json.dumps({**manifest, "user": 4001}, indent=2) + "\n")
    assert codes(run) == [("R612", "manifest.json.sig")]
    (run / "manifest.json.sig").unlink()
    assert codes(run) == [("R612", "manifest.json.sig")]


def test_a_signature_by_another_key_or_for_another_use_does_not_count(run, made, capsys):
    signature = run / "manifest.json.sig"
    data = (run / "manifest.json").read_bytes()
    for key, use in (("other", "linkage-run"), ("room", "file")):
        made_by = subprocess.run(
            ["ssh-keygen", "-Y", "sign", "-f", str(made / key), "-n", use],
            input=data,
            capture_output=True,
            check=True,
        )
        signature.write_bytes(made_by.stdout)
        assert codes(run) == [("R612", "manifest.json.sig")]
    assert codes(run, made / "signers") == [("R612", "manifest.json.sig")]


def test_a_changed_input_ends_with_3_and_a_missing_one_is_counted(run, made, capsys):
    path = made / "a.csv"
    before = path.read_bytes()
    try:
        path.write_bytes(before + b"one more,,,,,\n")
        assert main(["verify", str(run)]) == Exit.DATA
        assert "R613" in capsys.readouterr().err
        flip(run / "model.json", 10)
        assert main(["verify", str(run)]) == Exit.STORAGE
        path.unlink()
        capsys.readouterr()
        main(["verify", str(run)])
        assert "1 inputs (1 not here any more)" in capsys.readouterr().out
    finally:
        path.write_bytes(before)


def test_a_report_made_again_is_signed_again(run):
    (run / "manifest.json.sig").unlink()
    flip(run / "for_release" / "report.html", 100)
    assert main(["report", str(run)]) == Exit.DONE
    assert codes(run) == []
    assert verify_run(run).signed == "room@example.org"


def test_without_a_readable_manifest_or_settings_what_can_be_is_compared(run, made):
    (run / "config.resolved.yaml").write_text("{")
    assert codes(run, made / "signers") == [("R610", "config.resolved.yaml")]
    for said, code in (("{", "R408"), ("{}", "R610"), ('{"stages": 1, "finished": 2}', "R610")):
        (run / "manifest.json").write_text(said)
        assert codes(run) == [(code, "manifest.json")]


def test_an_approved_release_manifest_is_what_the_register_says(run):
    path = run / "for_release" / "release-manifest.json"
    approved = path.read_text().replace('"pending"', '"approved"')
    path.write_text(approved)
    assert codes(run) == [("R610", "release-manifest.json")]
    entry = run.parent.parent / "releases" / f"small-{run.name}"
    entry.mkdir(parents=True)
    (entry / "release-manifest.json").write_text(approved)
    assert codes(run) == []


def test_a_key_that_cannot_sign_is_refused_before_any_stage(invented, capsys):
    key = invented / "locked"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret words", "-f", str(key)], check=True
    )
    config = invented / "config.yaml"
    config.write_text(f"{config.read_text()}governance: {{signing_key: locked}}\n")
    assert main(["run", str(config)]) == Exit.USAGE
    said = capsys.readouterr().err
    assert "R603" in said
    assert "ingest" not in said
    assert not (invented / "runs" / "small" / "latest").exists()


def test_a_folder_without_a_run(tmp_path, capsys):
    assert main(["verify", str(tmp_path)]) == Exit.USAGE
    assert "R606" in capsys.readouterr().err
