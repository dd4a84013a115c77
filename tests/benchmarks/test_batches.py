"""What batches cost and how near they come to a full re-link: the figures that were committed."""

import json

from benchmarks.batches.large import RESULTS
from benchmarks.batches.waves import WAVES

LARGE, ROWS = (
    json.loads((RESULTS / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("large", "waves")
)


def test_one_per_cent_more_costs_a_small_share_of_a_full_run():
    assert LARGE["records_a_side"] == 10_000_000
    assert LARGE["cpu_share"] <= 0.05
    assert LARGE["wall_share"] <= 0.15


def test_waves_give_the_links_of_a_full_re_link():
    assert len(ROWS) == WAVES + 1
    assert all(row["both_over_either"] >= 0.999 and row["of_its_own"] >= 0.99 for row in ROWS)
    assert all(row["changed_without_event"] == 0 for row in ROWS)
