import numpy as np
import pyarrow as pa
import pytest

from linkage.tables import REVIEWS
from quality.review.agreement import Counts, agreement, cohen_kappa, review_errors
from quality.review.settling import settle

SCHEMA = pa.schema(list(REVIEWS.columns.items()))


def reviews(*rows):
    """Rows of (unit, kind, reviewer, decision, partner)."""
    found = []
    for unit, kind, reviewer, decision, partner in rows:
        row = dict.fromkeys(SCHEMA.names)
        row |= {"unit": unit, "unit_type": kind, "reviewer": reviewer, "decision": decision}
        row |= {"partner": partner, "partner_shown": 7 if kind == "link" else None}
        found.append(row | {"adjudicated": reviewer == "chris"})
    return pa.Table.from_pylist(found, schema=SCHEMA)


def test_kappa_of_the_published_example():
    """SAS/STAT 9.2 manual, PROC FREQ, agreement of two ratings of skin conditions."""
    found = cohen_kappa(np.array([[0, 4, 1], [0, 8, 0], [0, 1, 5]]))
    figures = [found.value, found.lower, found.upper]
    assert [round(figure, 4) for figure in figures] == [0.4842, 0.2137, 0.7547]


def test_kappa_of_a_table_worked_by_hand():
    """20 and 15 of 50 alike, .5 expected by chance: (.7 - .5) / .5."""
    assert cohen_kappa(np.array([[20, 5], [10, 15]])).value == pytest.approx(0.4)


def test_kappa_interval_covers():
    rng = np.random.default_rng(5)
    p = np.array([[0.55, 0.08], [0.05, 0.32]])
    chance = p.sum(0) @ p.sum(1)
    truth = (np.trace(p) - chance) / (1 - chance)
    drawn = rng.multinomial(200, p.ravel(), size=2000).reshape(-1, 2, 2)
    held = [found.lower <= truth <= found.upper for found in map(cohen_kappa, drawn)]
    assert 0.93 <= np.mean(held) <= 0.97


@pytest.mark.parametrize("table", [np.zeros((3, 3), int), np.diag([9, 0, 0])])
def test_kappa_is_not_defined_without_chance_of_another_verdict(table):
    assert cohen_kappa(table) is None


def test_agreement_by_type_of_unit():
    table = reviews(
        (1, "link", "anna", "match", 7), (1, "link", "ben", "match", 7),
        (2, "link", "anna", "match", 7), (2, "link", "ben", "non_match", None),
        (3, "unlinked", "anna", "match", 4), (3, "unlinked", "ben", "match", 5),
        (4, "unlinked", "anna", "non_match", None),
        (2, "link", "chris", "match", 7),
    )  # fmt: skip
    found = agreement(table, "anna", "ben")
    assert {kind: (each.n, each.n_same, each.n_other_partner) for kind, each in found.items()} == {
        "all": (3, 2, 1),
        "link": (2, 1, 0),
        "unlinked": (1, 1, 1),
    }


def test_settling():
    table = reviews(
        (1, "link", "anna", "match", 7), (1, "link", "ben", "non_match", None),
        (1, "link", "chris", "non_match", 9),
        (2, "link", "anna", "match", 7), (2, "link", "ben", "match", 7),
        (3, "unlinked", "ben", "match", 5), (3, "unlinked", "anna", "match", 4),
        (4, "unlinked", "anna", "unsure", None),
    )  # fmt: skip
    final = settle(table, "anna").to_pylist()
    assert [(row["unit"], row["decision"], row["partner"], row["settled_by"]) for row in final] == [
        (1, "non_match", 9, "adjudicated"),
        (2, "match", 7, "agreed"),
        (3, "match", 4, "first of two"),
        (4, "unsure", None, "one reviewer"),
    ]


def test_errors_of_a_single_review_are_recovered():
    """Reviewers err independently at known rates; an adjudicator who never errs settles."""
    rng = np.random.default_rng(8)
    rows = []
    for unit in range(4000):
        truth = "match" if rng.random() < 0.5 else "non_match"
        for name in ("anna", "ben"):
            right = rng.random() < (0.9 if truth == "match" else 0.97)
            said = truth if right else {"match": "non_match", "non_match": "match"}[truth]
            rows.append((unit, "link", name, said, None))
        if "non_match" in {rows[-1][3], rows[-2][3]}:
            rows.append((unit, "link", "chris", truth, None))
    table = reviews(*rows)
    found = review_errors(table, settle(table, "anna"), "anna")["link"]
    assert found.n_open == 0
    # every error called is settled; one that both overlook, .0009 of the false, cannot show
    assert found.sensitivity.k / found.sensitivity.n == pytest.approx(
        (0.9 + 0.0009) / (1 + 0.0009), abs=0.015
    )
    assert found.specificity.k / found.specificity.n == pytest.approx(0.97 / 0.9991, abs=0.015)


def test_errors_leave_out_what_is_open_or_unsure():
    table = reviews(
        (1, "link", "anna", "match", 7), (1, "link", "ben", "non_match", None),
        (2, "link", "anna", "unsure", None), (2, "link", "ben", "match", 7),
        (2, "link", "chris", "match", 7),
        (3, "link", "anna", "match", 7), (3, "link", "ben", "match", 7),
        (4, "link", "anna", "non_match", None),
    )  # fmt: skip
    found = review_errors(table, settle(table, "anna"), "anna")["link"]
    assert (found.sensitivity, found.specificity) == (Counts(1, 1), Counts(0, 0))
    assert (found.n_unsure, found.n_open) == (1, 1)
