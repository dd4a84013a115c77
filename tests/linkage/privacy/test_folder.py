"""What a linkage unit refuses: every fault at once, and nothing of what the folder holds told."""

import json
import re
import shutil
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.config.check_deliveries import check_deliveries
from linkage.config.schema import Config
from linkage.privacy.manifest import ENCODED, MANIFEST, SCHEMA
from tests.encoded import key_of, write_folder, write_manifest

NAMES = ("CANARYANN", "CANARYBO", "CANARYCY", None)


def people(n=60, **columns):
    made = {
        "record_id": [f"local{i}" for i in range(n)],
        "first_name": [NAMES[i % 4] for i in range(n)],
        "surname": [NAMES[(i // 4) % 4] for i in range(n)],
        "first_name_phonetic": [NAMES[i % 4] for i in range(n)],
        "surname_phonetic": [NAMES[(i // 4) % 4] for i in range(n)],
        "birth_year": pa.array([1950 + i % 40 for i in range(n)], pa.int16()),
        "birth_month": pa.array([1 + i % 12 for i in range(n)], pa.int16()),
        "birth_day": pa.array([1 + i % 28 for i in range(n)], pa.int16()),
        "sex": ["F" if i % 2 else "M" for i in range(n)],
        "postcode": [f"AB1 {i % 9}CD" for i in range(n)],
        "postcode_sector": [f"AB1 {i % 9}" for i in range(n)],
        "postcode_district": ["AB1"] * n,
        "group_region": [["North", "South"][i % 2] for i in range(n)],
    }
    return pa.table(made | columns)


@pytest.fixture
def folders(tmp_path):
    for name in "ab":
        write_folder(tmp_path / "unit" / name, people())
    return tmp_path / "unit"


def checked(folders):
    sources = {name: {"encoded": str(folders / name)} for name in "ab"}
    config = Config.model_validate({"name": "n", "sources": sources})
    return [fault for _, fault in check_deliveries(config.sources)]


def codes(folders):
    return [fault.code for fault in checked(folders)]


def rewritten(folder, table, key=None):
    """Put ``table`` in place, with a manifest that states it."""
    groups = json.loads((folder / MANIFEST).read_text())["groups"]
    pq.write_table(table, folder / ENCODED)
    write_manifest(folder, key or key_of(1), groups, table.num_rows)


def test_whole_folders_of_one_project_and_key_are_taken(folders):
    assert checked(folders) == []


def test_a_file_that_was_cut_off(folders):
    path = folders / "b" / ENCODED
    path.write_bytes(path.read_bytes()[:-700])
    (fault,) = checked(folders)
    assert (fault.code, fault.file) == ("D401", path)
    assert "shorter" in fault.message


@pytest.mark.parametrize("place", range(9))
def test_one_bit_that_was_changed_anywhere(folders, place):
    path = folders / "a" / ENCODED
    data = bytearray(path.read_bytes())
    data[len(data) * place // 9] ^= 1 << place % 8
    path.write_bytes(data)
    (fault,) = checked(folders)
    assert (fault.code, fault.file) == ("D401", path)
    assert "not as its owner wrote it" in fault.message


def test_a_schema_that_was_changed_differs_from_its_manifest_and_the_other(folders):
    path = folders / "b" / SCHEMA
    path.write_text(path.read_text().replace('"standardisation":"1"', '"standardisation":"2"'))
    assert set(codes(folders)) == {"D401", "D405"}


def test_another_key_of_the_same_project(folders):
    write_folder(folders / "b", people(), key=key_of(2))
    (fault,) = checked(folders)
    assert fault.code == "D406"
    assert "different keys" in fault.message


def test_the_key_of_another_project(folders):
    other = {"project": "P-2"}
    write_folder(folders / "b", people(), key=key_of(2, "P-2"), privacy=other)
    (fault,) = checked(folders)
    assert fault.code == "D406"
    assert "different projects" in fault.message


@pytest.mark.parametrize(
    ("privacy", "what"),
    [
        ({"profile": "high"}, "profile standard and high"),
        ({"fields": ("first_name", "surname", "date_of_birth", "postcode")}, "only one has sex"),
        ({"fields": ("surname", "first_name", "date_of_birth", "sex", "postcode")}, "order"),
    ],
)
def test_owners_who_encode_in_different_ways_are_told_how(folders, privacy, what):
    write_folder(folders / "b", people(), privacy=privacy)
    (fault,) = checked(folders)
    assert fault.code == "D405"
    assert what in fault.message


def test_clear_text_that_was_sent_along(folders):
    table = pq.read_table(folders / "a" / ENCODED)
    rewritten(folders / "a", table.append_column("surname", pa.array(["CANARYANN"] * len(table))))
    (fault,) = checked(folders)
    assert fault.code == "D402"
    assert fault.message.endswith("surname")


def test_clear_text_in_the_place_of_a_token(folders):
    table = pq.read_table(folders / "a" / ENCODED)
    at = table.column_names.index("postcode")
    clear = table.set_column(at, "postcode", pa.array(["CANARY 1AA"] * len(table)))
    rewritten(folders / "a", clear)
    assert codes(folders) == ["D402"]


def test_the_clear_file_itself_sent_by_mistake(folders):
    rewritten(folders / "a", people())
    found = checked(folders)
    assert {fault.code for fault in found} == {"D400", "D402"}
    assert "CANARY" not in str(found)


def test_a_key_and_a_map_beside_the_encodings(folders):
    (folders / "p.key").write_text(f"link key 1\nproject P-1 generation 1\n{'ab' * 32}\n")
    (folders / "b" / "map.parquet").write_bytes(b"rid local_id")
    found = checked(folders)
    assert {fault.code for fault in found} == {"D403"}
    assert {fault.file.name for fault in found} == {"p.key", "map.parquet"}
    assert "abab" not in str(found)


def test_groups_that_are_not_declared(folders):
    table = pq.read_table(folders / "a" / ENCODED)
    at = table.column_names.index("group_region")
    other = table.set_column(at, "group_region", pa.array(["CANARY"] * len(table)))
    rewritten(folders / "a", other.append_column("group_age", pa.array(["20"] * len(table))))
    assert codes(folders) == ["D404"]
    rewritten(folders / "a", other)
    assert codes(folders) == ["D404"]


def test_record_ids_in_the_order_of_the_owner(folders):
    table = pq.read_table(folders / "a" / ENCODED)
    rewritten(folders / "a", table.take(list(reversed(range(len(table))))))
    assert codes(folders) == ["D407"]
    ids = pa.array([f"local{i}" for i in range(len(table))])
    rewritten(folders / "a", table.set_column(0, "rid", ids))
    assert codes(folders) == ["D407"]


def test_a_filter_that_lacks_a_word(folders):
    table = pq.read_table(folders / "a" / ENCODED)
    word = next(i for i, name in enumerate(table.column_names) if name.endswith("_3"))
    nothing = pa.nulls(len(table), pa.uint64())
    rewritten(folders / "a", table.set_column(word, table.column_names[word], nothing))
    assert codes(folders) == ["D407"]


def test_fields_that_are_empty_everywhere(folders):
    empty = people()
    for name in empty.column_names[1:-1]:
        at = empty.column_names.index(name)
        empty = empty.set_column(at, name, pa.nulls(len(empty), empty[name].type))
    write_folder(folders / "b", empty)
    (fault,) = checked(folders)
    assert fault.code == "D408"


@pytest.mark.parametrize("file", [ENCODED, SCHEMA, MANIFEST])
def test_a_folder_that_lacks_a_file_or_holds_another(folders, file):
    (folders / "a" / file).unlink()
    assert codes(folders) == ["D400"]
    (folders / "a" / file).write_text("[1, 2]")
    assert set(codes(folders)) <= {"D400", "D401"}


def test_no_folder_at_all(folders):
    shutil.rmtree(folders / "a")
    assert codes(folders) == ["D400"]


def test_a_run_tells_everything_at_once_and_writes_nothing(folders):
    (folders / "p.key").write_text(f"{'ab' * 32}\n")
    write_folder(folders / "b", people(), key=key_of(2))
    path = folders / "a" / ENCODED
    path.write_bytes(path.read_bytes()[:-1])
    config = folders / "unit.yaml"
    config.write_text("name: n\nsources:\n  a: {encoded: a}\n  b: {encoded: b}\n")
    done = subprocess.run(
        [sys.executable, "-m", "cli", "run", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert set(re.findall(r"D4\d\d", done.stderr)) == {"D401", "D403", "D406"}
    assert not re.search("CANARY|Traceback|abab", done.stdout + done.stderr)
    assert not (folders / "runs").exists()
