import time

import numpy as np
import polars as pl
import pytest

from synthetic_data.people import places
from synthetic_data.people.population import draw_block
from synthetic_data.people.state import BLOCK
from synthetic_data.sources.record import record
from synthetic_data.sources.record_ids import PER_BLOCK, mixed, record_ids
from synthetic_data.sources.tally import Tally
from synthetic_data.spec.schema import Population

DAY = np.datetime64("2021-03-21", "D")
ERRORS = {
    "kinds": {
        "typing": dict.fromkeys(("first_name", "surname", "street", "town", "postcode"), 0.03),
        "phonetic": {"surname": 0.02},
        "respelling": {"first_name": 0.02},
        "misdated": {"date_of_birth": 0.01},
        "swapped_names": {"first_name": 0.01},
        "wrong_sex": {"sex": 0.002},
    },
    "missing": dict.fromkeys(("first_name", "sex", "ethnicity", "postcode"), 0.03),
    "wrong_group": {"ethnicity": 0.05},
    "old_address": 0.1,
    "former_surname": 0.1,
    "duplicates": 0.02,
    "merged": 0.01,
    "unlinkable": 0.005,
    "by": {"typing": {"ethnicity": {"1": 2.0}}, "missing": {"sex": {"M": 1.5}}},
}


@pytest.fixture(scope="module")
def source(spec):
    return spec(errors=ERRORS, coverage={"rate": 0.9})


@pytest.fixture(scope="module")
def found(people, source):
    return record(people, "census", source, 11, 0)


def test_each_record_is_of_one_person_covered(people, source, found):
    truth = pl.from_arrow(found.truth)
    assert truth["record_id"].to_list() == found.table["record_id"].to_pylist()
    assert truth["record_id"].is_unique().all()
    covered = people.number[found.covered]
    assert set(truth["person"]) == set(covered.tolist())
    assert set(found.errors["record_id"].to_pylist()) <= set(truth["record_id"])


def test_the_table_holds_the_columns_of_the_source_and_nothing_of_the_truth(source, found):
    assert found.table.column_names == ["record_id", *source.columns.values()]
    assert {str(each) for each in found.table.schema.types} == {"string"}
    person = found.truth["person"].to_numpy()
    # neither the order nor the identifier follows the people
    assert abs(np.corrcoef(person, np.arange(len(person)))[0, 1]) < 0.03
    ids = np.asarray([int(each[1:]) for each in found.table["record_id"].to_pylist()], float)
    assert abs(np.corrcoef(person, ids)[0, 1]) < 0.03
    assert abs(np.corrcoef(np.arange(len(ids)), ids)[0, 1]) < 0.03


def test_what_is_in_no_list_of_errors_is_true(people, source, found, joined):
    table, person = joined(found, source, people)
    true = {
        "first_name": people.first_name,
        "middle_name": people.middle_name,
        "surname": people.surname_on(DAY),
        "date_of_birth": people.born.astype(str).astype(object),
        "sex": np.asarray(["F", "M"], object)[people.codes["sex"]],
        "ethnicity": (people.codes["ethnicity"] + 1).astype(str).astype(object),
        **places.addresses(people.address_on(DAY)),
    }
    errors = pl.from_arrow(found.errors)
    everything = errors.filter(pl.col("column") == "")["record_id"].implode()
    stale = errors.filter(pl.col("column") == "address")["record_id"].implode()
    for role, values in true.items():
        listed = errors.filter(pl.col("column") == role)["record_id"].implode()
        listed = table["record_id"].is_in(listed) | table["record_id"].is_in(everything)
        if role in places.ADDRESS:
            listed |= table["record_id"].is_in(stale)
        wrong = table[role].to_numpy() != values[person]
        assert not (wrong & ~listed.to_numpy()).any(), role
    never = table["record_id"].is_in(errors["record_id"].implode())
    assert 0.1 < never.mean() < 0.7


def same(one, other):
    return (
        one.table.equals(other.table)
        and one.truth.equals(other.truth)
        and one.errors.equals(other.errors)
        and one.tally.table().equals(other.tally.table())
    )


def test_the_same_seed_gives_the_same_records(people, source, found):
    assert same(found, record(people, "census", source, 11, 0))
    assert not same(found, record(people, "census", source, 12, 0))
    assert not same(found, record(people, "claims", source, 11, 0))


def test_blocks_do_not_depend_on_the_order_in_which_they_are_made(draw, source):
    blocks = {block: draw(block, 2_000) for block in (0, 1, 2)}
    forward = {at: record(people, "census", source, 7, at) for at, people in blocks.items()}
    back = {at: record(blocks[at], "census", source, 7, at) for at in (2, 1, 0)}
    assert all(same(forward[at], back[at]) for at in blocks)
    ids = [each for at in blocks for each in forward[at].table["record_id"].to_pylist()]
    assert len(set(ids)) == len(ids)
    whole = Tally.of_all(forward[at].tally for at in blocks).table()
    parts = [forward[at].tally.table() for at in blocks]
    key = ["stage", "column", "kind", "characteristic", "group"]
    summed = pl.concat(parts).group_by(key).agg(pl.sum("n", "happened"))
    both = whole.join(summed, on=key, suffix="_summed")
    assert both.height == whole.height
    assert (both["n"] == both["n_summed"]).all()
    assert (both["happened"] == both["happened_summed"]).all()


def test_what_a_column_draws_does_not_depend_on_other_columns(people, spec, found, source):
    fewer = {role: source.columns[role] for role in ("surname", "first_name", "sex")}
    kinds = {
        kind: {role: rate for role, rate in by_role.items() if role in fewer}
        for kind, by_role in ERRORS["kinds"].items()
    }
    errors = ERRORS | {
        "kinds": {kind: by_role for kind, by_role in kinds.items() if by_role},
        "missing": {role: 0.03 for role in ("first_name", "sex")},
        "wrong_group": {},
    }
    less = record(
        people, "census", spec(errors=errors, columns=fewer, coverage={"rate": 0.9}), 11, 0
    )
    names = ["record_id", *fewer.values()]
    assert less.table.equals(found.table.select(names))


def test_the_people_of_a_population_are_recorded(source):
    made = draw_block(1, 3_000, 5, Population(day="2021-03-21"))
    found = record(made, "census", source, 5, 1)
    assert set(found.truth["person"].to_pylist()) == set(made.number[found.covered].tolist())
    assert found.covered.sum() > 2_400
    assert found.table["post_code"].null_count < 300


def test_a_source_may_cover_nobody(people, spec):
    found = record(people, "none", spec(errors=ERRORS, coverage={"rate": 0.0}), 1, 0)
    assert found.table.num_rows == 0
    assert found.errors.num_rows == 0
    assert found.tally.table().filter(stage="mistake").is_empty()


def test_identifiers_are_all_different():
    places_ = np.arange(1 << 18, dtype=np.uint64) * np.uint64(261_947)
    keys = np.asarray([3, 1 << 40, 77, 5, 6, 7], np.uint64)
    assert len(np.unique(mixed(places_, keys))) == len(places_)
    assert mixed(places_, keys).max() < 1 << 36
    two = [*record_ids("a", 1, 0, PER_BLOCK).to_pylist(), *record_ids("a", 1, 1, 9).to_pylist()]
    assert len(set(two)) == PER_BLOCK + 9
    assert {len(each) for each in two} == {12}


def test_a_block_and_twelve_columns_take_little_time(people, source):
    assert len(people.number) == BLOCK
    assert len(source.columns) == 12
    taken = []
    for _ in range(5):
        start = time.process_time()
        record(people, "census", source, 11, 0)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.35
