"""``link release check``: what it finds in a release by itself, all at once, and never a value."""

import hashlib
import json
import shutil

import pytest

from linkage.config.schema import Disclosure
from linkage.errors import ConfigError, DataError, Exit
from quality.release.checking import check
from quality.release.manifest import about, write_manifest

CANARY = "Zebulon Quagmire"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a whole release, made once."""
    return tmp_path_factory.mktemp("made") / "runs" / "small" / "r1"


@pytest.fixture
def release(made, pending, link_rate, tmp_path):
    """Return a copy of a release and nothing of its run; a group in it bears a canary's name."""
    if not made.exists():
        pending(made, rows=[link_rate(), link_rate(CANARY)])
    return shutil.copytree(made / "for_release", tmp_path / "copy")


@pytest.fixture
def relist(made):
    """Return what lists the files anew, as a program with a fault in it would."""
    return lambda release: write_manifest(release, about(made), Disclosure())


def found(release):
    with pytest.raises(DataError) as caught:
        check(release)
    assert caught.value.exit_code is Exit.DATA
    return [(fault.code, fault.message) for fault in caught.value.faults]


def test_a_whole_release_passes_with_nothing_else_at_hand(release):
    assert check(release)["config"] == "small"


def test_no_release_is_said_so(tmp_path):
    with pytest.raises(ConfigError, match="R460"):
        check(tmp_path)


def test_every_file_that_is_not_as_listed_is_named_at_once(release):
    (release / "report.html").write_text("<p>other</p>")
    (release / "tables" / "gaps.csv").unlink()
    (release / "notes.txt").write_text("")
    (release / "approval.json").write_text("{}")  # what a release that waits cannot have
    (release / "tables" / "rates.csv").unlink()
    (release / "tables" / "rates.csv").symlink_to(release / "estimates.csv")
    (release / "more").symlink_to("/etc")
    assert found(release) == [
        ("R464", "approval.json is not listed"),
        ("R464", "more is not a plain file"),
        ("R464", "notes.txt is not listed"),
        ("R464", "report.html is not what was listed: its hash or size differs"),
        ("R464", "tables/gaps.csv is listed and missing"),
        ("R464", "tables/rates.csv is not a plain file"),
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "done"},
        {"rules": {"threshold": 0, "rounding": 5}},
        {"rules": None},
        {"sources": {"a": "/somewhere/a.csv"}},
        {"sources": {}},
        {"files": [{"path": "../../secret", "sha256": "", "bytes": 0}]},
        {"files": [{"path": "/etc/hostname", "sha256": "", "bytes": 0}]},
        {"files": "all"},
        {"suppressed": None},
        {"run": 3},
        {"runner": None},
    ],
)
def test_a_manifest_that_does_not_say_all_is_refused(release, changes):
    path = release / "release-manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    assert {code for code, _ in found(release)} == {"R464"}


def test_a_manifest_cannot_tell_another_story_than_the_tables(release):
    path = release / "release-manifest.json"
    manifest = json.loads(path.read_text())
    manifest["suppressed"] = [{"table": "rates", "what": "x", "why": "y", "rows": 1}]
    path.write_text(json.dumps(manifest))
    assert found(release) == [
        ("R465", "release-manifest.json: does not say what was held back as the tables do")
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        (",120,", ",121,", "n_records is no multiple of the rounding base"),
        (",120,", ",5,", "n_records is under the threshold"),
        (",120,", ",12O,", "n_records is no multiple of the rounding base"),
        (",0.75,0.7,", ",0.65,0.7,", "the figure does not lie between its limits"),
        (",0.75,0.7,", ",nan,0.7,", "a figure is not a number"),
        (",ok,", ",suppressed,", "is held back and shows a figure"),
        (",ok,", ",primary,", "has a status that there is not"),
        (",ok,", ",ok,1,2,3,4,", "has not as many values as the header"),
        ("n_records", "surname", "1 of its columns are not in the contract of that table"),
        ("status", "stat", "has no column that says what was held back"),
    ],
)
def test_every_row_has_to_keep_the_rules(release, relist, was, becomes, said):
    path = release / "tables" / "rates.csv"
    path.write_text(path.read_text().replace(was, becomes))
    relist(release)
    messages = [message for _, message in found(release)]
    assert any(said in message for message in messages)
    assert not any(CANARY in message for message in messages)


