"""The planted person and the key in a review across owners: values at the party, and nowhere else.

What owners open, and the review that the party puts together of it, may hold values, and no id, key
or group; the unit holds nothing, nor does what comes back to it.
"""

import csv
import shutil
import tempfile
from importlib import import_module
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from cli.stages import all_stages
from tests.e2e.place import AS, OWNERS, Place, encoded_place, here
from tests.e2e.roles import AREA, Role, content, failing_stage
from tests.e2e.test_canary import FORMS, KINDS, VALUES, forms, raised, seen_in

SAMPLED = {"a": "requests/a.parquet", "b": "requests/b.parquet"}
PUBLISHING = "linkage.privacy.new_folder.sync_folder"


class Party(Role):
    """A role that is shown values: they lie in what it was given, and in what it looks at."""

    own = frozenset({"opened.parquet", "sheets.parquet", "sheet.html", "decisions.csv"})

    def joining(self, *opened, out="sitting"):
        given = [self.folder / each for each in ("asked", *(opened or ("a", "b")))]
        return ("review", "join", *given, "--out", self.folder / out)

    def exporting(self, out="sheets", reviewer="anna", sitting="sitting"):
        who = ("--reviewer", reviewer, "--out", self.folder / out)
        return ("review", "export", self.folder / sitting, *who)

    def importing(self, reviewer="anna"):
        form = self.folder / "sheets/decisions.csv"
        return ("review", "import", self.folder / "sitting", form, "--reviewer", reviewer)

    def serving(self, reviewer="anna"):
        brief = ("--idle-minutes", "0.01")
        return ("review", "serve", self.folder / "sitting", "--reviewer", reviewer, *brief)

    def returning(self, out="decided", sitting="sitting"):
        return ("review", "return", self.folder / sitting, "--out", self.folder / out)

    def fill(self, decision="none"):
        """Fill the form as somebody does who writes a name beside a decision."""
        path = self.folder / "sheets/decisions.csv"
        rows = list(csv.DictReader(path.read_text().splitlines()))
        with path.open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(
                {**each, "decision": decision, "note": VALUES["last"]} for each in rows
            )


def asking(place, budget=160):
    return ("review", "sample", place.latest, "--budget", budget)


def party_at(place, run):
    """Give the party what the unit sampled of ``run``, and what the owners opened for it."""
    party = Party(place.folder / "party", 3, FORMS | place.secret | forms(AREA))
    shutil.copytree(run / "restricted/review", party.folder / "asked")
    for owner in place.owners:
        shutil.copytree(owner.folder / "opened", party.folder / owner.source)
    return party


@pytest.fixture(scope="module", params=[AS])
def world():
    """A place where a review has gone the whole way once, in this process: then it is imported."""
    with encoded_place() as made:
        here(*made.run)
        here(*asking(made))
        hand_requests(made, made)
        for owner in made.owners:
            here(*owner.opening(SAMPLED[owner.source]))
        party = party_at(made, made.latest)
        here(*party.joining())
        here(*party.exporting())
        party.fill()
        here(*party.importing())
        here(*party.serving())
        here(*party.returning())
        yield made


def hand_requests(place, owners_at):
    for owner in owners_at.owners:
        shutil.copytree(place.latest / "restricted/requests", owner.folder / "requests")


@pytest.fixture
def place(world):
    """The same owners and unit in folders of their own, before anything is linked or opened."""
    made = Place(Path(tempfile.mkdtemp(dir=world.folder)), world.key)
    made.send(world.folder)
    for owner, there in zip(made.owners, world.owners, strict=True):
        shutil.copytree(there.folder / "private", owner.folder / "private")
    hand_requests(world, made)
    return made


def test_the_planted_person_is_in_the_review(world):
    """Else nothing of what follows would be seen."""
    opened = [content(owner.folder / "opened/opened.parquet") for owner in world.owners]
    for data in (*opened, content(world.folder / "party/sitting/restricted/review/sheets.parquet")):
        assert VALUES["last"].upper() in seen_in(data)


def test_the_unit_samples_and_counts(world, place, monkeypatch):
    unit, asked = place.unit, asking(place)
    unit.succeeds(*place.run)
    unit.fails(*asking(place, budget=3), code="R431")
    unit.fails(*asked, "--by", "age", code="C208")
    for name in ("designed", "units_of", "shown_of", "_write"):
        function = f"quality.review.sampling.{name}"
        unit.fails_within(monkeypatch, function, raised(next(KINDS)), *asked)
    for name in ("with_decoys", "write_request", "output_secret"):
        function = f"linkage.privacy.requests.{name}"
        unit.fails_within(monkeypatch, function, raised(next(KINDS)), *asked, after=True)
    unit.fails(*asked, room=500, code="R404")
    unit.is_killed_within(monkeypatch, "linkage.privacy.requests.write_request", *asked)
    unit.succeeds(*asked)
    unit.fails("review", "serve", place.latest, "--reviewer", "anna", code="R447")
    shutil.copytree(world.folder / "party/decided", unit.folder / "decided")
    config = unit.folder / "unit.yaml"
    config.write_text(config.read_text().replace("{draws", "{review: decided, draws"))
    stages = import_module("quality.stages")
    (estimate,) = (each for each in all_stages() if each.name == "estimate")
    replaced = [failing_stage(each, True) if each is estimate else each for each in stages.STAGES]
    with monkeypatch.context() as patched:
        patched.setattr(stages, "STAGES", tuple(replaced))
        unit.fails(*place.run)
    decisions = unit.folder / "decided/decisions/anna.jsonl"
    whole = decisions.read_text()
    decisions.write_text(whole.replace('"none"', f'"{VALUES["last"]}"').replace("unit", "last", 1))
    unit.fails(*place.run, spared=[unit.folder / "decided"])
    decisions.write_text(whole)
    unit.succeeds(*place.run)
    assert unit.failures >= 12


