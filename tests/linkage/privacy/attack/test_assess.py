"""The attacks on encodings whose keys nobody tells them: what fails falls, what holds stands."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest

from linkage.config.privacy_settings import Privacy
from linkage.errors import GateError
from linkage.privacy.attack import gate
from linkage.privacy.attack.assess import assess
from linkage.privacy.attack.risk import MINING, FieldRisk, Risk
from linkage.privacy.attack.target import Target, ValueList, entries
from linkage.privacy.encoder import encode
from linkage.privacy.keys import Key
from linkage.privacy.schema import Encoded, Filter, Schema, Token

BORN = ("birth_year", "birth_month", "birth_day")


def _risk(records: pa.Table, key: Key, *columns: Encoded, **lists: ValueList) -> Risk:
    schema = Schema("p", "standard", "1", columns)
    groups = pa.table({"sex": records["sex"]})
    return assess(records, encode(records, schema, key), schema, groups, lists)


def _field(risk: Risk, name: str) -> FieldRisk:
    return next(each for each in risk.fields if each.field == name)


@pytest.mark.parametrize("harden", [(), ("rule90",)])
def test_filters_without_salt_give_most_names_away(
    records: pa.Table, key: Key, harden: tuple[str, ...]
) -> None:
    risk = _risk(records, key, Filter("s", "surname", 15, harden, (), (0.8,)))
    found = _field(risk, "surname")
    assert found.attack == MINING
    assert found.share > 0.7
    assert (
        found.share > _field(_risk(records, key, Token("t", ("surname",), False)), "surname").share
    )


def test_filters_salted_by_the_whole_date_give_next_to_none(records: pa.Table, key: Key) -> None:
    risk = _risk(records, key, Filter("s", "surname", 15, (), BORN, (0.8,)))
    assert _field(risk, "surname").joined <= 5 / len(records)
    assert risk.any_name < 0.005


def test_two_salts_that_are_too_coarse_are_seen_through(records: pa.Table, key: Key) -> None:
    year = Filter("y", "surname", 15, (), ("birth_year",), (0.8,))
    day = Filter("d", "surname", 15, (), ("birth_month",), (0.8,))
    alone, both = (_field(_risk(records, key, *each), "surname") for each in ((year,), (year, day)))
    assert both.joined > 5 * alone.joined


def test_exact_counts_name_every_value_that_is_as_frequent_as_no_other(key: Key) -> None:
    names = ["A"] * 50 + ["B"] * 30 + ["C"] * 20 + ["D"]
    records = pa.table({"surname": names, "sex": ["1"] * len(names)})
    found = _field(_risk(records, key, Token("t", ("surname",), False)), "surname")
    assert found.exact == pytest.approx(100 / 101)
    assert found.joined == pytest.approx(50 / 101)


def test_a_list_that_is_given_is_the_one_that_is_used(key: Key) -> None:
    names = ["A"] * 50 + ["B"] * 30
    records = pa.table({"surname": names, "sex": ["1"] * len(names)})
    token = Token("t", ("surname",), False)
    upside_down = _risk(records, key, token, surname=ValueList({"B": 9, "A": 1}))
    assert _field(upside_down, "surname").share == 0
    assert upside_down.given == ("surname",)
    right = _risk(records, key, token, surname=ValueList({"A": 0.7, "B": 0.2, "Z": 0.1}))
    assert _field(right, "surname").share == 1


def test_a_list_is_read_within_the_strata_that_are_asked_for_alone() -> None:
    codes = np.array([0, 1, 1, 0])
    target = Target("n", ("n",), codes, np.array(["A", "B"]), np.array([2.0, 1.0]))
    strata = np.array([5, 5, 6, -1])
    found = entries(target, strata, np.random.default_rng(0), np.array([5]))
    assert (found.strata.tolist(), found.values.tolist()) == ([5, 5], [0, 1])
    exact = entries(target, strata, None)
    assert list(zip(exact.strata, exact.values, strict=True)) == [(5, 0), (5, 1), (6, 1)]


def test_the_blocks_of_dates_are_found_from_their_pairs(records: pa.Table, key: Key) -> None:
    pairs = [(0, 1), (0, 2), (1, 2)]
    tokens = [Token(f"{a}{b}", (BORN[a], BORN[b]), False) for a, b in pairs]
    risk = _risk(records, key, *tokens)
    found = _field(risk, "birth_month")
    months = np.unique(records["birth_month"].to_numpy(), return_counts=True)[1]
    assert found.joined == months.max() / len(records)  # a class is a month, whole
    assert found.exact > 0.7  # all months but two that are as frequent as each other


def test_names_encoded_together_are_named_together(key: Key) -> None:
    records = pa.table(
        {"first_name": ["A"] * 5 + ["B"] * 3, "surname": ["C"] * 8, "sex": ["1"] * 8}
    )
    risk = _risk(records, key, Token("both", ("first_name", "surname"), False))
    assert _field(risk, "both").exact == 1


def test_the_shares_of_groups_make_up_the_whole(records: pa.Table, key: Key) -> None:
    risk = _risk(records, key, Token("t", ("surname",), False), Token("sex", ("sex",), True))
    by_sex = [each for each in risk.by_group if each.characteristic == "sex"]
    named = sum(each.records * each.share for each in by_sex)
    assert named / risk.records == pytest.approx(risk.any_name)
    assert risk.readable == ("sex",)
    by_name = {e.group: e.share for e in risk.by_group if e.characteristic.endswith("surname")}
    assert by_name["the 10 most frequent"] > by_name["all other names"]


def test_nothing_is_found_where_nothing_is(key: Key) -> None:
    records = pa.table({"surname": pa.array([None] * 30, pa.string()), "sex": ["1"] * 30})
    risk = _risk(records, key, Filter("s", "surname", 15, (), (), (0.8,)))
    assert risk.judged == 0


def test_the_gate_closes_over_the_limit_of_the_profile_or_the_one_that_is_set(
    records: pa.Table, key: Key
) -> None:
    risk = _risk(records, key, Token("t", ("surname",), False))
    held = replace(risk, any_name=0.05, fields=())
    standard = Privacy(project="p", fields=("surname",))
    gate.require(held, standard)
    for strict in ({"profile": "high"}, {"max_risk": 0.04}):
        with pytest.raises(GateError, match="R520"):
            gate.require(held, standard.model_copy(update=strict))


def test_no_value_stands_in_what_is_kept(records: pa.Table, key: Key) -> None:
    risk = _risk(records, key, Filter("s", "surname", 15, (), (), (0.8,)))
    values = set(np.unique(records["surname"].to_numpy()).tolist())
    kept = str(risk.as_record())
    assert not any(f"'{value}'" in kept for value in values)
