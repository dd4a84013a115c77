"""A configuration that asks for Spark where Spark cannot be."""

from importlib.util import find_spec

import pytest

from linkage.config import check_engine
from linkage.config.against_data import check, require
from linkage.config.loader import load
from linkage.errors import ConfigError, Exit

ENGINE = "engine: {memory: 1GB, threads: 1}"
SPARK = "engine: {backend: spark}"


@pytest.fixture
def loaded(invented, monkeypatch, tmp_path):
    """Return a function that loads a configuration where pyspark and Java are there or not."""
    program = tmp_path / "bin" / "java"
    program.parent.mkdir()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))

    def load_it(engine, pyspark, java):
        path = invented / "config.yaml"
        path.write_text(path.read_text().replace(ENGINE, engine))
        program.touch(mode=0o755 if java else 0o644)
        there = find_spec("json") if pyspark else None
        monkeypatch.setattr(check_engine, "find_spec", lambda name: there)
        return load(path)

    return load_it


def test_spark_and_java_are_there(loaded):
    assert check(loaded(SPARK, pyspark=True, java=True)) == []


def test_everything_that_is_missing_is_said_at_once_and_where(loaded):
    with pytest.raises(ConfigError) as caught:
        require(loaded(SPARK, pyspark=False, java=False))
    assert caught.value.exit_code is Exit.USAGE
    assert [fault.code for fault in caught.value.faults] == ["C209", "C210"]
    assert {fault.source_line for fault in caught.value.faults} == {SPARK}


def test_duckdb_needs_neither(loaded):
    assert check(loaded("engine: {backend: duckdb}", pyspark=False, java=False)) == []


def test_without_java_home_java_is_looked_for_on_the_search_path(monkeypatch, tmp_path):
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not check_engine._has_java()
    (tmp_path / "java").touch(mode=0o755)
    assert check_engine._has_java()
