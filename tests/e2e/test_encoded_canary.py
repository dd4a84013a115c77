"""A planted person and a key, looked for in every byte that encoded linkage writes, by each role.

The person stands in both sources. The owners' own files may hold them: records, key, and the map,
which holds the id alone. Nothing else may, whether a command succeeds, fails, finds no room or is
killed; and at the linkage unit nothing at all. As root the roles are Unix users of their own.
"""

import hashlib
import itertools
import json
import os
import shutil
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.stages import all_stages
from tests.e2e.place import AS, OWNERS, Place, encoded_place, here
from tests.e2e.roles import AREA, OWN, content, failing_stage
from tests.e2e.test_canary import FAULTY_INPUT, KINDS, VALUES, forms, put_in_place, raised, seen_in


@pytest.fixture(scope="module", params=[AS])
def world():
    """A place where everything has succeeded once, in this process: then it is imported."""
    with encoded_place() as made:
        here(*made.run)
        here(*made.giving())
        made.owners[0].named()
        here(*made.owners[0].attaching())
        here(*made.owners[0].attacking())
        yield made


@pytest.fixture
def place(world):
    folder = Path(tempfile.mkdtemp(dir=world.folder))
    return Place(folder, world.key)


STAGES = "linkage.privacy.encoding_stages"
DELIVERING = "linkage.privacy.delivering"
ATTACKING = "linkage.privacy.attack.attacking"
WITHIN = (
    *(f"{DELIVERING}.{name}" for name in ("next_delivery", "hash_inputs", "new_folder")),
    *(f"{STAGES}.{name}" for name in ("encode", "coarsen", "trees", "assess", "identify")),
    *(f"{STAGES}.{name}" for name in ("id_map", "write_private", "write_folder")),
)
"""Functions that the encoding of a source calls."""


@pytest.mark.parametrize("at", [0, 1], ids=OWNERS)
def test_an_owner(place, monkeypatch, at):
    owner = place.owners[at]
    for spoil, code in FAULTY_INPUT.values():
        owner.write(**spoil)
        owner.fails(*owner.encoding(), code=code)
    owner.write()
    for function in WITHIN:
        owner.fails_within(monkeypatch, function, raised(next(KINDS)), *owner.encoding())
    for name in ("coarsen", "assess", "id_map", "write_private", "write_folder"):
        failure, function = raised(next(KINDS)), f"{STAGES}.{name}"
        owner.fails_within(monkeypatch, function, failure, *owner.encoding(), after=True)
    owner.fails_in_stages(monkeypatch, STAGES, *owner.encoding())
    for name in ("encode", "write_folder"):
        killed = owner.encoding("elsewhere", "other")
        owner.is_killed_within(monkeypatch, f"{STAGES}.{name}", *killed, after=True)
    for room in (4_000, 10_000):
        owner.fails(*owner.encoding(), room=room, code="R404")
    fail_for_the_key(owner)
    owner.fails(*owner.encoding(private="out/private"), code="R513")
    owner.fails(*owner.encoding("out", "private", "--previous", owner.folder), code="R508")
    fail_to_attack(owner, monkeypatch)
    owner.succeeds(*owner.encoding())
    what_leaves_and_what_stays(owner)
    owner.fails(*owner.encoding("out2", "private2"), code="R507")
    fail_to_attach(owner, monkeypatch)
    assert owner.failures >= 30


def fail_for_the_key(owner):
    """Encode with no key, another project's, a damaged one and an open one; and make none."""
    owner.fails(*owner.encoding(key="none"), code="R500")
    owner.fails("key", "new", "--project", "P", "--out", owner.folder / "key", code="R505")
    full = owner.folder / "full"
    owner.fails("key", "new", "--project", "P", "--out", full, room=0)
    assert not full.exists()
    key = owner.folder / "key"
    whole = key.read_text()
    key.write_text(whole[:-9])
    owner.fails(*owner.encoding(), code="R503")
    key.write_text(whole.replace("project P ", "project Q "))
    owner.fails(*owner.encoding(), code="R504")
    key.write_text(whole)
    key.chmod(0o640)
    owner.fails("key", "show-id", key, code="R501")
    key.chmod(0o600)
    owner.succeeds("key", "show-id", key)


def fail_to_attack(owner, monkeypatch):
    names = owner.folder / "names.csv"
    names.write_text(f"value,count\n{VALUES['last']},many\n")
    owner.fails(*owner.attacking("--list", f"surname={names}"), code="D420")
    for name in ("assess", "encode"):
        place, failure = f"{ATTACKING}.{name}", raised(next(KINDS))
        owner.fails_within(monkeypatch, place, failure, *owner.attacking(), after=True)
    names.write_text(f"value,count\n{VALUES['last']},4\n")
    owner.is_killed_within(monkeypatch, f"{ATTACKING}.encode", *owner.attacking())
    owner.succeeds(*owner.attacking("--list", f"surname={names}"))


