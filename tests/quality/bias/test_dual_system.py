import numpy as np
import pytest

from quality.bias.dual_system import (
    chapman,
    matches_by_chance,
    people_by_chance,
    true_matches,
)


@pytest.mark.parametrize(
    ("first", "second", "matches"), [(200, 100, 50), (5_000, 4_000, 3_500), (1e6, 9e5, 8.9e5)]
)
def test_drawn_matches_vary_as_those_of_two_lists_of_these_sizes(first, second, matches):
    drawn = matches_by_chance(first, second, np.full(200_000, matches), np.random.default_rng(1))
    expected = matches * (first - matches) * (second - matches) / (first * second)
    assert drawn.mean() == pytest.approx(matches, rel=1e-3)
    assert drawn.var() == pytest.approx(expected, rel=0.02)
    people = people_by_chance(first, second, np.full(200_000, matches), np.random.default_rng(1))
    sekar_deming = first * second * (first - matches) * (second - matches) / matches**3
    assert people.std() == pytest.approx(sekar_deming**0.5, rel=0.03)


def test_drawn_matches_never_exceed_the_smaller_list_and_never_are_certain():
    drawn = matches_by_chance(100, 80, np.full(1_000, 95.0), np.random.default_rng(1))
    assert drawn.max() <= 80
    assert drawn.std() > 0
    same = matches_by_chance(50, 50, np.full(1_000, 50.0), np.random.default_rng(1))
    assert same.max() <= 50
    assert same.mean() > 49


def interval(first, second, links, rates, random):
    drawn = people_by_chance(first, second, links * rates[0] / rates[1], random)
    return np.quantile(drawn, [0.025, 0.975])


@pytest.mark.parametrize("coverage", [(0.9, 0.8), (0.97, 0.95), (0.5, 0.3)])
def test_intervals_hold_the_number_of_people_where_links_err(coverage):
    """400 populations with missed matches and false links, each reviewed anew."""
    random = np.random.default_rng(5)
    people, repeats, held, naive, errors = 4_000, 400, 0, 0, []
    for _ in range(repeats):
        on = random.random((2, people)) < np.array(coverage)[:, None]
        first, second = on.sum(axis=1)
        matches = int((on[0] & on[1]).sum())
        right = random.binomial(matches, 0.92)
        links = right + random.binomial(first - matches, 0.08)
        seen = random.binomial(300, right / links), random.binomial(300, right / matches)
        rates = [random.beta(k + 0.5, 300 - k + 0.5, 1_000) for k in seen]
        lower, upper = interval(first, second, links, rates, random)
        held += lower <= people <= upper
        low, high = interval(first, second, links, (np.ones(1_000), np.ones(1_000)), random)
        naive += low <= people <= high
        value = true_matches(links, seen[0] / 300, seen[1] / 300)
        errors.append(chapman(first, second, value) / people - 1)
    assert held / repeats >= 0.95 - 3 * (0.05 * 0.95 / repeats) ** 0.5
    assert naive < held
    assert abs(np.mean(errors)) < 3 * np.std(errors) / repeats**0.5 + 0.001
