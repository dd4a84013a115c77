"""How each measure is made safe before it leaves: every one has a rule, or does not leave.

Page docs/reference/released-measures.md is written from here.
"""

from dataclasses import dataclass

from quality import measures
from quality.measures import GAP, ODDS_RATIO, RATIO, STANDARDISED_GAP, comparison


@dataclass(frozen=True)
class Rule:
    """What is done to measures, in words, and to which."""

    words: str
    measures: frozenset[str]


def _compared(*of: str) -> frozenset[str]:
    forms = (GAP, RATIO, ODDS_RATIO, STANDARDISED_GAP)
    return frozenset(
        comparison(each, form, rest=rest) for each in of for form in forms for rest in (False, True)
    )


_COUNTED = (
    measures.LINK_RATE,
    measures.LINK_RATE_FINDABLE,
    measures.DUPLICATE_RATE,
    measures.MISSING_AN_IDENTIFIER,
)
_MEASURED = (
    measures.PRECISION,
    measures.RECALL,
    measures.MISSED_MATCH_RATE,
    measures.COVERAGE,
    measures.BLOCKING_RECALL,
)

RULES: tuple[Rule, ...] = (
    Rule(
        "Counts of people that passed the threshold, secondary suppression and the audit, rounded.",
        frozenset((*measures.FLOW, measures.LINKED_AT)),
    ),
    Rule(
        "Made again from counts that passed, after these were rounded; held back where one was.",
        frozenset(
            {
                *_COUNTED,
                *_compared(*_COUNTED),
                *measures.MISSING_MEASURES,
                measures.MISSING_PATTERN,
                measures.LINK_PATTERN,
                measures.VALUE_THROUGH_LINK,
                measures.LINK_RATE_AT,
            }
        ),
    ),
    Rule(
        "Estimates from a sample: shown where the group's number of records is, and where as many "
        "were reviewed as the threshold asks, to three decimals, limits rounded outwards; never a "
        "count of errors. Known of every record, in bands of as many people as the threshold or "
        "more; "
        "coverage then goes with the count of links. "
        "Models say of a group a range, and no figure.",
        frozenset(
            {
                *measures.ERROR_RATES,
                *measures.LOSSES,
                *_MEASURED,
                *_compared(*_MEASURED),
                *measures.LINK_RATE_PARTS,
                *measures.STAGE_COSTS,
                *measures.FIELD_COSTS,
                *measures.ADJUSTED_DIFFERENCES[1:],
                *(name for rate, name in measures.IN_CELL.items() if rate != measures.LINK_RATE),
                *(name for rate, name in measures.EXCESS.items() if rate != measures.LINK_RATE),
                *measures.BETWEEN_CELLS.values(),
                measures.DETECTABLE_GAP,
                measures.PRECISION_COMMON,
                measures.RECALL_COMMON,
                measures.UNCERTAIN_LINKS,
                measures.POPULATION_COVERAGE,
            }
        ),
    ),
    Rule(
        "Made of how many records of a group were linked: held back where that count is, its own "
        "or that of the group it is compared with; rounded to what a rounded count supports.",
        measures.OF_LINKED - frozenset(measures.REPRESENTATIVITY) - {measures.EFFECTIVE_SIZE},
    ),
    Rule(
        "Held back where a part of it was held back, or would tell one; rounded to what rounded "
        "counts of the group and of the source support.",
        frozenset(measures.REPRESENTATIVITY),
    ),
    Rule(
        "Numbers of people: under the threshold held back, else rounded to the base.",
        measures.OF_PEOPLE,
    ),
    Rule(
        "Held back where a count that it rests on was; rounded to what rounded counts support.",
        frozenset(
            {
                *measures.OF_STAGES,
                measures.MISSING_AME,
                measures.INFLUX,
                measures.OUTFLUX,
                measures.CRAMERS_V,
            }
        ),
    ),
    Rule(
        "A share of all records: held back where it, or what is left of it, is of fewer people "
        "than the threshold; rounded to what a rounded count supports.",
        frozenset({measures.MONOTONE_PATTERN, measures.WEIGHT_TRIMMED_SHARE}),
    ),
    Rule(
        "Held back where few people are behind it: means by the counts of those with the outcome "
        "and without, and with sums over groups and analyses of one outcome; amounts by dominance "
        "(two people hold more than 90 %, or the second could place the first within 10 %); "
        "coefficients without 10 degrees of freedom left, or of a combination of few. Rounded to a "
        "hundredth of the interval.",
        frozenset(measures.ANALYSES),
    ),
    Rule(
        "Held back where the mean of the complete cases is: of a share by the counts of both, of "
        "amounts by dominance; with a group goes the mean of all. Rounded to what a rounded count "
        "supports, amounts to a hundredth of the interval.",
        frozenset(measures.IMPUTATION),
    ),
    Rule(
        "Shown to steps of as many people as the threshold; held back where it, or what is left of "
        "it, is of fewer.",
        frozenset(measures.DISAGREEMENT),
    ),
    Rule(
        "Of all records alone: means and sums of the model's probabilities, to three decimals.",
        frozenset({measures.PRECISION_AT, measures.RECALL_IN_BLOCKS_AT}),
    ),
    Rule(
        "Made of released figures alone, of this run and of earlier releases.",
        frozenset((*measures.CHANGES, *measures.EARLIER.values())),
    ),
)


def rule_of(measure: str) -> Rule | None:
    """Return the rule of a measure; None where it has none and must not leave."""
    return next((each for each in RULES if measure in each.measures), None)


def page() -> str:
    """Return the page on what is done to which measure, as Markdown."""
    lines = ["| What is done | Measures |", "|---|---|"]
    for rule in RULES:
        names = ", ".join(f"`{each}`" for each in sorted(rule.measures))
        lines.append(f"| {rule.words} | {names} |")
    return "\n".join(lines) + "\n"
