"""Margins audited from the published counts alone, against every world that fits them."""

from itertools import product

import pytest

from quality.release.checked_margins import told

NAMES = ("measure", "source", "other", "variable", "stage", "characteristic", "group", "n", "k")


def row(group, n, k, status="ok", measure="linked"):
    where = ("sex", group) if group else ("", "")
    return dict(zip(NAMES, (measure, "a", "b", "", "", *where, n, k), strict=True)) | {
        "status": status
    }


def hidden(group, n="", measure="linked"):
    return row(group, n, "", "suppressed", measure)


@pytest.mark.parametrize(
    ("groups", "tells"),
    [
        ([row("f", "100", "50"), hidden("m", "100")], True),  # 60 - 50: 6 to 14
        ([row("f", "100", "40"), hidden("m", "100")], False),  # 16 to 24: large, whoever knows it
        ([row("f", "100", "40"), hidden("m"), hidden("x")], False),
        ([row("f", "100", "60"), hidden("m"), hidden("x")], True),  # both under 10
        ([row("f", "100", "20"), row("m", "100", "40")], False),  # nothing is held back
        ([row("f", "300", "90"), hidden("m")], False),  # more than all: groups that overlap
        ([*(row(each, "20", "5") for each in "bcdfghjklm"), hidden("x")], False),  # 0 to 32
    ],
)
def test_a_lone_count_in_a_margin_is_told_where_the_range_is_narrow(groups, tells):
    found = list(told([row("", "205", "60"), *groups], threshold=10, rounding=5))
    assert any(": k of a group" in each for each in found) == tells


def test_the_rest_is_a_count_too():
    counts = [row("", "200", "100"), row("f", "100", "10"), hidden("m", "100")]
    assert "linked by sex: n - k of a group can be worked out" not in [*told(counts, 10, 5)]
    counts = [row("", "200", "100"), row("f", "150", "45"), hidden("m", "50")]
    assert "linked by sex: n - k of a group can be worked out" in [*told(counts, 10, 5)]


def test_records_as_such_have_no_rest():
    counts = [row("", "200", "200", measure="records"), row("f", "100", "100", measure="records")]
    assert [*told([*counts, hidden("m", measure="records")], 10, 5)] == []


@pytest.mark.parametrize("base", [3, 4, 5])
def test_what_it_says_is_so_in_every_world_that_fits(base):
    """One group hidden, one shown: count the worlds instead of the formula."""

    def rounded(count):
        return base * ((2 * count + base) // (2 * base))

    for total, shown in product(range(0, 31, base), repeat=2):
        fits = [
            x
            for x in range(45)
            for f in range(45)
            if (rounded(f), rounded(f + x)) == (shown, total)
        ]
        tells = bool(fits) and min(fits) < 10 and max(fits) - min(fits) < 10
        counts = [row("", "", str(total)), row("f", "", str(shown)), hidden("m")]
        assert any(": k of" in each for each in told(counts, 10, base)) == tells
