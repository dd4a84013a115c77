"""Spark against DuckDB: the same questions, the same tables."""

from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.config.schema import Engine
from linkage.engines import spark, spark_sizes
from linkage.engines.counts import FOLD, Grouping
from linkage.engines.sampling import Some, Sought
from linkage.engines.spark import SparkEngine
from linkage.engines.spark_records import load
from linkage.engines.spark_session import open_session
from linkage.engines.weights import Weights
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison, Level, missing, similar

SEX = Grouping("sex", ("group_sex",))


@pytest.fixture(scope="module")
def session(tmp_path_factory, spark_settings):
    """One Spark session for all tests: it takes longer to start than most of them."""
    engine = Engine.model_validate(spark_settings)
    session = open_session(engine, tmp_path_factory.mktemp("scratch"))
    yield session
    session.stop()


@pytest.fixture
def both(engine_of, written, session):
    """Return an engine on DuckDB and one on Spark, over the same records."""

    def make(sources, kind="link", once=(), types=None):
        return (
            engine_of(sources, kind, once, types),
            SparkEngine(session, *written(sources, kind, once, types)),
        )

    return make


@pytest.fixture
def ready(both, sources, rules, compared):
    """Return both engines over some of the sources, with folds and a characteristic, prepared."""
    held = {name: [dict(record) for record in each] for name, each in sources.items()}
    for name, records in held.items():
        for number, record in enumerate(records):
            record["fold"] = number % 4
            if name == "b":
                record["group_sex"] = ("F", "M", None)[number % 3]

    def make(kind, names="abc"):
        engines = both({name: held[name] for name in names}, kind, once="b")
        for engine in engines:
            engine.prepare(compared, rules, (FOLD, SEX))
        return engines

    return make


def same(one, other):
    """Two tables hold the same rows in the same order, of the same types; sums to 1e-12."""
    assert other.schema.names == one.schema.names
    assert [str(kind) for kind in other.schema.types] == [str(kind) for kind in one.schema.types]
    for name in one.schema.names:
        values = one[name].to_pylist()
        if pa.types.is_floating(one.schema.field(name).type):
            values = pytest.approx(values, abs=1e-12)
        assert other[name].to_pylist() == values, name
    assert one.num_rows > 0


def test_every_question_has_the_same_answer(ready, rules):
    duckdb, spark = ready("link_and_deduplicate", "ab")
    for rule in rules:
        assert spark.count_pairs(rule) == duckdb.count_pairs(rule) > 0
    assert spark.count_pairs(rules[0], 0.6) == duckdb.count_pairs(rules[0], 0.6)
    some = Some(0.7, 3)
    asked = [
        lambda engine: engine.count_random(300, 1),
        lambda engine: engine.compare(rules, some),
        lambda engine: engine.compare_sharing(("surname",), 200, 1)[0],
        lambda engine: engine.count_patterns(rules, some, (FOLD, SEX)),
        lambda engine: engine.sampled_records(engine.source_pairs[0], some),
        lambda engine: engine.agreements(engine.compare(rules), rules),
    ]
    for ask in asked:
        same(ask(duckdb), ask(spark))
    assert spark.compare_sharing(("surname",), 9, 1)[1] == duckdb.count_pairs(Rule(("surname",)))


def test_many_records_are_counted_where_they_are(ready, rules, monkeypatch):
    duckdb, spark = ready("link_and_deduplicate")
    monkeypatch.setattr(spark_sizes, "_FEW", 0)
    for share in (1.0, 0.6):
        assert spark.count_pairs(rules[2], share) == duckdb.count_pairs(rules[2], share) > 0


def test_pairs_inside_groups_are_the_same(ready, rules):
    groups = pa.table(
        {
            "record": pa.array(range(56), pa.int32()),
            "member": pa.array([number % 5 for number in range(56)], pa.int32()),
        }
    )
    duckdb, spark = ready("link")
    same(duckdb.compare_within(rules, groups), spark.compare_within(rules, groups))


def weights(comparisons, floor, always=0):
    levels = tuple(tuple(-3.0 + 3.7 * k for k in range(len(c.scored))) for c in comparisons)
    log2_u = tuple(tuple(-0.4 - 1.1 * k for k in range(len(c.scored))) for c in comparisons)
    return Weights(-4.0, levels, log2_u, floor, always)


@pytest.mark.parametrize("always", [0, 8], ids=["floor", "floor or key"])
def test_pairs_above_the_floor_are_the_same_by_splink(ready, rules, compared, always):
    duckdb, spark = ready("link")
    wanted, some = weights(compared, -2.0, always), Some(first=0, last=40)
    pair = duckdb.source_pairs[0]
    one = duckdb.score(pair, rules, wanted, some)
    same(one, spark.score(pair, rules, wanted, some))
    assert one.num_rows < duckdb.compare(rules).num_rows