@pytest.mark.parametrize("at", [0, 1], ids=OWNERS)
def test_an_owner_opens(place, monkeypatch, at):
    owner = place.owners[at]
    opening = owner.opening(SAMPLED[owner.source])
    owner.fails(*owner.opening(SAMPLED[owner.source], limit=3), code="R530")
    owner.fails(*owner.opening(SAMPLED[place.owners[1 - at].source]), code="R532")
    owner.fails(*owner.opening("config.yaml"), code="D415")
    owner.fails(*owner.opening(SAMPLED[owner.source], out="private"), code="R514")
    owner.write(change=lambda rows: rows[:-1])
    owner.fails(*opening, code="R533")
    owner.write(text=lambda data: data.replace(b"Zzyzxqua", b"Zzyzxqua\xff"))
    owner.fails(*opening, code="D310")
    owner.write()
    owner.fails_in_stages(monkeypatch, "linkage.privacy.opening", *opening)
    for name in ("read_map", "hash_inputs", "_joined", "write_opened"):
        function, failure = f"linkage.privacy.opening.{name}", raised(next(KINDS))
        owner.fails_within(monkeypatch, function, failure, *opening, after=True)
    owner.fails(*opening, room=2_000, code="R404")
    killed = owner.opening(SAMPLED[owner.source], out="elsewhere")
    for function in ("linkage.privacy.opening._joined", PUBLISHING):
        owner.is_killed_within(monkeypatch, function, *killed, after=True)
    owner.succeeds(*opening)
    opened = owner.folder / "opened"
    assert opened.stat().st_mode & 0o077 == 0
    unwanted = place.secret | forms(AREA) | forms(VALUES["id"])
    assert [name for path in opened.iterdir() for name in seen_in(content(path), unwanted)] == []
    assert seen_in(content(opened / "manifest.json")) == []
    assert owner.failures >= 15


def test_the_party_decides(world, place, monkeypatch):
    for owner, there in zip(place.owners, world.owners, strict=True):
        shutil.copytree(there.folder / "opened", owner.folder / "opened")
    party = party_at(place, world.latest)
    join_wrongly(party, monkeypatch)
    party.succeeds(*party.joining())
    party.fails(*party.exporting(reviewer="Anna B"), code="R441")
    party.fails(*party.importing(), code="R442")
    for name in ("_sheet", "_form"):
        function, failure = f"quality.review.offline.{name}", raised(next(KINDS))
        party.fails_within(monkeypatch, function, failure, *party.exporting(), after=True)
    party.succeeds(*party.exporting())
    party.fill(VALUES["first"])
    party.fails(*party.importing(), code="D382")
    party.fill()
    party.fails(*party.importing(), room=100, code="R404")
    party.succeeds(*party.importing())
    party.fails_within(
        monkeypatch, "quality.review.page.site.Pages", raised(next(KINDS)), *party.serving()
    )
    party.succeeds(*party.serving())
    return_wrongly(party, monkeypatch)
    party.succeeds(*party.returning())
    for path in (party.folder / "decided").rglob("*"):
        if path.is_file():
            assert seen_in(content(path)) == [], path
    assert party.failures >= 15


def join_wrongly(party, monkeypatch):
    party.fails(*party.joining("a"), code="D417")
    party.fails(*party.joining("a", "asked"), code="D416")
    damaged = shutil.copytree(party.folder / "a", party.folder / "damaged")
    table = pq.read_table(damaged / "opened.parquet")
    pq.write_table(table.slice(1), damaged / "opened.parquet")
    party.fails(*party.joining("damaged", "b"), code="D416")
    for name in ("read_opened", "sheets_of", "publish"):
        function, failure = f"linkage.privacy.sitting.{name}", raised(next(KINDS))
        party.fails_within(monkeypatch, function, failure, *party.joining(), after=True)
    party.fails(*party.joining(), room=2_000, code="R404")
    party.is_killed_within(monkeypatch, PUBLISHING, *party.joining(out="elsewhere"))


def return_wrongly(party, monkeypatch):
    party.fails(*party.returning(sitting="asked"), code="R440")
    decisions = party.folder / "sitting/restricted/review/decisions/anna.jsonl"
    whole = decisions.read_text()
    decisions.write_text(f'{{"unit": "{VALUES["last"]}"}}\n')
    party.fails(*party.returning(), code="R443", spared=[decisions.parent])
    decisions.write_text(whole)
    for name in ("last_decisions", "publish"):
        function, failure = f"quality.review.returning.{name}", raised(next(KINDS))
        party.fails_within(monkeypatch, function, failure, *party.returning(), after=True)
    party.is_killed_within(monkeypatch, PUBLISHING, *party.returning(out="elsewhere"))
