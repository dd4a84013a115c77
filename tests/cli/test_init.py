from pathlib import Path

import pytest
import typer

from cli.init import init
from linkage.config.loader import examine
from linkage.errors import Exit

ONS = Path(__file__).parents[1] / "data" / "ons_linkage_exercise"


def test_writes_a_configuration_and_says_where(tmp_path, capsys):
    output = tmp_path / "mine.yaml"
    assert init([ONS / "a.parquet", ONS / "b.parquet"], output) == Exit.DONE
    said = capsys.readouterr()
    assert f"wrote {output}" in said.out
    assert examine(output).faults == ()


def test_without_files_an_example_is_written(tmp_path, capsys):
    output = tmp_path / "mine.yaml"
    assert init(None, output) == Exit.DONE
    assert "first_source" in output.read_text(encoding="utf-8")
    assert "link validate" not in capsys.readouterr().out


def test_nothing_is_written_over_unless_asked(tmp_path):
    output = tmp_path / "mine.yaml"
    output.write_text("mine", encoding="utf-8")
    with pytest.raises(typer.BadParameter, match="--force"):
        init(None, output)
    assert output.read_text(encoding="utf-8") == "mine"
    init(None, output, force=True)
    assert output.read_text(encoding="utf-8") != "mine"


def test_to_the_screen(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    init([ONS / "a.parquet"], Path("-"))
    assert "version: 1" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())
