"""Which pairs a batch compares: those of new records that meet a rule, each once, and no others."""

import json

import pyarrow.parquet as pq


def test_only_blocked_pairs_with_a_new_record_are_compared(series, people):
    rules = [["date_of_birth"], ["surname", "sex"], ["first_name", "postcode"]]
    made = series(linkage={"blocking": rules})
    made.deliver("a", 1, "new", people("a", 0, 200))
    made.deliver("b", 1, "new", people("b", 40, 240))
    made.link()
    made.deliver("a", 2, "new", people("a", 200, 240))
    made.deliver("b", 2, "new", people("b", 0, 40))
    made.link()
    spine = made.latest / "restricted" / "spine"
    rows = {
        source: [
            (batch, row)
            for batch in (1, 2)
            for row in pq.read_table(spine / f"records-{source}-{batch}.parquet").to_pylist()
        ]
        for source in "ab"
    }
    blocked = sum(
        any(all(one[c] is not None and one[c] == other[c] for c in rule) for rule in rules)
        for new_a, one in rows["a"]
        for new_b, other in rows["b"]
        if 2 in (new_a, new_b)
    )
    compared = json.loads((made.latest / "restricted" / "scored.json").read_text())["compared"]
    assert compared == blocked > 20
