"""A planted person and a key, looked for in every byte that encoded linkage writes, by each role.

The person stands in both sources. The owners' own files may hold them: records, key, and the map,
which holds the id alone. Nothing else may, whether a command succeeds or fails, and at the linkage
unit nothing at all.
"""

import csv
import itertools
import shutil
from dataclasses import replace
from importlib import import_module

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from cli.main import main
from cli.stages import all_stages
from tests.e2e.test_canary import COLUMNS, FAULTY_INPUT, VALUES, forms, raised, rows_of, seen_in
from tests.e2e.test_canary import KINDS as CYCLE

KINDS = itertools.cycle([next(CYCLE) for _ in range(9)])
OWNERS = {"office": "a", "health": "b"}
CONFIG = """version: 1
name: small
sources:
  {source}:
    path: records.csv
    id: id
    one_record_per_person: true
    columns: {{{columns}}}
groups:
  sex: {{source: {source}, column: sex, standard: sex}}
privacy: {{project: P, fields: [first_name, surname, date_of_birth, sex, postcode], max_risk: 0.99}}
engine: {{temp: temp, threads: 1}}
output: runs
"""
UNIT = """version: 1
name: small
sources:
  a: {encoded: a, one_record_per_person: true}
  b: {encoded: b, one_record_per_person: true}
groups: {sex: {source: a, column: group_sex}}
quality: {draws: 0}
engine: {temp: temp, threads: 1}
output: runs
"""
OWN = {"records.csv", "attributes.csv", "key", "map.parquet"}


class Role:
    """A folder of one role, and a command line of which every word and byte is searched."""

    def __init__(self, folder, capfd, secret):
        folder.mkdir(exist_ok=True)
        self.folder, self.capfd, self.secret, self.failures = folder, capfd, secret, 0

    def call(self, *arguments):
        code = main(list(map(str, arguments)))
        told = self.capfd.readouterr()
        assert self.seen((told.out + told.err).encode()) == []
        assert "Traceback" not in told.err
        for path in self.written():
            assert self.seen(content(path)) == [], path
        return code, told

    def written(self):
        """Every file but the owner's own; and there is no folder of records in between."""
        paths = [*self.folder.rglob("*")]
        assert [path for path in paths if path.match(".?*.building")] == [], "not wiped"
        return [path for path in paths if path.is_file() and path.name not in OWN]

    def seen(self, data):
        return [*seen_in(data), *("the key" for each in self.secret if each in data)]

    def succeeds(self, *arguments):
        code, told = self.call(*arguments)
        assert code == 0, told.err
        return told.out

    def fails(self, *arguments):
        code, told = self.call(*arguments)
        assert code not in {0, 1}, told.err
        self.failures += 1
        return told.err

    def fails_within(self, patched, module, name, *arguments, after=False):
        """Fail where a function of ours is called, or once it has done its work."""
        real, kind = getattr(import_module(module), name), next(KINDS)

        def function(*given, **named):
            if after:
                real(*given, **named)
            raise raised(kind)

        with patched.context() as within:
            within.setattr(f"{module}.{name}", function)
            self.fails(*arguments)


def content(path):
    """What stands in a file: its bytes, and of a table its texts as they were before packing."""
    data = path.read_bytes()
    if path.suffix != ".parquet":
        return data
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException):  # one that was damaged on purpose
        return data
    columns = [
        column.cast(pa.string())
        for column in table.columns
        if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)
    ]
    texts = (text for column in columns for text in column.unique().to_pylist() if text)
    return data + "\n".join(texts).encode()


class Owner(Role):
    """A role with records, a key and a configuration."""

    def __init__(self, folder, capfd, secret, source):
        super().__init__(folder, capfd, secret)
        self.source, self.n = source, 0
        columns = ", ".join(f"{role}: {column}" for role, column in COLUMNS.items())
        (folder / "config.yaml").write_text(CONFIG.format(source=source, columns=columns))
        self.write()

    def write(self, change=lambda rows: rows, text=lambda data: data):
        rows = change(rows_of(self.source))
        path = self.folder / "records.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        path.write_bytes(text(path.read_bytes()))

    def encoding(self, key="key", out="out", private="private", *more):
        paths = ("--key", self.folder / key, "--out", self.folder / out)
        rest = ("--private", self.folder / private, *more)
        return ("encode", self.folder / "config.yaml", "--source", self.source, *paths, *rest)


@pytest.fixture
def place(tmp_path, capfd, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "unit"))
    key = tmp_path / "office" / "key"
    assert main(["key", "new", "--project", "P", "--out", str(key)]) == 0
    text = key.read_text().splitlines()[-1]
    secret = {bytes.fromhex(text), *forms(text)}
    capfd.readouterr()
    owners = [Owner(tmp_path / name, capfd, secret, of) for name, of in OWNERS.items()]
    shutil.copy(key, owners[1].folder / "key")
    return (*owners, Role(tmp_path / "unit", capfd, secret))


def sent(owner, unit):
    shutil.copytree(owner.folder / "out", unit.folder / owner.source)


