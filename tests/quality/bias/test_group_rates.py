import pytest

from linkage.config.group_names import CROSS
from quality.bias.gap import settled, with_clear_gaps
from quality.bias.group_rates import Settings, group_gaps, group_rates
from quality.bias.references import named_references, references
from quality.measures import GAPS, LINKED, WITH_DUPLICATE
from quality.tally import Tally


def tally(k, n, group=None, characteristic="race", measure=LINKED, **changes):
    return Tally(
        measure=measure,
        source="a",
        other="b",
        characteristic=None if group is None else characteristic,
        group=group,
        stage="decide",
        k=k,
        n=n,
        **changes,
    )


RACE = [
    tally(9_300, 10_200),
    tally(7_600, 8_000, "White"),
    tally(1_600, 2_000, "Black"),
    tally(14, 20, "NHOPI"),
    tally(86, 180, "unknown"),
]


def rates(tallies, reference=None, **changes):
    settings = Settings(**{"level": 0.95, "material_gap": 0.05} | changes)
    to = reference or {"race": "White"}
    gaps = settled(group_gaps(tallies, to, settings), 1 - settings.level)
    rows = [*with_clear_gaps(group_rates(tallies, to, settings), gaps, 1 - settings.level), *gaps]
    return {(row.measure, row.group): row for row in rows}


def test_rate_is_graded_a_with_what_it_does_not_say():
    row = rates(RACE)["link_rate", "Black"]
    assert (row.estimate, row.n_records, row.grade, row.status) == (0.8, 2_000, "A", "ok")
    assert row.lower == pytest.approx(0.7819, abs=1e-4)
    assert any("says nothing on whether they are right" in text for text in row.assumptions)
    assert any("missed or may have no partner" in text for text in row.assumptions)


def test_unknown_is_a_group_of_its_own_and_never_the_reference():
    assert rates(RACE)["link_rate", "unknown"].n_records == 180
    many_unknown = [tally(50, 100), tally(10, 30, "x"), tally(40, 70, "unknown")]
    assert references(many_unknown, {}) == {"race": "x"}


def test_gap_is_against_the_reference_and_against_everyone_else():
    found = rates(RACE)
    to_reference, to_rest = found["link_rate_gap", "Black"], found["link_rate_gap_rest", "Black"]
    assert to_reference.estimate == pytest.approx(0.8 - 0.95)
    assert to_reference.reference == "White"
    assert to_rest.estimate == pytest.approx(0.8 - 7_700 / 8_200)
    assert to_rest.reference == "everyone else"
    assert ("link_rate_gap", "White") not in found
    assert ("link_rate_gap_rest", "White") in found


def test_every_gap_of_the_run_counts_as_a_test():
    found = rates(RACE)
    gaps = [row for (measure, _), row in found.items() if measure in GAPS]
    assert len(gaps) == 7
    assert {row.n_tests for row in gaps} == {7}
    assert found["link_rate", "Black"].n_tests is None


def test_status_follows_the_width_of_the_interval():
    found = rates(RACE)
    assert found["link_rate", "NHOPI"].status == "too_few_to_tell"
    assert found["link_rate_gap_rest", "NHOPI"].finding == "lower"  # wide, and clear
    assert found["link_rate_gap_rest", "NHOPI"].status == "ok"
    assert rates(RACE, material_gap=0.4)["link_rate", "NHOPI"].status == "ok"


def test_findings_tell_lower_higher_immaterial_and_undecided():
    tallies = [
        tally(9_580, 10_040),
        tally(5_900, 6_000, "White"),
        tally(1_700, 2_000, "Black"),
        tally(1_941, 2_000, "Asian"),
        tally(39, 40, "NHOPI"),
    ]
    found = rates(tallies)
    findings = {
        group: found["link_rate_gap", group].finding for group in ("Black", "Asian", "NHOPI")
    }
    assert findings == {
        "Black": "lower",
        "Asian": "no material gap",
        "NHOPI": "not told apart",
    }
    assert found["link_rate_gap_rest", "White"].finding == "higher"


def test_a_wide_gap_that_is_clear_is_a_finding_in_every_form_and_one_that_is_not_is_none():
    for k, told in ((30, True), (47, False)):
        tallies = [tally(980 + k, 1_050), tally(980, 1_000, "White"), tally(k, 50, "Black")]
        found = rates(tallies)
        gap = found["link_rate_gap", "Black"]
        assert gap.upper - gap.lower > 0.1
        assert (gap.status, gap.finding) == (
            ("ok", "lower") if told else ("too_few_to_tell", "not told apart")
        )
        for form in ("ratio", "odds_ratio", "standardised_gap"):
            assert found[f"link_rate_{form}", "Black"].status == gap.status


@pytest.mark.parametrize(("k", "finding"), [(946, "lower"), (970, "no material gap")])
def test_no_gap_is_called_immaterial_whose_printed_interval_is_not(k, finding):
    """Of 1,000 with 946, only the interval at 90 % would lie within five points."""
    tallies = [tally(980 + k, 2_000), tally(980, 1_000, "White"), tally(k, 1_000, "Black")]
    gap = rates(tallies)["link_rate_gap", "Black"]
    assert (gap.lower > -0.05) == (finding == "no material gap")
    assert gap.finding == finding


def test_what_is_held_back_gives_no_figure_and_takes_its_gaps_along():
    tallies = [*RACE[:2], tally(None, 2_000, "Black"), *RACE[3:]]
    found = rates(tallies)
    for measure in ("link_rate", "link_rate_gap", "link_rate_gap_rest"):
        row = found[measure, "Black"]
        assert row.status == "suppressed"
        assert (row.estimate, row.lower, row.upper, row.p_adjusted) == (None,) * 4
    assert found["link_rate_gap", "NHOPI"].n_tests == 7


def test_a_reference_that_is_held_back_takes_every_gap_to_it_along():
    found = rates([RACE[0], tally(None, None, "White"), *RACE[2:]])
    assert found["link_rate_gap", "Black"].status == "suppressed"
    assert found["link_rate_gap_rest", "Black"].status == "ok"


def test_deduplication_has_a_duplicate_rate_and_no_link_rate():
    tallies = [tally(30, 100, measure=WITH_DUPLICATE), tally(30, 90, "x", measure=WITH_DUPLICATE)]
    found = rates(tallies, {"race": "x"})
    assert {measure for measure, _ in found} == {
        "duplicate_rate",
        *(
            f"duplicate_rate_{form}_rest"
            for form in ("gap", "ratio", "odds_ratio", "standardised_gap")
        ),
    }
    text = " ".join(found["duplicate_rate", None].assumptions)
    assert "a link rate does not apply within one source" in text


def test_a_group_that_is_everyone_has_no_gap_to_the_rest():
    found = rates([tally(30, 100), tally(30, 100, "White")])
    assert set(found) == {("link_rate", None), ("link_rate", "White")}


def test_reference_is_named_for_a_characteristic_or_everywhere():
    named = named_references({"race": "Black", "sex": None}, [["race", "sex"]], "M")
    assert named == {
        "race": "Black",
        "sex": "M",
        CROSS.join(("race", "sex")): CROSS.join(("Black", "M")),
    }
    assert named_references({"race": None}, [], "largest") == {}


def test_named_reference_gives_way_when_nobody_belongs_to_it():
    assert references(RACE, {"race": "Black"}) == {"race": "Black"}
    assert references(RACE, {"race": "Martian"}) == {"race": "White"}
