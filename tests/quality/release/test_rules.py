"""No measure leaves without a rule that makes it safe."""

from collections import Counter

from linkage.config.schema import Disclosure
from quality import measures
from quality.estimate import Estimate
from quality.release.control import controlled
from quality.release.error_rates import released_error_rates
from quality.release.files import TABLES
from quality.release.rules import RULES, rule_of
from quality.tally import Tally


def test_every_measure_of_a_table_has_one_rule():
    shown = {measure for of_table, _ in TABLES.values() for measure in of_table}
    ruled = Counter(measure for rule in RULES for measure in rule.measures)
    assert shown - ruled.keys() == set()
    assert {measure: n for measure, n in ruled.items() if n > 1} == {}


def test_every_name_of_a_measure_has_a_rule_or_is_no_measure():
    """A new name in quality/measures is a measure, with a rule, or is listed here."""
    named = {
        value
        for module in ("accuracy", "comparisons", "counts", "linked", "missing", "models")
        for name, value in vars(getattr(measures, module)).items()
        if name.isupper() and isinstance(value, str)
    }
    no_measures = {
        *("gap", "ratio", "odds_ratio", "standardised_gap"),  # forms of a comparison
        *("from_coverage", "from_recall", "from_false_links"),  # parts of a name
        *("sure_links", "own_word"),  # what stage says
        *("observed_from_link", "not_linked_undetermined", "asked", "answered"),
        *("covered", "blocked", "linked_at_all"),
        *("findable", "linked_findable", "with_missing"),  # counted, and shown as rates
    }
    assert {name for name in named - no_measures if rule_of(name) is None} == set()


def test_a_measure_without_a_rule_does_not_leave():
    records = Tally(measure=measures.RECORDS, source="a", stage=measures.INGEST, k=500, n=500)
    row = Estimate(
        measure="new", method=measures.WILSON, source="a", estimate=0.5, grade="A", status="ok"
    )
    rules = Disclosure(threshold=10, rounding=5)
    (found,) = released_error_rates([row], controlled([records], [], rules), rules)
    assert (found.status, found.estimate) == ("suppressed", None)


def rows(measure, estimate, n, **changes):
    return Estimate(
        **{
            "measure": measure,
            "method": measures.FLUX,
            "source": "a",
            "estimate": estimate,
            "n_records": n,
            "grade": "A",
            "status": "ok",
            **changes,
        }
    )


def released(made, groups=()):
    tallies = [Tally(measure=measures.RECORDS, source="a", stage=measures.INGEST, k=2000, n=2000)]
    tallies += [
        Tally(
            measure=measures.RECORDS, source="a", stage=measures.INGEST, k=n, n=n,
            characteristic="sex", group=group,
        )
        for group, n in groups
    ]  # fmt: skip
    rules = Disclosure(threshold=10, rounding=5)
    return list(released_error_rates(made, tallies, rules))


def test_a_share_of_few_people_does_not_leave():
    few, most, some = released(
        rows(measures.MONOTONE_PATTERN, share, 2000) for share in (0.004, 0.996, 0.5)
    )
    assert [few.status, most.status, some.status] == ["suppressed", "suppressed", "ok"]


def test_a_mean_with_missing_values_filled_in_goes_with_its_complete_cases():
    mean = {"variable": "income", "characteristic": "sex"}
    of = [
        rows(measures.IMPUTED_MEAN, 20.0, 900, method=method, group=group, n_effective=n, **mean)
        for group, n in (("F", 0.0), ("M", 900.0))
        for method in (measures.COMPLETE_CASE, measures.IMPUTED)
    ]
    everyone = rows(measures.IMPUTED_MEAN, 20.0, 2000, method=measures.IMPUTED, variable="income")
    found = released([*of, everyone], [("F", 900), ("M", 1100)])
    assert [row.status for row in found] == ["suppressed", "suppressed", "ok", "ok", "suppressed"]
