"""A run whose records are not as those before: told, held, and accepted by a person."""

import json
from pathlib import Path

import pytest

from cli.main import main
from linkage.errors import ApprovedError
from linkage.operation.verifying import verify_run
from linkage.runs import accepting
from quality.release.refusals import Release, refuse_waiting


@pytest.fixture
def drifting(invented):
    """Return a configuration of which one run is made, and whose source b then lacks surnames."""
    config = invented / "config.yaml"
    text = config.read_text()

    def begin(gate):
        config.write_text(f"{text}\nquality: {{draws: 0, gates: {{drift: {gate}}}}}\n")
        assert main(["run", str(config)]) == 0
        head, *rows = (invented / "b.csv").read_text().splitlines()
        cells = [row.split(",") for row in rows]
        lacking = [[*c[:2], "" if at % 2 else c[2], *c[3:]] for at, c in enumerate(cells)]
        (invented / "b.csv").write_text("\n".join([head, *map(",".join, lacking)]) + "\n")
        return str(config)

    return begin


def ran(capsys):
    """The folder that a run printed, what it told of drift, and everything else it said."""
    out, error = capsys.readouterr()
    told = [line for line in error.splitlines() if line.startswith("drift: ")]
    return Path(out.splitlines()[-1]), told, error


def refused(capsys):
    return capsys.readouterr().err.split()[0]


def manifest(run):
    return json.loads((run / "for_release" / "release-manifest.json").read_text())


def test_drift_is_told_in_a_line_and_holds_nothing_unless_asked_to(drifting, capsys):
    config = drifting("tell")
    capsys.readouterr()
    assert main(["run", config]) == 0
    run, (line,), _ = ran(capsys)
    assert line.startswith("drift: b, a, all records (new): surname missing more often, as not_ans")
    assert not any(letter.isdigit() for letter in line)
    assert (run.parent / "latest").resolve() == run.resolve()
    assert "waits" not in manifest(run)
    texts = (path for path in (run / "for_release").rglob("*") if path.suffix in {".csv", ".html"})
    assert not any("drift" in path.read_text().lower() for path in texts)
    assert main(["run", config]) == 0
    _, (line,), _ = ran(capsys)
    assert f"all records (open since {run.name})" in line


def test_a_run_that_is_held_waits_until_a_person_accepts_it(drifting, capsys):
    config = drifting("hold")
    newest, *_ = ran(capsys)
    assert main(["run", config]) == 4
    run, told, error = ran(capsys)
    assert len(told) == 1
    assert "R620" in error
    assert (run.parent / "latest").resolve() == newest.resolve()
    with pytest.raises(ApprovedError, match="R623"):
        refuse_waiting(Release(run, None), manifest(run))
    assert main(["run", config]) == 4
    again, _, error = ran(capsys)
    assert again == run
    assert "ingest" not in error  # what is done is not done again
    assert main(["run", config, "--accept-drift", " "]) == 2
    assert refused(capsys) == "R622"
    assert main(["run", config, "--accept-drift", "the new form asks for no surname"]) == 0
    assert ran(capsys)[0] == run
    assert (run.parent / "latest").resolve() == run.resolve()
    refuse_waiting(Release(run, None), manifest(run))
    accepted = json.loads((run / "restricted" / "accepted.json").read_text())
    assert accepted["reason"] == "the new form asks for no surname"
    assert "drift_accepted" in (run / "restricted" / "audit.jsonl").read_text()
    assert verify_run(run).faults == ()
    assert main(["run", config]) == 0  # that is how records are now
    assert ran(capsys)[1] == []
    assert main(["run", config, "--accept-drift", "again"]) == 2
    assert "R621" in capsys.readouterr().err


def test_a_run_whose_acceptance_was_interrupted_waits_until_it_is_accepted(
    drifting, capsys, monkeypatch
):
    config = drifting("hold")
    newest, *_ = ran(capsys)
    assert main(["run", config]) == 4
    run, *_ = ran(capsys)

    def interrupted(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(accepting, "point_latest", interrupted)
        assert main(["run", config, "--accept-drift", "no surname is asked for"]) == 130
    capsys.readouterr()
    assert main(["run", config]) == 4
    assert "R620" in ran(capsys)[2]
    assert (run.parent / "latest").resolve() == newest.resolve()
    assert main(["run", config, "--accept-drift", "no surname is asked for"]) == 0
    assert (run.parent / "latest").resolve() == run.resolve()
    assert verify_run(run).faults == ()


def test_records_delivered_again_as_they_were_need_no_acceptance(drifting, capsys, invented):
    good = (invented / "b.csv").read_text()
    config = drifting("hold")
    assert main(["run", config]) == 4
    held, *_ = ran(capsys)
    (invented / "b.csv").write_text(good)
    assert main(["run", config]) == 0
    run, told, _ = ran(capsys)
    assert told == []
    assert (run.parent / "latest").resolve() == run.resolve() != held.resolve()
