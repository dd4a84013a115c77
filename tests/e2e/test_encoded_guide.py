"""The operating guide of encoded linkage, typed as it stands by the people it names.

As root each of them is a Unix user of its own, so that what one may not read is really refused.
Anyone else has only folders: then the rights of files are looked at, and the tests are named so.
"""

import csv
import itertools
import re
import shutil
import tempfile
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.e2e.machine import APART, ROOT, Machine, blocks
from tests.e2e.test_canary import forms, packed, seen_in

GUIDE = (ROOT / "docs" / "how-to" / "link-encoded.md").read_text(encoding="utf-8")
AS = "users of their own" if APART else "folders of one user: only the rights of files are seen"


def section(first, last):
    """The guide from one section on, up to another one, each by how its title begins."""
    text = GUIDE[GUIDE.index(f"\n## {first}") :]
    return text[: text.index(f"\n## {last}")]


UNTIL_JOINED = section("2.", "7.")
REVIEW = section("Review across owners", "Three owners")
DELIVERY, ROTATION = section("7.", "8."), section("8.", "9.")
THE_END = section("9.", "Review across owners")


@pytest.fixture(scope="module", params=[AS])
def machine(quick):
    """A machine on which the guide was followed until the unit had counted a review."""
    folder = Path(tempfile.mkdtemp(prefix="link-guide-"))
    try:
        made = Machine(folder)
        made.quicken(quick)
        made.follow(UNTIL_JOINED)
        made.follow(REVIEW, {"link review import": lambda: decide(made)})
        yield made
    finally:
        shutil.rmtree(folder)


def ids(machine, user, delivery):
    """Whose each record id is: the owner's own, known to nobody else."""
    table = pq.read_table(machine.home(user) / "private" / str(delivery) / "map.parquet")
    return dict(zip(table["local_id"].to_pylist(), table["rid"].to_pylist(), strict=True))


def whose(machine, **deliveries):
    """The owners' own ids by record id, of a delivery of each owner."""
    return [
        {rid: local for local, rid in ids(machine, user, delivery).items()}
        for user, delivery in deliveries.items()
    ]


def links(machine, office, health):
    """The links of the latest run, by the owners' own ids, by the maps of two deliveries."""
    table = pq.read_table(machine.home("unit") / "runs/linked/latest/restricted/links.parquet")
    census, register = whose(machine, office=office, health=health)
    pairs = zip(*(table[side].to_pylist() for side in ("record_id_l", "record_id_r")), strict=True)
    return {(census[left], register[right]) for left, right in pairs}


def decide(machine):
    """Fill the form as somebody does who knows everybody; nobody else sees what is on the sheet."""
    party = machine.home("party")
    census, register = whose(machine, office=1, health=1)
    partners = dict(truth(machine))
    shown = pq.read_table(party / "review/shown.parquet").to_pylist()
    asked = {row["unit"]: partners.get(census[row["rid"]]) for row in shown if not row["rank"]}
    same = {
        row["unit"]: row["rank"]
        for row in shown
        if row["rank"] and register[row["rid"]] == asked[row["unit"]]
    }
    form = party / "anna/decisions.csv"
    rows = list(csv.DictReader(form.read_text().splitlines()))
    with form.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for row in rows:
            rank = same.get(int(row["unit"]))
            found = (
                {"decision": "candidate", "partner_rank": rank} if rank else {"decision": "none"}
            )
            writer.writerow({**row, **found})
    if APART:
        for way in ("office-to-party", "health-to-party"):
            opened = machine.folder / "exchange" / way / "1/opened.parquet"
            machine.type("party", f"wc -c < {opened}")
            for other in ("unit", "analyst"):
                machine.type(other, f"wc -c < {opened}", allowed=False)


def truth(machine):
    path = machine.home("root") / "demo" / "truth.parquet"
    both = f"(SELECT * FROM '{path}' WHERE source = 'census') c JOIN '{path}' r USING (person)"
    query = f"SELECT c.record_id, r.record_id FROM {both} WHERE r.source = 'register'"
    return set(duckdb.sql(query).fetchall())


def identifiers(machine):
    """Values that name people in the two sources: ids, surnames, postcodes, dates of birth.

    Without names that are words of our own as well, of groups or methods: White, Wilson, Field.
    """
    columns = {
        "census": ("record_id", "last_name", "postcode", "date_of_birth"),
        "register": ("record_id", "family_name", "post_code", "birth_date"),
    }
    found = set()
    for source, names in columns.items():
        table = pq.read_table(machine.home("root") / "demo" / f"{source}.parquet", columns=[*names])
        for column in table.columns:
            found |= {text.upper() for text in column.to_pylist() if text and len(text) > 4}
    return found - words_of_ours()


def words_of_ours():
    files = [
        path
        for part in ("linkage", "quality")
        for path in (ROOT / part).rglob("*.*")
        if path.suffix in {".py", ".yaml"}
    ]
    return {word for path in files for word in re.findall(r"[A-Z]+", path.read_text().upper())}


def texts(path):
    """Every text in a file: the values of a table, or the words of anything else."""
    if path.suffix != ".parquet":
        return texts_of(path.read_bytes())
    table = pq.read_table(path)
    columns = [
        column.cast(pa.string())
        for column in table.columns
        if pa.types.is_string(column.type) or pa.types.is_dictionary(column.type)
    ]
    return {text.upper() for column in columns for text in column.unique().to_pylist() if text}


def texts_of(data):
    return set(re.findall(r"[\w/ -]{5,}", data.decode(errors="replace").upper()))


def test_links_arrive_and_are_right(machine):
    found, true = links(machine, office=1, health=1), truth(machine)
    assert len(found & true) / len(found) > 0.98
    assert len(found & true) / len(true) > 0.95