def test_a_table_that_is_not_in_the_contract(release, relist):
    (release / "tables" / "people.csv").write_text(f"name,status\n{CANARY},ok\n")
    relist(release)
    messages = [message for _, message in found(release)]
    assert messages == ["tables/people.csv: is no table that a release may hold"]


def test_a_table_by_subject_says_what_estimates_csv_says(release, relist):
    path = release / "tables" / "rates.csv"
    path.write_text(path.read_text().replace(",120,", ",125,"))
    relist(release)
    messages = [message for _, message in found(release)]
    assert messages == [
        f"tables/rates.csv: line {line} is not what estimates.csv says" for line in (2, 3)
    ]


COUNTS = "measure,source,other,variable,stage,characteristic,group,n,k,status\n"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("linked,a,b,,decide,,,120,90,ok\n", None),
        ("linked,a,b,,decide,,,120,80,ok\n", "shows a rate that is not made of the rounded counts"),
        ("linked,a,b,,,,,120,,suppressed\n", "shows a rate whose counts are held back"),
        ("linked,a,b,,,,,120,90,suppressed\n", "is held back and shows a figure"),
        ("linked,a,b,,,,,120,5,ok\n", "k is under the threshold"),
        ("linked,a,b,,,,,122,90,ok\n", "n is no multiple of the rounding base"),
    ],
)
def test_rates_are_those_of_the_counts(release, relist, row, said):
    (release / "tables" / "counts.csv").write_text(COUNTS + row)
    relist(release)
    if said is None:
        check(release)
    else:
        assert any(said in message for _, message in found(release))


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("<script>1</script>", "holds the element script"),
        ("<p onclick='x()'>", "runs a script in an attribute"),
        ("<img src='https://example.org/a.png'>", "points outside by src"),
        ("<svg><use xlink:href='//example.org/a'/></svg>", "points outside by xlink:href"),
        ("<a href='javascript:x()'>", "points outside by href"),
        ("<link rel='stylesheet' href='#a'>", "holds the element link"),
        ("<style>@import 'a.css';</style>", "asks for something outside in its style"),
        ("<p style='background: url(http://a)'>", "asks for something outside in its style"),
        ("<meta http-equiv='Refresh' content='0;url=#'>", "sends the reader elsewhere"),
        ("<a href='#a'><img src='data:image/png;base64,'>", None),
    ],
)
def test_a_page_runs_nothing_and_asks_for_nothing(release, relist, added, said):
    path = release / "report.html"
    path.write_text(path.read_text().replace("<p ", f"{added}<p ", 1))
    relist(release)
    if said is None:
        check(release)
    else:
        assert found(release) == [("R465", f"report.html: {said}")]


@pytest.mark.parametrize(("value", "said"), [(5, "under the threshold"), (121, "not rounded")])
def test_the_numbers_of_the_report_keep_the_rules(release, relist, value, said):
    path = release / "report.json"
    path.write_text(path.read_text().replace('"value": 120', f'"value": {value}'))
    relist(release)
    [(code, message)] = found(release)
    assert code == "R465"
    assert said in message


@pytest.mark.parametrize("name", ["estimates.csv", "report.json", "report.html"])
def test_what_cannot_be_read_is_named(release, name):
    path, torn = release / "release-manifest.json", b'\xff\xfe"'
    manifest = json.loads(path.read_text())
    (release / name).write_bytes(torn)
    for each in manifest["files"]:
        if each["path"] == name:
            each |= {"sha256": hashlib.sha256(torn).hexdigest(), "bytes": len(torn)}
    path.write_text(json.dumps(manifest))
    assert found(release) == [("R465", f"{name}: cannot be read as what its name says")]
