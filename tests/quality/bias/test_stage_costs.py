import numpy as np
import pytest

from quality import measures
from quality.bias.stage_costs import stage_costs
from quality.drawn import Drawn
from quality.estimate import to_table
from quality.tally import TALLIES, Tally
from quality.tally import to_table as tallies_to_table

LINKED = {None: 1_000, "big": 800, "small": 200}
RATES = {  # precision, recall, and what blocking, the threshold and assignment lost
    None: (0.96, 0.884, 0.046, 0.05, 0.02),
    "big": (0.98, 0.93, 0.02, 0.03, 0.02),
    "small": (0.9, 0.7, 0.15, 0.13, 0.02),
}
NAMES = (measures.PRECISION, measures.RECALL, *measures.LOSSES)


def drawn_around(rates, spread, seed):
    """Draws whose losses add up to what recall lacks, as those of a review do."""
    rng = np.random.default_rng(seed)
    losses = [np.clip(rng.normal(value, spread, 2_000), 1e-6, 1) for value in rates[2:]]
    precision = np.clip(rng.normal(rates[0], spread, 2_000), 0.01, 1)
    return dict(zip(NAMES, (precision, 1 - sum(losses), *losses), strict=True))


@pytest.fixture
def found(made_run, rate):
    def make(spread=0.005, rates=RATES):
        run = made_run(groups={"race": {"source": "a", "column": "r"}})
        run.source("a", [{"id": "a0", "group_race": "big"}]).source("b", [{"id": "b0"}])
        rows, values, tallies = [], {}, []
        for at, (group, each) in enumerate(rates.items()):
            characteristic = None if group is None else "race"
            for measure, value in zip(NAMES, each, strict=True):
                rows.append(
                    rate(
                        measure,
                        characteristic=characteristic,
                        group=group,
                        estimate=value,
                        lower=max(value - 1.96 * spread, 0.0),
                        upper=min(value + 1.96 * spread, 1.0),
                        n_records=2 * LINKED[group],
                    )
                )
            for measure, values_of in drawn_around(each, spread, at).items():
                values[measure, "b", characteristic, group] = values_of
            k, n = LINKED[group], 2 * LINKED[group]
            place = {"source": "a", "other": "b", "characteristic": characteristic, "group": group}
            tallies.append(Tally(measure=measures.LINKED, k=k, n=n, **place))
        run.workspace.write("error_rates", to_table(rows))
        run.workspace.write(TALLIES.name, tallies_to_table(tallies))
        made = list(stage_costs(run.workspace, run.config, Drawn(measures.REVIEW, values)))
        return {(row.measure, row.group, row.stage): row for row in made}

    return make


def test_the_stages_add_up_to_the_gap_in_recall(found):
    rows = found()
    gaps = [rows[each, "small", at] for each, at in zip(measures.STAGE_GAPS, STAGES, strict=True)]
    assert [row.estimate for row in gaps] == pytest.approx([0.13, 0.1, 0.0])
    assert sum(row.estimate for row in gaps) == pytest.approx(0.93 - 0.7)
    assert all(row.lower < row.estimate < row.upper for row in gaps)
    assert {row.reference for row in gaps} == {"big"}
    shares = [rows[measures.RECALL_GAP_SHARE, "small", stage] for stage in STAGES]
    assert [row.estimate for row in shares] == pytest.approx([0.13 / 0.23, 0.1 / 0.23, 0.0])
    assert sum(row.estimate for row in shares) == pytest.approx(1)
    # by linearisation: the share of a sum of three, each known to 0.005 * sqrt(2)
    p = 0.13 / 0.23
    error = 0.005 * np.sqrt(2) / 0.23 * np.sqrt((1 - p) ** 2 + 2 * p**2)
    assert shares[0].lower == pytest.approx(p - 1.96 * error, abs=0.01)
    assert shares[0].upper == pytest.approx(p + 1.96 * error, abs=0.01)


STAGES = tuple(measures.LOST_AT.values())


def test_the_main_stage_is_named_where_it_is_sure(found):
    rows = found()
    big, small = (rows[measures.MAIN_LOSS, group, "decide"] for group in ("big", "small"))
    assert (big.estimate, big.finding) == (0.03, "perhaps threshold")
    assert (small.estimate, small.finding) == (0.15, "blocking")
    assert rows[measures.MAIN_LOSS, None, "decide"].grade == "A"


def test_a_stage_at_which_nobody_was_seen_to_be_lost_keeps_its_width(found):
    none = {**RATES, "small": (0.9, 0.85, 0.15, 0.0, 0.0), "big": (0.98, 1.0, 0.0, 0.0, 0.0)}
    rows = found(rates=none)
    assert rows[measures.MAIN_LOSS, "big", "decide"].finding == measures.NOTHING_LOST
    row = rows[measures.ASSIGNMENT_LOSS_GAP, "small", "assignment"]
    assert (row.estimate, row.lower, row.upper) == pytest.approx((0.0, -0.0098, 0.0098))


def test_everyone_else_is_weighted_by_their_matches(found):
    three = {**RATES, "third": (0.9, 0.9, 0.1, 0.0, 0.0)}
    LINKED["third"] = 100
    rows = found(rates=three)
    matches = {name: LINKED[name] * three[name][0] / three[name][1] for name in ("big", "third")}
    rest = (matches["big"] * 0.02 + matches["third"] * 0.1) / sum(matches.values())
    row = rows[measures.BLOCKING_LOSS_GAP_REST, "small", "blocking"]
    assert row.estimate == pytest.approx(0.15 - rest)
    assert row.reference == measures.EVERYONE_ELSE
    assert row.lower < row.estimate < row.upper


def test_no_share_of_a_gap_that_may_not_be_there(found):
    alike = {None: RATES["big"], "big": RATES["big"], "small": (0.98, 0.91, 0.03, 0.04, 0.02)}
    rows = found(spread=0.02, rates=alike)
    share = rows[measures.RECALL_GAP_SHARE, "small", "blocking"]
    assert (share.estimate, share.lower, share.status) == (None, None, "too_few_to_tell")
    assert rows[measures.BLOCKING_LOSS_GAP, "small", "blocking"].lower < 0


def test_nothing_measured_is_said_by_name(made_run):
    run = made_run()
    run.source("a", []).source("b", [])
    (row,) = stage_costs(run.workspace, run.config, Drawn())
    assert (row.measure, row.status, row.grade) == (measures.MAIN_LOSS, "not_identified", "E")
    assert any("review" in text for text in row.assumptions)
