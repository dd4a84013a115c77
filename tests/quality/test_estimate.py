from linkage.tables import ESTIMATES, check
from quality.estimate import Estimate, from_table, to_table


def row(**changes):
    said = {"measure": "link_rate", "method": "wilson", "source": "a", "grade": "A", "status": "ok"}
    return Estimate(**{**said, **changes})


def test_table_keeps_the_contract_and_comes_back():
    rows = [
        row(group="x", characteristic="sex", assumptions=("one", "two, three")),
        row(estimate=0.5, lower=0.4, upper=0.6, level=0.95, n_records=10),
    ]
    table = to_table(rows)
    check(ESTIMATES, table)
    assert sorted(from_table(table), key=repr) == sorted(rows, key=repr)


def test_rows_stand_in_the_order_of_the_key_with_all_records_first():
    rows = [row(characteristic="sex", group="M"), row(), row(characteristic="sex", group="F")]
    assert to_table(rows)["group"].to_pylist() == [None, "F", "M"]
    assert to_table(rows).equals(to_table(rows[::-1]))


def test_no_rows_still_make_a_table_of_the_contract():
    check(ESTIMATES, to_table([]))
