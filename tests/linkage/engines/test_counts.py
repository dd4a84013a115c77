"""Patterns counted by rule mask and by grouping, against the pairs themselves."""

from collections import Counter

import pytest

from linkage.engines.counts import FOLD, Grouping, side_of
from linkage.engines.sampling import Some
from linkage.model.patterns import coding

SEX = Grouping("sex", ("group_sex",))
CROSSED = Grouping("sex \N{MULTIPLICATION SIGN} age", ("group_sex", "group_age"))


@pytest.fixture
def sources(sources):
    """The small sources; characteristics stand in the second alone, folds in all."""
    made = {name: [dict(record) for record in records] for name, records in sources.items()}
    for name, records in made.items():
        for number, record in enumerate(records):
            record["fold"] = number % 4
            if name == "b":
                record |= {"group_sex": ("F", "M", None)[number % 3], "group_age": number // 9}
    return made


@pytest.mark.parametrize("kind", ["link", "deduplicate", "link_and_deduplicate"])
@pytest.mark.parametrize("some", [Some(), Some(0.6, 4)], ids=["all", "sampled"])
def test_counts_by_mask_and_by_group_are_those_of_the_pairs(
    engine_of, compared, rules, sources, kind, some
):
    engine = engine_of(sources, kind, once="b")
    engine.prepare(compared, rules, (FOLD, SEX, CROSSED))
    counts = engine.count_patterns(rules, some, (FOLD, SEX, CROSSED))
    names = ("source_l", "source_r", "code", "rules", "grouping", "group")
    found = {tuple(row[name] for name in names): row["n"] for row in counts.to_pylist()}
    assert len(found) == counts.num_rows
    assert found == naive(engine, rules, sources, some)
    at_once, pairs = engine.count_and_compare(rules, some, (FOLD, SEX, CROSSED))
    assert at_once.equals(counts)
    assert pairs.equals(engine.compare(rules, some))


def naive(engine, rules, sources, some):
    held = [(name, record) for name, records in sources.items() for record in records]
    pairs = {(p.left.name, p.right.name): p for p in engine.source_pairs}
    counts = Counter()
    for row in engine.compare(rules, some).to_pylist():
        left, right = held[row["record_l"]], held[row["record_r"]]
        of = left[0], right[0], row["code"]
        counts[*of, row["rules"], "none", ""] += 1
        focal = (left if pairs[of[:2]].focal == "l" else right)[1]
        counts[*of, 0, "fold", str(focal["fold"])] += 1
        # the focal record's, where it has one
        sides = [focal, left[1], right[1]]
        has = next((record for record in sides if "group_sex" in record), None)
        if has is not None:
            sex = has["group_sex"] or "unknown"
            counts[*of, 0, SEX.name, sex] += 1
            crossed = f"{sex} \N{MULTIPLICATION SIGN} {has['group_age']}"
            counts[*of, 0, CROSSED.name, crossed] += 1
    return counts


def test_codes_that_are_counted_are_those_of_the_comparisons(engine_of, compared, rules, sources):
    engine = engine_of(sources)
    engine.prepare(compared, rules)
    codes = engine.count_patterns(rules)["code"].to_numpy()
    coded = coding(compared)
    assert (coded.encode(coded.decode(codes)) == codes).all()
    assert 0 <= codes.min() <= codes.max() < coded.n_codes


def test_the_side_that_holds_the_group_is_read(engine_of, sources):
    held = {name: list(records[0]) for name, records in sources.items()}
    sides = {p.name: side_of(SEX, p, held) for p in engine_of(sources, once="abc").source_pairs}
    assert sides == {"a x b": "r", "a x c": None, "b x c": "l"}
