import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.config.group_names import CROSS
from linkage.errors import ConfigError, DataError
from quality.errors.truth import score
from quality.proportion import wilson

SEX = {"sex": {"source": "a", "column": "sex"}}


def people(prefix, surnames, **columns):
    rows = [{"id": f"{prefix}{at}", "surname": name} for at, name in enumerate(surnames)]
    for column, values in columns.items():
        for row, value in zip(rows, values, strict=True):
            row[column] = value
    return rows


@pytest.fixture
def two_sources(made_run):
    """Six true pairs: four linked, one missed, one lost in blocking; and one false link."""
    run = made_run(groups=SEX)
    run.source("a", people("a", "uvwxyz-", group_sex=["F", "F", "F", "M", "M", None, "M"]))
    run.source("b", people("b", "uvwxy?-"))
    links = [("a", f"a{at}", "b", f"b{at}") for at in range(4)] + [("a", "a6", "b", "b6")]
    return run.decide(links=links).method(["surname"]).finished()


TRUE = [(f"a{at}", f"b{at}") for at in range(6)]


def write_pairs(path, pairs, names=("record_id_l", "record_id_r")):
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([names, *pairs])
    return path


def test_links_are_scored_against_pairs(two_sources, tmp_path):
    found = score(two_sources, write_pairs(tmp_path / "truth.csv", TRUE))
    rates = found.overall
    assert (rates.n_true, rates.n_links, rates.n_correct) == (6, 5, 4)
    assert rates.precision == wilson(4, 5)
    assert rates.recall == wilson(4, 6)
    assert rates.f1.value == pytest.approx(8 / 11)
    assert rates.blocking_recall == wilson(5, 6)
    assert rates.b_cubed is None
    assert found.warnings == ()


def test_groups_are_of_the_focal_record_and_unknown_is_one(two_sources, tmp_path):
    found = score(two_sources, write_pairs(tmp_path / "truth.csv", TRUE), by="sex")
    groups = {each.group: each.rates for each in found.groups}
    assert {name: (r.n_true, r.n_links, r.n_correct) for name, r in groups.items()} == {
        "F": (3, 3, 3),
        "M": (2, 2, 1),
        "unknown": (1, 0, 0),
    }
    assert groups["unknown"].precision is None
    assert groups["unknown"].recall.value == 0
    assert {each.characteristic for each in found.groups} == {"sex"}


def test_characteristics_of_one_source_are_crossed(made_run, tmp_path):
    groups = {
        **SEX,
        "area": {"source": "a", "column": "area"},
        "other": {"source": "b", "column": "other"},
    }
    run = made_run(groups=groups)
    sexes, areas = ["F", "F", "M"], ["north", None, "north"]
    run.source("a", people("a", "uvw", group_sex=sexes, group_area=areas))
    run.source("b", people("b", "uvw", group_other=["x", "y", "z"]))
    links = [(f"a{at}", f"b{at}") for at in range(2)]
    finished = run.decide(links=[("a", one, "b", other) for one, other in links])
    finished = finished.method(["surname"]).finished()
    truth = write_pairs(tmp_path / "truth.csv", [*links, ("a2", "b2")])
    found = score(finished, truth, by="sex,area").groups
    assert {each.group: (each.rates.n_true, each.rates.n_links) for each in found} == {
        f"F{CROSS}north": (1, 1),
        f"F{CROSS}unknown": (1, 1),
        f"M{CROSS}north": (1, 0),
    }
    with pytest.raises(ConfigError, match="cannot be crossed"):
        score(finished, truth, by="sex,other")


def test_record_has_the_shape_that_was_promised(two_sources, tmp_path):
    record = score(two_sources, write_pairs(tmp_path / "truth.csv", TRUE), by="sex").as_record()
    wanted = {"precision", "recall", "f1", "blocking_recall", "n_true", "n_links"}
    assert wanted <= record["overall"].keys()
    assert {"precision_lower", "precision_upper", "n_correct"} <= record["overall"].keys()
    assert {"characteristic", "group", *wanted} <= record["groups"][0].keys()