def test_attributes_attach_to_the_right_people(machine):
    """The analyst's table says of region and ethnic group what the truth says of the links."""
    demo = machine.home("root") / "demo"
    census, register = (
        dict(
            zip(
                *(
                    pq.read_table(demo / f"{source}.parquet")[c].to_pylist()
                    for c in ("record_id", name)
                ),
                strict=True,
            )
        )
        for source, name in (("census", "region"), ("register", "ethnos"))
    )
    joined = pq.read_table(machine.home("analyst") / "linked.parquet")
    assert joined.column_names == ["pseudonym", "region", "activity", "ethnos"]
    pairs = zip(joined["region"].to_pylist(), joined["ethnos"].to_pylist(), strict=True)
    found = links(machine, office=1, health=1)
    expected = sorted((str(census[a]), str(register[b])) for a, b in found)
    assert sorted((str(a), str(b)) for a, b in pairs) == expected


def test_the_review_measures_what_is_true(machine):
    """Of 100 records; the unit, which counts, has seen no value of any."""
    found, true = links(machine, office=1, health=1), truth(machine)
    rates = {"precision": len(found & true) / len(found), "recall": len(found & true) / len(true)}
    folder = machine.home("unit") / "runs/linked/latest/restricted"
    rows = pq.read_table(folder / "error_rates.parquet").to_pylist()
    measured = [each for each in rows if each["method"] == "review" and not each["group"]]
    grades = {"precision": "A", "recall": "B"}
    for each in measured:
        if rate := rates.get(each["measure"]):
            assert each["lower"] - 1e-6 <= rate <= each["upper"] + 1e-6
            assert each["grade"] == grades.pop(each["measure"])
    assert grades == {}


def test_the_unit_holds_no_identifier_in_anything_that_it_may_read(machine):
    known = identifiers(machine)
    read = machine.readable("unit") if APART else [*machine.home("unit").rglob("*.*")]
    assert len([path for path in read if path.suffix == ".parquet"]) > 10
    seen = {
        (path.name, text)
        for path in read
        if path.is_file() and path.suffix not in {".html", ".xlsx"}
        for text in texts(path) & known
    }
    assert seen == set()
    assert texts(machine.home("root") / "demo" / "census.parquet") & known


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="no process list to read")
def test_the_process_list_shows_neither_key_nor_identifier(machine):
    """All that the commands of the guide were given, by argument or in the environment."""
    key = (machine.home("office") / "keys/p014.key").read_text().splitlines()[-1]
    arguments = b"\n".join(machine.shown["cmdline"])
    assert b"encode" in arguments
    assert b"HOME=" in b"\n".join(machine.shown["environ"])
    shown = b"\n".join(itertools.chain(*machine.shown.values()))
    assert seen_in(shown, forms(key) | packed(bytes.fromhex(key))) == []
    assert texts_of(shown) & identifiers(machine) == set()


CLOSED_TO_UNIT = (
    "office/keys/p014.key",
    "health/keys/p014.key",
    "office/private/1/map.parquet",
    "health/private/1/map.parquet",
    "office/census.parquet",
    "health/register.parquet",
    "office/to_analyst/1/attributes.parquet",
)


@pytest.mark.parametrize("path", CLOSED_TO_UNIT)
def test_the_unit_cannot_read_key_map_or_records(machine, path):
    assert (machine.folder / "home" / path).is_file()
    if APART:
        machine.type("unit", f"cat {machine.folder}/home/{path}", allowed=False)
    owner = machine.folder / "home" / path.partition("/")[0]
    assert owner.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("user", "ways"),
    [
        (
            "unit",
            {
                *("office-to-unit", "health-to-unit", "unit-to-office", "unit-to-health"),
                *("unit-to-party", "party-to-unit"),
            },
        ),
        ("analyst", {"office-to-analyst", "health-to-analyst"}),
        (
            "health",
            {
                *("office-to-health", "health-to-unit", "unit-to-health", "health-to-analyst"),
                "health-to-party",
            },
        ),
        ("party", {"unit-to-party", "office-to-party", "health-to-party", "party-to-unit"}),
    ],
)
def test_nobody_reads_what_is_not_for_them(machine, user, ways):
    if APART:
        read = {path.relative_to(machine.folder).parts[:2] for path in machine.readable(user)}
        assert read <= {("home", user), *(("exchange", way) for way in ways)}
    for way in (machine.folder / "exchange").iterdir():
        assert way.stat().st_mode & 0o007 == 0


def test_what_follows_deliveries_rotation_and_the_end(machine):
    first = ids(machine, "office", 1)
    before = pq.read_table(machine.home("unit") / "pseudonyms/study-7/census.parquet")
    machine.follow(DELIVERY)
    assert ids(machine, "office", 2) == first
    after = pq.read_table(machine.home("unit") / "pseudonyms/study-7-2/census.parquet")
    assert after.equals(before)
    machine.follow(ROTATION)
    assert not set(ids(machine, "office", 3).values()) & set(first.values())
    found, true = links(machine, office=3, health=2), truth(machine)
    assert len(found & true) / len(true) > 0.95
    machine.follow(THE_END)
    assert [path.name for path in machine.home("office").glob("keys/*.key")] == []


def test_every_command_of_the_page_is_typed_by_somebody():
    assert "```bash\n" not in GUIDE
    assert {user for user, _ in blocks(GUIDE)} == {*"root office health unit analyst party".split()}
    typed = UNTIL_JOINED + DELIVERY + ROTATION + THE_END + REVIEW
    assert blocks(typed) == blocks(GUIDE)
