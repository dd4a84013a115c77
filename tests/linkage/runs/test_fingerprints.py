import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from linkage.config.schema import Disclosure
from linkage.runs import fingerprints
from linkage.runs.fingerprints import code_hash, digest, file_hash, stage_key


@dataclass(frozen=True)
class Settings:
    level: float
    names: tuple[str, ...]


def test_a_file_hash_is_its_sha256(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"abc")
    assert file_hash(path) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ([1, 2], (1, 2)),
        ({"b", "a"}, {"a", "b"}),
        (Settings(0.5, ("a",)), {"level": 0.5, "names": ["a"]}),
        (Disclosure(), Disclosure(threshold=10)),
        (date(2020, 4, 1), "2020-04-01"),
    ],
)
def test_equal_settings_have_equal_digests(one, other):
    assert digest(one) == digest(other)


def test_unequal_settings_have_unequal_digests():
    assert len({digest(each) for each in (1, "1", [1], {"1": 1}, None, 1.5, True)}) == 7


def test_a_path_counts_by_what_the_file_holds(tmp_path):
    here, there = tmp_path / "here.csv", tmp_path / "there.csv"
    here.write_text("a")
    there.write_text("a")
    assert digest({"review": here}) == digest({"review": there})
    there.write_text("b")
    os.utime(there, ns=(1, 1))
    assert digest({"review": here}) != digest({"review": there})
    assert digest({"review": Path("missing.csv")}) == digest({"review": "missing.csv"})


def test_a_key_follows_each_thing_the_stage_depends_on(monkeypatch):
    base = ("train", {"seed": 1}, {"restricted/patterns.parquet": "00"}, ("linkage",))
    changed = [
        ("score", *base[1:]),
        (base[0], {"seed": 2}, *base[2:]),
        (*base[:2], {"restricted/patterns.parquet": "01"}, base[3]),
        (*base[:3], ("linkage", "quality")),
    ]
    keys = {stage_key(*each) for each in (base, *changed)}
    monkeypatch.setattr(fingerprints, "versions", lambda: {"duckdb": "9.9.9"})
    keys.add(stage_key(*base))
    assert len(keys) == 6
    assert stage_key(*base) == stage_key(*base)


def test_the_code_of_a_package_is_hashed(tmp_path, monkeypatch):
    package = tmp_path / "hashed_package"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "inner" / "statement.sql").write_text("SELECT 1")
    monkeypatch.syspath_prepend(tmp_path)
    before = code_hash("hashed_package")
    (package / "inner" / "statement.sql").write_text("SELECT 2")
    code_hash.cache_clear()
    assert code_hash("hashed_package") != before