def test_persons_say_the_same_as_pairs(two_sources, tmp_path):
    rows = [
        {"source": source, "record_id": f"{source}{at}", "person": f"p{at}"}
        for source in "ab"
        for at in range(6)
    ]
    path = tmp_path / "truth.parquet"
    pq.write_table(pa.Table.from_pylist(rows), path)
    by_pairs = score(two_sources, write_pairs(tmp_path / "truth.csv", TRUE), by="sex")
    assert score(two_sources, path, by="sex") == by_pairs


def test_pairs_may_name_their_sources_in_any_order(two_sources, tmp_path):
    rows = [("b", b, "a", a) for a, b in TRUE]
    names = ("source_l", "record_id_l", "source_r", "record_id_r")
    found = score(two_sources, write_pairs(tmp_path / "truth.csv", rows, names))
    assert found.overall.n_correct == 4


@pytest.fixture
def numbered(made_run):
    """Both sources number their records alike, as integers."""
    run = made_run()
    run.source("a", [{"id": str(at), "surname": "x"} for at in range(3)])
    run.source("b", [{"id": str(at), "surname": "x"} for at in range(1, 4)])
    run.decide(links=[("a", "0", "b", "1"), ("a", "1", "b", "2"), ("a", "2", "b", "3")])
    return run.method(["surname"]).finished()


def test_identifiers_that_two_sources_share_are_read_in_the_order_of_the_sources(
    numbered, tmp_path
):
    path = write_pairs(tmp_path / "truth.csv", [(0, 1), (1, 2), (2, 3)])
    assert score(numbered, path).overall.n_correct == 3
    turned = score(numbered, write_pairs(tmp_path / "turned.csv", [(1, 0), (2, 1), (3, 2)]))
    assert turned.overall.n_correct == 3
    assert [warning.code for warning in turned.warnings] == ["D365"]


def test_whole_numbers_are_identifiers_however_they_are_stored(numbered, tmp_path):
    columns = {"record_id_l": [0.0, 1.0, 2.0], "record_id_r": [1, 2, 3]}
    path = tmp_path / "truth.parquet"
    pq.write_table(pa.table(columns), path)
    assert score(numbered, path).overall.n_correct == 3


def test_truth_beyond_the_run_is_counted_and_left_out(two_sources, tmp_path):
    found = score(two_sources, write_pairs(tmp_path / "t.csv", [*TRUE, ("a0", "b99"), ("q", "r")]))
    assert found.overall.n_true == 6
    (warning,) = found.warnings
    assert (warning.code, warning.severity) == ("D364", "warning")
    assert warning.message.startswith("2 pairs")
    assert "b99" not in warning.message


@pytest.fixture
def duplicates(made_run):
    """Bagga and Baldwin 1998, figure 1: persons of 5, 2 and 5 records; the last two merged."""
    run = made_run(groups=SEX, linkage={"type": "deduplicate"})
    run.source("a", people("a", "x" * 12, group_sex=list("FFFFFMMMMMMM")))
    whole = [{f"a{at}" for at in range(5)}, {f"a{at}" for at in range(5, 12)}]
    return run.decide(entities=whole).method(["surname"]).finished()


def persons(path):
    person = [0] * 5 + [1] * 2 + [2] * 5
    rows = [("a", f"a{at}", who) for at, who in enumerate(person)]
    return write_pairs(path, rows, ("source", "record_id", "person"))


def test_b_cubed_is_that_of_bagga_and_baldwin(duplicates, tmp_path):
    rates = score(duplicates, persons(tmp_path / "truth.csv"), by="sex")
    found = rates.overall.b_cubed
    assert found.precision.value == pytest.approx(16 / 21)  # printed as 76 %
    assert found.recall.value == 1
    assert found.f1.value == pytest.approx(2 * (16 / 21) / (1 + 16 / 21))
    groups = {each.group: each.rates.b_cubed.precision.value for each in rates.groups}
    assert groups == {"F": 1, "M": pytest.approx(29 / 49)}


