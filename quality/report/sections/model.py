"""The model: m and u probabilities with match weights, the household class, blocking rules."""

import re
from collections.abc import Iterator, Sequence

from quality.report.figures.m_u import LevelRow, m_u_plot
from quality.report.inputs import Bounds, Level, ModelComparison, Rule, Training, Uncertainty
from quality.report.numbers import NOT_AVAILABLE, Cell, pairs, percent, probability, weight, words
from quality.report.page import Column, Fact, Part, Section, Table
from quality.report.wording import GRADES, listed, plain, title

_MEANING = (
    "m is how often a level of agreement is seen when two records are of one person, u how often "
    "when they are not. The match weight of a level is log2 of m over u; the weights of all "
    "comparisons add up. On the logarithmic scale below, the further m lies to the right of u, "
    "the more the level speaks for a match; to the left, against."
)
_HOUSEHOLD = (
    "Pairs that are not matches are of two classes: strangers, and people of one household, who "
    "agree on address and surname without being one person. The household class takes this share "
    "of the candidate pairs that are no match; without it, family members would look like "
    "matches."
)


def model_section(training: Training, uncertainty: Uncertainty) -> Section:
    """Return the parameters of the model."""
    if not training.comparisons:
        text = "No model was trained in this run."
        return Section("model", "How agreement is weighed", (Part(paragraphs=(text,)),))
    name = "m and u probabilities of every comparison level"
    paragraphs = (_MEANING, _HOUSEHOLD) if training.household_share else (_MEANING,)
    plotted = [(title(each.name), [*_rows(each)]) for each in training.comparisons]
    parts = (
        Part(paragraphs=paragraphs, facts=tuple(_shares(training))),
        Part(
            figure=m_u_plot("m-u-plot", name, plotted),
            table=_level_table(name, training, uncertainty),
        ),
    )
    return Section("model", "How agreement is weighed", parts)


def _shares(training: Training) -> Iterator[Fact]:
    if training.prior is not None:
        label = "Prior: probability that two random records match"
        yield Fact("prior", label, probability(training.prior))
    if training.household_share:
        label = "Household class: share of the pairs that are no match"
        yield Fact("household_share", label, percent(training.household_share))


def _rows(comparison: ModelComparison) -> Iterator[LevelRow]:
    for level in comparison.levels:
        if level.missing:
            yield LevelRow(level.label, None, None, "0.0")
        else:
            yield LevelRow(level.label, level.m, level.u, _weight(level).text)


def _weight(level: Level) -> Cell:
    if level.missing:
        return weight(0.0)
    return NOT_AVAILABLE if level.weight is None else weight(level.weight)


def _level_table(name: str, training: Training, uncertainty: Uncertainty) -> Table:
    return Table(
        id="m-u",
        caption=f"{name}, with match weights",
        detail=f"Grade {GRADES['C']}. {_bounds_words(uncertainty)}",
        columns=(
            Column("comparison", "Comparison"),
            Column("level", "Level"),
            Column("m", "m", numeric=True),
            Column("m_limits", "Limits of m"),
            Column("u", "u", numeric=True),
            Column("u_limits", "Limits of u"),
            Column("match_weight", "Match weight", numeric=True),
            Column("lower", "Lower limit", numeric=True),
            Column("upper", "Upper limit", numeric=True),
        ),
        rows=tuple(
            _level_row(comparison, level, uncertainty.bounds.get((comparison.name, level.label)))
            for comparison in training.comparisons
            for level in comparison.levels
        ),
        notes=(
            "A level for missing values carries no evidence: its weight is 0 by definition. "
            "Weights of values that are rare or common are adjusted pair by pair where term "
            "frequency is on.",
        ),
        headers=2,
    )


def _level_row(
    comparison: ModelComparison, level: Level, bounds: Bounds | None
) -> tuple[Cell, ...]:
    m, u = (
        NOT_AVAILABLE if p is None or level.missing else probability(p) for p in (level.m, level.u)
    )
    of_m = of_u = lower = upper = NOT_AVAILABLE
    if bounds is not None and not level.missing:
        of_m, of_u = (_between(limits) for limits in (bounds.m, bounds.u))
        lower, upper = (weight(limit) for limit in bounds.weight)
    return (
        words(title(comparison.name)),
        words(level.label),
        *(m, of_m, u, of_u),
        *(_weight(level), lower, upper),
    )


def _between(limits: tuple[float, float]) -> Cell:
    lower, upper = (probability(limit).text for limit in limits)
    return words(f"{lower} to {upper}")


def _bounds_words(uncertainty: Uncertainty) -> str:
    if not uncertainty.bounds or uncertainty.level is None:
        return "No interval was computed for these parameters."
    return (
        f"{uncertainty.level:.0%} limits: how far m, u and the weight could move in other "
        "records of the same kind, if the model is right. They cover no mistake of the model."
    )


_NONE_SEEN = words("none seen among the pairs that the model is surest of")


def blocking_section(rules: Sequence[Rule], loss: float | None, threshold: int) -> Section:
    """Return the blocking rules with the pairs that each gave."""
    heading = "Which pairs were compared"
    if not rules:
        return Section("blocking", heading, (Part(paragraphs=("No blocking rule was used.",)),))

    def _pairs(n: int) -> Cell:
        return words(f"fewer than {threshold}") if n < threshold else pairs(n)

    text = (
        "Only pairs that meet a blocking rule were compared. A match that meets none of them is "
        "missed whatever the model says; what is known of how many stands under How wrong the "
        "links are."
    )
    table = Table(
        id="blocking-rules",
        caption="Pairs that each blocking rule gave",
        detail="These are counts of pairs to three significant figures: they have no interval.",
        columns=(
            Column("rule", "Rule: both records agree on"),
            Column("pairs", "Pairs that meet it", numeric=True),
            Column("new_pairs", "of these, met by no rule above", numeric=True),
        ),
        rows=tuple(
            (words(_rule_words(rule.name)), _pairs(rule.pairs), _pairs(rule.new_pairs))
            for rule in rules
        ),
    )
    least = (
        "Matches that no rule brings together: at least, by the overlap of rules alone (C: model "
    )
    "only, no interval; what a review found stands in chapter 2)"
    facts = () if loss is None else (Fact("loss", least, percent(loss) if loss else _NONE_SEEN),)
    return Section("blocking", heading, (Part(paragraphs=(text,), facts=facts, table=table),))


def _rule_words(name: str) -> str:
    columns = [column.strip().removesuffix("_text") for column in re.split(r" \+ |,", name)]
    return title(listed([*map(plain, columns)]))