def what_leaves_and_what_stays(owner):
    """What leaves holds not even the group of one; what stays holds ids, and in the map alone."""
    for path in (owner.folder / "out").iterdir():
        assert seen_in(content(path), owner.search.wanted | forms(AREA)) == [], path
    private = owner.folder / "private"
    assert private.stat().st_mode & 0o077 == 0
    held = set(seen_in(content(private / "map.parquet"), owner.search.wanted))
    assert {VALUES["id"]} <= held <= {each.decode(errors="replace") for each in forms(VALUES["id"])}
    assert OWN & {path.name for path in private.iterdir()} == {"map.parquet"}


def fail_to_attach(owner, monkeypatch):
    """Give a study's attributes, wrongly in every way, and then rightly."""
    owner.named()
    owner.attributes(f"id,last,income\n{VALUES['id']},x,7\n")
    owner.fails(*owner.attaching(), code="R518")
    owner.attributes(f"{VALUES['id']},{VALUES['last']}\na0002,x\n")
    owner.fails(*owner.attaching(), code="D412")
    owner.named()
    owner.fails(*owner.attaching(column="income"), code="R518")
    owner.fails(*owner.attaching(names="config.yaml"), code="D411")
    owner.fails(*owner.attaching(), room=100)
    for name in ("read_map", "opened"):
        failure, function = raised(next(KINDS)), f"linkage.privacy.attaching.{name}"
        owner.fails_within(monkeypatch, function, failure, *owner.attaching(), after=True)
    publishing = "linkage.privacy.new_folder.sync_folder"
    owner.is_killed_within(monkeypatch, publishing, *owner.attaching(out="elsewhere"))
    owner.succeeds(*owner.attaching())
    table = pq.read_table(owner.folder / "attached" / "attributes.parquet")
    assert table["income"].to_pylist() == ["7"]
    damaged = shutil.copytree(owner.folder / "private", owner.folder / "damaged")
    os.truncate(damaged / "map.parquet", 300)
    owner.fails(*owner.attaching(out="attached2", private="damaged"), code="D410")


def test_the_linkage_unit(world, place, monkeypatch):
    unit, run = place.unit, place.run
    place.send(world.folder)
    for stage, after in itertools.product(all_stages(), (False, True)):
        with monkeypatch.context() as patched:
            put_in_place(patched, failing_stage(stage, after))
            assert stage.name in unit.fails(*run)
    for source in OWNERS.values():
        fail_on_damage(unit, source, run)
    fail_on_what_must_not_be_sent(place)
    for name in ("require_following", "remember"):
        function = f"linkage.privacy.received.{name}"
        unit.fails_within(monkeypatch, function, raised(next(KINDS)), *run)
    unit.fails(*run, room=2_000, code="R404")
    for function in ("linkage.model.scoring.score", "linkage.privacy.received.remember"):
        unit.is_killed_within(monkeypatch, function, *run, after=True)
    unit.succeeds(*run)
    giving = place.giving()
    for name in ("pseudonyms", "output_secret", "publishing"):
        function = f"linkage.privacy.giving.{name}"
        unit.fails_within(monkeypatch, function, raised(next(KINDS)), *giving)
    unit.fails(*place.giving(project="no name"))
    unit.is_killed_within(monkeypatch, "linkage.privacy.new_folder.sync_folder", *giving)
    unit.fails(*giving, room=500, code="R404")
    unit.succeeds(*giving)
    assert unit.failures >= 30


def fail_on_damage(unit, source, run):
    """Cut, change and take away what the owner sent, and put it back."""
    path = unit.folder / source / "encoded.parquet"
    changed = bytearray(whole := path.read_bytes())
    changed[len(whole) // 2] ^= 1
    for data in (whole[:-100], bytes(changed), b""):
        path.write_bytes(data)
        unit.fails(*run, code="D401")
    path.write_bytes(whole)


def fail_on_what_must_not_be_sent(place):
    """Find clear text, a map, a key and another key's encodings in what was sent; spread none."""
    unit, owner, sent = place.unit, place.owners[0], place.unit.folder / "a"
    whole = {path.name: path.read_bytes() for path in sent.iterdir()}
    for name, code in (("records.csv", "D403"), ("key", "D403")):
        shutil.copy(owner.folder / name, sent / "attachment")
        unit.fails(*place.run, code=code, spared=[sent])
        (sent / "attachment").unlink()
    clear = pq.read_table(sent / "encoded.parquet")
    clear = clear.append_column("surname", [[VALUES["last"]] * len(clear)])
    pq.write_table(clear, sent / "encoded.parquet")
    data, manifest = (sent / "encoded.parquet").read_bytes(), json.loads(whole["manifest.json"])
    stated = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    files = {**manifest["files"], "encoded.parquet": stated}
    (sent / "manifest.json").write_text(json.dumps({**manifest, "files": files}))
    unit.fails(*place.run, code="D402", spared=[sent])
    pq.write_table(clear.select(["surname"]), sent / "encoded.parquet")
    unit.fails(*place.run, code="D402", spared=[sent])
    (sent / "encoded.parquet").write_bytes(whole["encoded.parquet"])
    (sent / "manifest.json").write_text(json.dumps({**manifest, "key_check": "0" * 16}))
    unit.fails(*place.run, code="D406")
    (sent / "manifest.json").write_bytes(whole["manifest.json"])