def test_entities_are_scored_on_the_pairs_that_they_imply(duplicates, tmp_path):
    rates = score(duplicates, persons(tmp_path / "truth.csv")).overall
    assert (rates.n_true, rates.n_links, rates.n_correct) == (21, 31, 21)
    assert rates.precision.value == pytest.approx(21 / 31)
    assert rates.recall.value == rates.blocking_recall.value == 1
    # three persons are no more than three observations
    assert rates.recall.lower == wilson(3, 3).lower


def test_three_sources_are_scored_across_sources_alone(made_run, tmp_path):
    run = made_run(groups=SEX)
    for name in "abc":
        run.source(name, people(name, "xx", **({"group_sex": ["F", "M"]} if name == "a" else {})))
    run.decide(entities=[{"a0", "b0", "c0"}, {"a1", "c1"}]).method(["surname"]).finished()
    rows = [(name, f"{name}{at}", at) for name in "abc" for at in range(2)]
    path = write_pairs(tmp_path / "truth.csv", rows, ("source", "record_id", "person"))
    found = score(run.root, path, by="sex")
    assert (found.overall.n_true, found.overall.n_links) == (6, 4)
    groups = {each.group: (each.rates.n_true, each.rates.n_links) for each in found.groups}
    assert groups == {"F": (2, 2), "M": (2, 1)}  # pairs without a record of a are in no group


def test_pairs_within_a_source_do_not_count_when_linking(two_sources, tmp_path):
    found = score(two_sources, write_pairs(tmp_path / "t.csv", [*TRUE, ("a0", "a1")]))
    assert found.overall.n_true == 6


@pytest.mark.parametrize(
    ("names", "rows", "code"),
    [
        (("l", "r"), TRUE, "D361"),
        (("record_id_l", "record_id_r"), [("q", "r")], "D366"),
    ],
)
def test_truth_that_does_not_fit_is_refused(two_sources, tmp_path, names, rows, code):
    with pytest.raises(DataError) as raised:
        score(two_sources, write_pairs(tmp_path / "truth.csv", rows, names))
    assert [fault.code for fault in raised.value.faults] == [code]


def test_truth_that_cannot_be_read_is_refused_without_its_content(two_sources, tmp_path):
    damaged = tmp_path / "truth.parquet"
    damaged.write_text("secret")
    for path in (damaged, tmp_path / "none.csv", tmp_path / "truth.xlsx"):
        with pytest.raises(DataError) as raised:
            score(two_sources, path)
        assert raised.value.faults[0].code == "D360"
        assert "secret" not in str(raised.value)


def test_sources_must_be_named_where_three_share_identifiers(made_run, tmp_path):
    run = made_run()
    for name in "abc":
        run.source(name, [{"id": "1", "surname": "x"}])
    run.decide().method(["surname"]).finished()
    with pytest.raises(DataError) as raised:
        score(run.root, write_pairs(tmp_path / "truth.csv", [("1", "1")]))
    assert raised.value.faults[0].code == "D362"


def test_a_characteristic_that_the_run_lacks_is_refused_with_those_it_has(two_sources, tmp_path):
    with pytest.raises(ConfigError) as raised:
        score(two_sources, write_pairs(tmp_path / "truth.csv", TRUE), by="race")
    (fault,) = raised.value.faults
    assert fault.code == "C208"
    assert "sex" in fault.fix


def test_a_folder_that_is_no_run_is_refused(tmp_path):
    with pytest.raises(ConfigError) as raised:
        score(tmp_path, tmp_path / "truth.csv")
    assert raised.value.faults[0].code == "R420"


def test_scoring_writes_nothing_to_the_run(two_sources, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in two_sources.rglob("*")}
    score(two_sources, write_pairs(tmp_path / "truth.csv", TRUE))
    assert {path: path.stat().st_mtime_ns for path in two_sources.rglob("*")} == before