STAGES = "linkage.privacy.encoding_stages"
DELIVERING = "linkage.privacy.delivering"
WITHIN = (
    *((DELIVERING, name) for name in ("next_delivery", "hash_inputs", "new_folder")),
    *((STAGES, name) for name in ("encode", "coarsen", "trees", "assess", "identify", "id_map")),
    *((STAGES, name) for name in ("write_private", "write_folder")),
)
"""Functions that the encoding of a source calls."""


@pytest.mark.parametrize("at", [0, 1], ids=OWNERS)
def test_an_owner(place, monkeypatch, at):
    owner = place[at]
    for spoil, _ in FAULTY_INPUT.values():
        owner.write(**spoil)
        owner.fails(*owner.encoding())
    owner.write()
    for module, name in WITHIN:
        owner.fails_within(monkeypatch, module, name, *owner.encoding())
    for name in ("coarsen", "assess", "id_map", "write_private", "write_folder"):
        owner.fails_within(monkeypatch, STAGES, name, *owner.encoding(), after=True)
    stages = import_module(STAGES).STAGES
    for stage, after in itertools.product(stages[:2], (False, True)):
        failing = tuple(failing_stage(each, after) if each is stage else each for each in stages)
        with monkeypatch.context() as patched:
            patched.setattr(f"{STAGES}.STAGES", failing)
            owner.fails(*owner.encoding())
    owner.fails(*owner.encoding(key="none"))
    owner.fails(*owner.encoding(private="out/private"))
    owner.fails(*owner.encoding("key", "out", "private", "--previous", owner.folder))
    owner.succeeds(*owner.encoding())
    owner.fails(*owner.encoding("key", "out2", "private2"))
    fail_to_attach(owner, monkeypatch)
    assert owner.failures >= 30


def fail_to_attach(owner, monkeypatch):
    """Give a study's attributes, wrongly in every way, and then rightly."""
    held = pq.read_table(owner.folder / "private" / "map.parquet")
    names = pa.table({"rid": held["rid"], "pseudonym": [f"{i:032x}" for i in range(len(held))]})
    pq.write_table(names, owner.folder / "names.parquet")
    (owner.folder / "attributes.csv").write_text(f"id,last,income\n{VALUES['id']},x,7\n")

    def attaching(column="id", out="attached", names="names.parquet"):
        files = (
            "--pseudonyms",
            owner.folder / names,
            "--attributes",
            owner.folder / "attributes.csv",
        )
        where = ("--private", owner.folder / "private", "--out", owner.folder / out)
        return ("attach", *files, *where, "--id", column)

    owner.fails(*attaching())
    (owner.folder / "attributes.csv").write_text(f"id,income\n{VALUES['id']},7\n")
    owner.fails(*attaching(column="income"))
    owner.fails(*attaching(column="nothing"))
    owner.fails(*attaching(names="config.yaml"))
    for name in ("read_map", "opened"):
        owner.fails_within(monkeypatch, "linkage.privacy.attaching", name, *attaching())
    owner.succeeds(*attaching())
    table = pq.read_table(owner.folder / "attached" / "attributes.parquet")
    assert table["income"].to_pylist() == ["7"]


def test_the_linkage_unit(place, monkeypatch):
    *owners, unit = place
    for owner in owners:
        owner.succeeds(*owner.encoding())
        sent(owner, unit)
    (unit.folder / "unit.yaml").write_text(UNIT)
    run = ("run", unit.folder / "unit.yaml")
    for stage, after in itertools.product(all_stages(), (False, True)):
        package = import_module(f"{stage.function.__module__.partition('.')[0]}.stages")
        failing = failing_stage(stage, after)
        stages = tuple(failing if each.name == stage.name else each for each in package.STAGES)
        with monkeypatch.context() as patched:
            patched.setattr(package, "STAGES", stages)
            unit.fails(*run)
    for source in OWNERS.values():
        fail_on_damage(unit, source, run)
    for name in ("require_following", "remember"):
        unit.fails_within(monkeypatch, "linkage.privacy.received", name, *run)
    unit.succeeds(*run)
    latest = unit.folder / "runs/small/latest"
    given = ("pseudonyms", latest, "--project", "s", "--out", unit.folder / "names")
    for name in ("pseudonyms", "output_secret", "publishing"):
        unit.fails_within(monkeypatch, "linkage.privacy.giving", name, *given)
    unit.fails(*given[:2], "--project", "no name", "--out", unit.folder / "names")
    unit.succeeds(*given)
    assert unit.failures >= 30


def fail_on_damage(unit, source, run):
    """Cut, change and take away what the owner sent, and put it back."""
    path = unit.folder / source / "encoded.parquet"
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[len(whole) // 2] ^= 1
    for data in (whole[:-100], bytes(changed), b""):
        path.write_bytes(data)
        unit.fails(*run)
    path.write_bytes(whole)


def failing_stage(stage, after):
    kind = next(KINDS)

    def function(workspace, config):
        if after:
            stage.function(workspace, config)
        raise raised(kind)

    return replace(stage, function=function)