@pytest.mark.parametrize(("side", "records"), [("l", (0, 5, 23)), ("r", (24, 40))])
def test_a_search_of_a_whole_source_finds_the_same(
    ready, rules, compared, side, records, monkeypatch
):
    monkeypatch.setattr(spark, "_SEARCHED", 40)  # so that there are several chunks
    engines = ready("link", "ab")
    wanted, sought = weights(compared, 100.0), Sought(side, records, best=6)
    one, other = (e.search(e.source_pairs[0], sought, rules, wanted) for e in engines)
    same(one, other)
    assert one.num_rows == 6 * len(records)


def alike(name, *conditions):
    """A comparison by conditions that only DuckDB understands, of texts, dates or lists."""
    columns = (name,)
    levels = [Level(str(k), sql) for k, sql in enumerate(conditions)]
    return Comparison(name, columns, (missing(name), *levels, Level("none", "ELSE")))


AWKWARD = (
    alike("name", similar("name", 0.95), similar("name", 0.8), similar("name", 0.6)),
    alike("town", 'damerau_levenshtein("town_l", town_r) <= 1', "jaccard(TOWN_L, town_r) > 0.5"),
    alike("born", "abs(date_diff('day', born_l, born_r)) <= 1", "month(born_l) = month(born_r)"),
    alike("past", "len(list_intersect(past_l, past_r)) > 0"),
    alike("paid", "abs(paid_l - paid_r) < 0.5", "paid_l::INTEGER % 2 = paid_r::INTEGER % 2"),
)


def awkward(n, seed):
    """Names with marks of any length of bytes, empty texts, dates, lists and fractions."""
    names = ["ZOË", "ZOE", "SIÂN", "SIAN", "MARTHA", "MARHTA", "DWAYNE", "DUANE", "Ł", "李小龍", ""]
    towns = ["STOKE", "STROKE", "STOEK", "O'FALLON", 'A"B', "O FALLON", None]
    return [
        {
            "key": "all",
            "name": names[(number * seed) % len(names)],
            "town": towns[(number + seed) % len(towns)],
            "born": date(1980, 1 + number % 12, 1 + (number * seed) % 28),
            "past": [["A", "B"], ["B"], [], None, ["C", None]][number % 5],
            "paid": [0.1, 0.6, 1.5, None, 2.5][(number * seed) % 5],
        }
        for number in range(n)
    ]


def test_what_only_duckdb_understands_means_the_same_on_spark(both):
    types = {"past": pa.list_(pa.string())}
    engines = both({"a": awkward(60, 3), "b": awkward(50, 7)}, types=types)
    rule = Rule(("key",))
    for engine in engines:
        engine.prepare(AWKWARD, [rule])
    one, other = (engine.compare([rule]) for engine in engines)
    assert one.num_rows == 3000
    same(one, other)
    same(
        *(engine.score(engine.source_pairs[0], [rule], weights(AWKWARD, 0.0)) for engine in engines)
    )


def test_names_may_hold_quotes(both):
    records = [{'x"y`z': "1"}, {'x"y`z': "1"}, {'x"y`z': "2"}]
    comparison = alike('x"y`z', '"x""y`z_l" = "x""y`z_r"')
    engines, rule = both({"a": records}, "deduplicate"), Rule(('x"y`z',))
    for engine in engines:
        engine.prepare([comparison], [rule])
        assert engine.count_pairs(rule) == 1
    same(*(engine.compare([rule]) for engine in engines))


def test_a_condition_reaches_no_file(both, tmp_path):
    (tmp_path / "secret.csv").write_text("a\n1\n")
    sql = f"name_l = (SELECT a::VARCHAR FROM read_csv('{tmp_path}/secret.csv'))"
    (_, spark) = both({"a": awkward(4, 3)}, "deduplicate", types={"past": pa.list_(pa.string())})
    rule = Rule(("key",))
    spark.prepare([alike("name", sql)], [rule])
    with pytest.raises(Exception, match="PermissionException") as caught:
        spark.compare([rule])
    assert "secret" not in str(caught.value)


def test_a_file_is_read_whatever_its_name(session, tmp_path):
    folder = tmp_path / "a b%20 [c] {d,e} f*g"
    folder.mkdir()
    pq.write_table(pa.table({"record": [7]}), folder / "records.parquet")
    people = load(session, {"a": folder / "records.parquet"}, (), ()).everyone
    assert people.toArrow().to_pylist() == [{"source": 0, "record": 7}]


@pytest.mark.parametrize("most", [10**6, 20])
def test_pairs_of_different_people_are_those_of_duckdb(ready, most):
    rules = (Rule(("birth_year",)), Rule(("surname",)))
    counts, shares = zip(
        *(e.count_different(rules, most, seed=1) for e in ready("link")), strict=True
    )
    same(*counts)
    assert shares[0] == shares[1]
    assert (shares[0] < 1) == (most == 20)
