"""A review across owners: the unit samples, owners open, a third party decides, the unit counts."""

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from quality.review.cases import read_cases, read_review, review_folder
from quality.review.decisions import open_log
from quality.review.reviewers import take_role, worklist
from tests.e2e.conftest import CANARY, people, with_slips
from tests.e2e.conftest import link as call
from tests.e2e.owners import configure_unit, encode

OWNERS = ("office", "health")
BUDGET = 60


@dataclass(frozen=True)
class Roles:
    """A folder a role, after the whole way of a review."""

    folder: Path
    run: Path
    told: dict
    again: Path | None = None

    @property
    def review(self):
        return self.run / "restricted" / "review"

    def opening(self, owner, out, *, limit=100_000, request=None, private=None):
        path = request or self.run / "restricted" / "requests" / f"{owner}.parquet"
        where = ("--private", private or f"{owner}/private", "--out", out, "--limit", limit)
        given = (path, f"{owner}/config.yaml", "--source", owner, "--to", "party", *where)
        return call("review", "open", *map(str, given), folder=self.folder)


@pytest.fixture(scope="module")
def roles(tmp_path_factory, link):
    folder = tmp_path_factory.mktemp("across")
    link("key", "new", "--project", "P", "--out", "keys/key", folder=folder)
    (folder / "unit").mkdir()
    (folder / "party").mkdir()
    for owner, rows in (("office", people(600)), ("health", with_slips(people(600))[100:])):
        encode(link, folder, owner, rows)
    configure_unit(folder, OWNERS, "two")
    run = Path(json.loads(link("run", "unit/unit.yaml", "--json", folder=folder))["run"])
    run = folder / run
    asked = ("review", "sample", str(run), "--budget", str(BUDGET), "--json")
    told = json.loads(link(*asked, folder=folder))
    party = folder / "party"
    shutil.copytree(told["review"], party / "asked")
    roles = Roles(folder, run, told)
    for owner in OWNERS:
        done = roles.opening(owner, f"party/{owner}")
        assert done.returncode == 0, done.stderr
    assert joined(folder).returncode == 0
    for name, adjudicate in (("anna", False), ("ben", False), ("chris", True)):
        knowing_reviewer(party / "review", party / "asked", persons(folder), name, adjudicate)
    link("review", "return", "party/review", "--out", "unit/reviewed", folder=folder)
    config = folder / "unit/unit.yaml"
    config.write_text(config.read_text().replace("{draws", "{review: reviewed, draws"))
    again = folder / json.loads(link("run", "unit/unit.yaml", "--json", folder=folder))["run"]
    return replace(roles, again=again)


def joined(folder, *, asked="party/asked", opened=("party/office", "party/health"), out="review"):
    return call("review", "join", asked, *opened, "--out", f"party/{out}", folder=folder)


def persons(folder):
    """The number that both owners' records of a person share, by record id."""
    maps = [pq.read_table(folder / owner / "private/map.parquet").to_pylist() for owner in OWNERS]
    return {row["rid"]: row["local_id"][1:] for rows in maps for row in rows}


def knowing_reviewer(run, asked, person, name, adjudicate):
    """Decide on the units of the next reviewer as the truth has it: the same person, or none."""
    review = read_review(review_folder(run))
    rows = pq.read_table(asked / "shown.parquet").to_pylist()
    shown = {(row["unit"], row["rank"]): person[row["rid"]] for row in rows}
    take_role(review.folder, name, adjudicate)
    role = "adjudicator" if adjudicate else {"anna": "first", "ben": "second"}[name]
    with open_log(review, name, adjudicate) as log:
        for unit in worklist(review, role, name):
            ranks = range(1, len(review.listed[unit]) + 1)
            same = (rank for rank in ranks if shown[unit, rank] == shown[unit, 0])
            log.append((unit, next(same, "none")))


def true_rates(roles):
    """Precision and recall of the unit's links, of 500 people whom both owners have."""
    links = pq.read_table(roles.again / "restricted/links.parquet").to_pylist()
    person = persons(roles.folder)
    right = sum(person[row["record_id_l"]] == person[row["record_id_r"]] for row in links)
    return {"precision": right / len(links), "recall": right / 500}


