"""The speed benchmark: its population, how it watches a process, and what it makes of figures."""

import json
import sys
from itertools import product
from math import log

import polars as pl
import pytest

from benchmarks.speed import population
from benchmarks.speed.cost import MEMORY, PEAK, TERMS, fitted, predicted, sized
from benchmarks.speed.engines import candidate_pairs, quality
from benchmarks.speed.growth import Point, drawing, points
from benchmarks.speed.heavy import compare
from benchmarks.speed.plain_splink import MODES, Mode
from benchmarks.speed.run import RESULTS
from benchmarks.speed.scale import PAGE, README, fill
from benchmarks.speed.table import bars, page
from benchmarks.speed.watched import LINKS, START, WHOLE, watch
from linkage.standardise.postcodes import uk_postcode


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    population.write(folder, 2_000)
    return folder


def test_a_seed_gives_the_same_files_again(data, tmp_path):
    population.write(tmp_path, 2_000)
    for name in ("census", "register", "truth"):
        file = f"{name}.parquet"
        assert pl.read_parquet(tmp_path / file).equals(pl.read_parquet(data / file))


def test_seven_in_ten_have_a_partner_and_its_name_mostly(data):
    census, register, truth = (
        pl.read_parquet(data / f"{name}.parquet") for name in ("census", "register", "truth")
    )
    assert len(census) == len(register) == 2_000
    assert len(truth) == 1_400
    both = truth.join(census, left_on="record_id_l", right_on="record_id").join(
        register, left_on="record_id_r", right_on="record_id"
    )
    assert (both["first_name"] == both["first_name_right"]).mean() > 0.85


def test_every_postcode_is_one_that_the_standardiser_takes(data):
    postcodes = pl.read_parquet(data / "census.parquet")["postcode"].drop_nulls().unique()
    assert len(postcodes) == 50
    assert all(uk_postcode(each).values[0] == each for each in postcodes)


def test_pairs_a_record_stay_about_the_same(data, tmp_path):
    population.write(tmp_path, 8_000)
    small, large = candidate_pairs(data) / 2_000, candidate_pairs(tmp_path) / 8_000
    assert large == pytest.approx(small, rel=0.1)


def test_candidate_pairs_are_those_that_meet_a_rule_each_once(data):
    census, register = (
        pl.read_parquet(data / f"{name}.parquet").head(200).to_dicts()
        for name in ("census", "register")
    )
    pl.DataFrame(census).write_parquet(data / "few" / "census.parquet", mkdir=True)
    pl.DataFrame(register).write_parquet(data / "few" / "register.parquet")
    rules = (("sex", "first_name"), ("postcode",))
    met = sum(
        any(all(a[c] is not None and a[c] == b[c] for c in rule) for rule in rules)
        for a, b in product(census, register)
    )
    assert candidate_pairs(data / "few", rules) == met > 0


def test_links_are_judged_against_the_truth(data, tmp_path):
    truth = pl.read_parquet(data / "truth.parquet")
    wrong = truth.head(100).with_columns(pl.col("record_id_r").shift(1))
    pl.concat([truth.tail(700), wrong]).write_parquet(tmp_path / "links.parquet")
    found = quality(tmp_path / "links.parquet", data)
    assert (found.links, found.precision, found.recall) == (800, 700 / 800, 0.5)
    assert found.f1 == pytest.approx(2 * 700 / (800 + 1400))


