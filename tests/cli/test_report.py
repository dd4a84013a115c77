"""``link report``: where the report is, and what it refuses."""

import json

import pytest

from cli.main import main
from linkage.errors import Exit
from quality.report import rebuild


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Let every report be made, and return where."""
    page = tmp_path / "for_release" / "report.html"
    monkeypatch.setattr(rebuild, "rebuild", lambda *asked: page)
    return page


def test_the_last_line_is_the_report(made, tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == Exit.DONE
    assert capsys.readouterr().out == f"{made}\n"


def test_as_one_json_object(made, tmp_path, capsys):
    assert main(["report", str(tmp_path), "--json"]) == Exit.DONE
    assert json.loads(capsys.readouterr().out) == {"report": str(made)}


def test_profile_and_groups_are_handed_on(monkeypatch, tmp_path):
    asked = []
    monkeypatch.setattr(rebuild, "rebuild", lambda *said: asked.append(said) or tmp_path)
    assert main(["report", str(tmp_path)]) == Exit.DONE
    options = ["--profile", "internal", "--groups", "sex, age"]
    assert main(["report", str(tmp_path), *options]) == Exit.DONE
    assert asked == [(tmp_path, "release", None), (tmp_path, "internal", ("sex", "age"))]


def test_another_folder_is_refused(tmp_path, capsys):
    assert main(["report", str(tmp_path)]) == Exit.USAGE
    assert "R420" in capsys.readouterr().err


def test_an_approved_release_is_refused(tmp_path, capsys):
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "for_release").mkdir()
    (tmp_path / "for_release" / "release-manifest.json").write_text('{"state": "approved"}')
    assert main(["report", str(tmp_path)]) == Exit.PERMISSION
    assert "R421" in capsys.readouterr().err