def texts(folder):
    """All text that stands in the files of a folder, in Parquet too."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            yield path.read_bytes()
            if path.suffix == ".parquet":
                columns = pq.read_table(path).to_pydict().values()
                yield "\n".join(str(value) for each in columns for value in each).encode()


def found_in(folder, sought):
    return {name for text in texts(folder) for name in sought if name in text.upper()}


def test_a_review_of_encodings_measures_what_is_true(roles):
    rates = pl.read_parquet(roles.again / "restricted/error_rates.parquet")
    found = rates.filter(pl.col("method") == "review", pl.col("characteristic").is_null())
    grades = {"precision": "A", "recall": "B"}
    for measure, truth in true_rates(roles).items():
        row = found.filter(pl.col("measure") == measure).row(0, named=True)
        assert row["grade"] == grades[measure]
        assert row["lower"] - 1e-6 <= truth <= row["upper"] + 1e-6
        assert row["upper"] - row["lower"] < 0.25


def test_the_party_sees_values_of_both_owners(roles):
    names, cases = read_cases(read_review(review_folder(roles.folder / "party/review")))
    assert names == ("first_name", "surname", "date_of_birth", "sex")
    assert len(cases) == BUDGET
    linked = [case for case in cases.values() if case.unit.kind == "link"]
    same = sum(any(case.focal[2:] == other[2:] for other in case.candidates) for case in linked)
    assert same / len(linked) > 0.9


def test_no_value_is_at_the_unit_or_comes_back(roles):
    surnames = {row["last"].upper() for row in people(600)}
    sought = [name.encode() for name in surnames if len(name) > 7] + [CANARY.upper().encode()]
    assert len(sought) > 10
    assert found_in(roles.folder / "unit", sought) == set()
    assert len(found_in(roles.folder / "party/review", sought)) > 5  # where they should be


def test_what_comes_back_is_the_design_and_decisions_alone(roles):
    back = roles.folder / "unit/reviewed"
    found = {str(path.relative_to(back)) for path in back.rglob("*") if path.is_file()}
    decisions = {f"decisions/{name}.jsonl" for name in ("anna", "ben", "chris")}
    tables = {"design.json", "units.parquet", "candidates.parquet", "reviewers.json"}
    assert found <= tables | decisions
    assert found >= tables | {"decisions/anna.jsonl", "decisions/ben.jsonl"}


def test_half_of_a_request_was_never_sampled(roles):
    shown = pq.read_table(roles.review / "shown.parquet").to_pylist()
    for owner in OWNERS:
        wanted = {row["rid"] for row in shown if row["source"] == owner}
        asked = pq.read_table(roles.told["requests"][owner])["rid"].to_pylist()
        assert asked == sorted(asked)
        assert wanted < set(asked)
        assert len(asked) == 2 * len(wanted)


def test_what_is_opened_is_for_its_user_alone_and_says_for_whom(roles):
    folder = roles.folder / "party/office"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    said = json.loads((folder / "manifest.json").read_text())
    assert said["to"] == "party"
    assert said["n"] % 5 == 0
    assert "office" not in (folder / "opened.parquet").read_bytes().decode("latin-1")


def test_nothing_lies_between_at_an_owner(roles):
    assert not [path for owner in OWNERS for path in (roles.folder / owner).glob(".*.building")]


def refused(done, code):
    assert done.returncode not in {0, 1}, done.stdout
    assert f"  {code}  " in done.stderr
    assert "Traceback" not in done.stderr


def test_an_owner_refuses_more_than_was_agreed(roles):
    refused(roles.opening("office", "party/more", limit=BUDGET), "R530")
    assert not (roles.folder / "party/more").exists()


def test_an_owner_refuses_the_request_of_another_source(roles):
    other = roles.told["requests"]["health"]
    refused(roles.opening("office", "party/other", request=other), "R532")


def test_an_owner_refuses_another_delivery(roles, link):
    parts = ("--out", "office/out2", "--private", "office/private2", "--previous", "office/private")
    given = ("office/config.yaml", "--source", "office", "--key", "keys/key")
    link("encode", *given, *parts, folder=roles.folder)
    refused(roles.opening("office", "party/later", private="office/private2"), "R531")


def test_an_owner_refuses_what_is_no_request(roles):
    refused(roles.opening("office", "party/none", request=roles.review / "units.parquet"), "D415")


def test_an_owner_refuses_where_records_are_gone(roles):
    less = roles.folder / "less"
    less.mkdir()
    shutil.copy(roles.folder / "office/config.yaml", less)
    for file in ("a.csv", "b.csv"):
        lines = (roles.folder / "office" / file).read_text().splitlines(keepends=True)
        (less / file).write_text("".join(lines[:100]))
    request = roles.told["requests"]["office"]
    where = ("--private", "office/private", "--out", "party/less", "--limit", "1000")
    given = (request, "less/config.yaml", "--source", "office", "--to", "party", *where)
    refused(call("review", "open", *given, folder=roles.folder), "R533")
    assert not (roles.folder / "party/less").exists()


def test_the_unit_cannot_show_its_review(roles):
    done = call("review", "serve", str(roles.run), "--reviewer", "anna", folder=roles.folder)
    refused(done, "R447")


def test_a_source_that_was_not_opened_is_missed(roles):
    refused(joined(roles.folder, opened=("party/office",), out="half"), "D417")
    assert not (roles.folder / "party/half").exists()


def test_opened_records_that_were_changed_are_refused(roles):
    changed = roles.folder / "party/changed"
    shutil.copytree(roles.folder / "party/health", changed)
    path = changed / "opened.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    refused(joined(roles.folder, opened=("party/office", "party/changed"), out="bad"), "D416")


def test_records_opened_for_another_review_or_party_are_refused(roles):
    for name, value in (("review", "0" * 32), ("to", "press")):
        changed = roles.folder / f"party/{name}-changed"
        shutil.copytree(roles.folder / "party/health", changed)
        said = json.loads((changed / "manifest.json").read_text())
        (changed / "manifest.json").write_text(json.dumps({**said, name: value}))
        opened = ("party/office", f"party/{name}-changed")
        refused(joined(roles.folder, opened=opened, out="bad"), "D417")


def test_the_report_says_who_looked(roles):
    page = next((roles.again / "for_release").glob("report.html")).read_text()
    assert "opened the values of sampled records to a review party" in page
    assert "recall measured and modelled together" in page
    assert "Nobody looked at a pair" not in page