COMMAND = """
import json, pathlib, sys, time
def tell(event, stage):
    sys.stderr.write(json.dumps({"event": event, "stage": stage}) + "\\n")
    sys.stderr.flush()
for stage, size in (("large", 200), ("small", 1)):
    tell("stage_started", stage)
    held = bytearray(size * 1_000_000)
    start = time.process_time()
    while time.process_time() - start < 0.1:
        pass
    pathlib.Path(sys.argv[1], stage).write_bytes(held)
    del held
    time.sleep(0.3)
    tell("stage_finished", stage)
print("done")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_each_stage_has_its_own_time_memory_and_disk(tmp_path):
    seen = watch(["-c", COMMAND, str(tmp_path)], "large", [tmp_path])
    assert seen.stdout == "done\n"
    assert [each.stage for each in seen.stages] == [START, "large", LINKS, "small", WHOLE]
    of = {each.stage: each for each in seen.stages}
    assert of["large"].peak_mb > 200 > of["small"].peak_mb
    assert of[WHOLE].peak_mb == of["large"].peak_mb
    assert of["small"].wall_s >= 0.4
    assert 0.08 <= of["small"].cpu_s < 0.4
    assert seen.disk_mb[0] >= 201


def test_a_command_that_fails_stops_the_benchmark():
    with pytest.raises(SystemExit, match=r"ended with 3:\nso be it"):
        watch(["-c", "import sys; sys.stderr.write('so be it'); sys.exit(3)"], "large")


def records(n, pairs, engine="linkage"):
    """What stages would take at known costs: 1 µs a record, 2 µs a pair, 3 µs a candidate."""
    counts = {"count": pairs // 10, "score": pairs, "decide": n // 2 + pairs // 100}
    n_of = {"run": 1, "record": 2 * n, "counted pair": counts["count"], "pair": pairs}
    n_of["candidate"] = counts["decide"]
    each = {"run": 0.5, "record": 1e-6, "counted pair": 2e-6, "pair": 2e-6, "candidate": 3e-6}
    seconds = {stage: sum(each[t] * n_of[t] for t in terms) for stage, terms in TERMS.items()}
    total = sum(seconds.values())
    seconds |= {LINKS: total, WHOLE: total}
    peak = 100 + n_of["record"] * 50 / 1e6
    return [
        {"engine": engine, "n_per_side": n, "stage": stage, "wall_s": s, "cpu_s": 2 * s}
        | {"peak_mb": peak, "pairs": counts.get(stage)}
        for stage, s in seconds.items()
    ]


RUNS = [(10_000, 40_000), (100_000, 430_000), (1_000_000, 4_000_000), (1_000_000, 40_000_000)]


def test_the_cost_model_finds_the_costs_that_made_the_figures():
    runs = [sized(records(*each)) for each in RUNS]
    costs = fitted(runs)
    at = {(row["stage"], row["term"]): row for row in costs}
    assert at["score", "pair"]["wall_s"] == pytest.approx(2e-6, rel=1e-3)
    assert at["score", "pair"]["cpu_s"] == pytest.approx(4e-6, rel=1e-3)
    assert at["decide", "candidate"]["wall_s"] == pytest.approx(3e-6, rel=1e-3)
    assert at[PEAK, "record"]["bytes"] == pytest.approx(50, rel=1e-3)
    assert {row["term"] for row in costs if row["stage"] == PEAK} == set(MEMORY)
    whole = float(runs[-1].stages[WHOLE]["wall_s"])
    assert predicted(costs, runs[-1].n)["wall_s"] == pytest.approx(whole, rel=1e-3)


def test_the_page_on_scale_is_filled_and_filled_again(tmp_path):
    place = tmp_path / "scale.md"
    marks = "".join(
        f"{name}\n<!-- {name}: made -->\n<!-- end -->\n" for name in ("costs", "fit", "nation")
    )
    place.write_text(marks)
    runs = [sized(records(*each)) for each in RUNS]
    fill(fitted(runs), runs, 1e9, place)
    once = place.read_text()
    assert "| score | pair | 2.0 µs | 4.0 µs | |" in once
    assert "| 240 million |" in once
    fill(fitted(runs), runs, 1e9, place)
    assert place.read_text() == once


def test_pages_that_quote_the_bar_say_what_the_records_say():
    said = "\n".join(bars(json.loads((RESULTS / "speed.json").read_text())))
    assert said.count("÷ this") == 2
    for each in (PAGE, README, RESULTS / "speed.md"):
        assert said in each.read_text()


def test_growth_is_set_beside_n_log_n_of_the_smallest_size():
    taken = [*records(10_000, 40_000), *records(100_000, 400_000)]
    small, large = points(taken, "linkage")
    assert small.expected == pytest.approx(small.seconds)
    assert large.expected == pytest.approx(small.seconds * 10 * log(100_000) / log(10_000))
    drawn = drawing([Point(10_000, 2.0, 2.0), Point(1_000_000, 300.0, 250.0)])
    assert "Measured: 2.0 s, 300.0 s." in drawn
    assert drawn.count("<circle") == 2


def test_ratios_are_splinks_figures_over_each_row():
    def row(engine, wall, peak):
        about = {"engine": engine, "n_per_side": 1_000, "pairs": None, "cpu_s": wall}
        return [about | {"stage": s, "wall_s": wall, "peak_mb": peak} for s in (LINKS, WHOLE)]

    taken = [
        *row("splink, defaults", 80.0, 1000.0),
        *row("splink, best practice", 30.0, 600.0),
        *row("splink, tuned", 20.0, 500.0),
        *row("linkage", 10.0, 250.0),
    ]
    links = {"engine": "linkage", "n_per_side": 1_000, "links": 700}
    links |= {"precision": 0.9, "recall": 0.8, "f1": 0.847}
    text = page(taken, [links], 3)
    assert "| 1,000 | linkage | 10.0 | 10.0 | 250 | 8.00, 4.00 | 3.00, 2.40 | 2.00, 2.00 |" in text
    assert "| linkage | splink, best practice | 3.00: 3 met | 2.40: 2 met |" in text
    assert "| linkage | splink, tuned | 2.00: 3 missed | 2.00: 2 met |" in text
    assert "| 1,000 | linkage | 700 | 0.9000 | 0.8000 | 0.8470 |" in text


def test_the_bar_stands_where_the_largest_size_is_and_its_mode_is_what_it_names():
    assert MODES["best_practice"] == Mode(1e7, 1e6, em_term_frequency=True, lean=True)

    def row(engine, n, wall):
        about = {"engine": engine, "n_per_side": n, "pairs": None, "cpu_s": wall}
        return [about | {"stage": s, "wall_s": wall, "peak_mb": 1.0} for s in (LINKS, WHOLE)]

    small = [*row("splink, best practice", 10, 9.0), *row("linkage", 10, 1.0)]
    large = [*row("splink, best practice", 100, 5.0), *row("linkage", 100, 2.0)]
    text = page([*small, *large], [], 3)
    assert "The bar, at 100 a side" in text
    assert "| linkage | splink, best practice | 2.50: 3 missed | 1.00: 2 missed |" in text


def test_scored_pairs_are_compared_one_by_one(tmp_path):
    def write(name, rows):
        frame = pl.DataFrame(rows, schema=["record_l", "record_r", "match_weight"], orient="row")
        frame.write_parquet(tmp_path / name)
        return tmp_path / name

    ours = write("a", [(1, 5, 3.0), (2, 6, -4.0), (3, 7, -11.0), (4, 8, 1.0)])
    theirs = write("b", [(1, 5, 3.25), (2, 6, -4.0), (9, 9, 0.0)])
    found = compare(ours, theirs, -10.0)
    assert (found.both, found.only_ours, found.only_splink) == (2, 1, 1)
    assert found.difference == 0.25
