"""``link key``: what is printed of a key, and that its bytes never are."""

import json

import pytest

from cli.main import main


@pytest.fixture
def path(tmp_path, capsys):
    assert main(["key", "new", "--project", "P-1", "--out", str(tmp_path / "p.key")]) == 0
    capsys.readouterr()
    return tmp_path / "p.key"


def secret_of(path):
    return path.read_text().split("\n")[2]


def test_what_is_said_of_a_new_key_is_what_show_id_says(tmp_path, capsys):
    path = tmp_path / "p.key"
    assert main(["key", "new", "--project", "P-1", "--out", str(path)]) == 0
    made = capsys.readouterr()
    assert main(["key", "show-id", str(path)]) == 0
    shown = capsys.readouterr()
    assert made.out == shown.out
    assert "P-1" in shown.out
    assert secret_of(path) not in made.out + made.err + shown.out + shown.err


def test_json_holds_project_generation_and_check(path, capsys):
    assert main(["key", "show-id", str(path), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said) == {"project", "generation", "check"}
    assert (said["project"], said["generation"]) == ("P-1", 1)


def test_rotation_writes_a_new_file_and_leaves_the_old_one(path, tmp_path, capsys):
    before = path.read_bytes()
    new = tmp_path / "new.key"
    assert main(["key", "rotate", str(path), "--out", str(new), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["generation"] == 2
    assert path.read_bytes() == before
    assert main(["key", "rotate", str(path), "--out", str(new)]) == 5
    assert "R505" in capsys.readouterr().err


def test_a_destroyed_key_is_gone(path, capsys):
    secret = secret_of(path)
    assert main(["key", "destroy", str(path)]) == 0
    note = capsys.readouterr().out.strip()
    assert note.endswith("p.key.destroyed")
    assert not path.exists()
    assert main(["key", "show-id", str(path)]) == 5
    said = capsys.readouterr()
    assert "R500" in said.err
    assert secret not in said.out + said.err


def test_a_key_open_to_others_is_refused_without_a_word_of_it(path, capsys):
    path.chmod(0o644)
    assert main(["key", "show-id", str(path)]) == 5
    said = capsys.readouterr()
    assert "R501" in said.err
    assert secret_of(path) not in said.err
