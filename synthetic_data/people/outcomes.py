"""What statistics are made of: income, a health condition, an exam, by characteristics and home."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from synthetic_data.arrays import Codes, Floats, Whole
from synthetic_data.characteristic_fits import ADULT
from synthetic_data.people.figures import table
from synthetic_data.people.vocabulary import NAMES

_MIDDLE = 4.5
"""The middle of the codes of the deciles."""


def draw_outcomes(
    codes: Mapping[str, Codes], ages: Whole, household: Whole, rng: np.random.Generator
) -> dict[str, Floats]:
    """Return the outcomes on the day, by name.

    All begin with the same sum x: a constant, effects of sex, ethnic group and disability, an
    effect of each decile of deprivation, and one of the household, normal with mean 0.

    income
        exp(x + b (age - peak)^2 + e), e normal, in pounds a year; NaN before 16.
    long_term_condition
        1 with the chance 1 / (1 + exp(-(x + b (age - peak)))), else 0; NaN before birth.
    exam_score
        x + e, e normal, from 0 to 100 and rounded; NaN but from 16 to 18.
    """
    written = table("outcomes")
    home = rng.standard_normal(int(household.max(initial=-1)) + 1)[household]
    person = rng.standard_normal((2, len(ages)))
    income = written["income"]
    log_income = _sum(income, codes, home) + income["person"] * person[0]
    log_income += income["age"]["bend"] * (ages - income["age"]["peak"]) ** 2
    condition = written["long_term_condition"]
    odds = _sum(condition, codes, home)
    odds += condition["age"]["slope"] * (ages - condition["age"]["peak"])
    has = rng.random(len(ages)) < 1 / (1 + np.exp(-odds))
    exam = written["exam_score"]
    score = np.rint(_sum(exam, codes, home) + exam["person"] * person[1])
    first, last = exam["ages"]
    sits = (ages >= first) & (ages <= last)
    return {
        "income": np.where(ages >= ADULT, np.rint(np.exp(log_income)), np.nan),
        "long_term_condition": np.where(ages >= 0, has, np.nan),
        "exam_score": np.where(sits, np.clip(score, 0, 100), np.nan),
    }


def _sum(written: Mapping[str, Any], codes: Mapping[str, Codes], home: Floats) -> Floats:
    """Return the part that all outcomes have in common."""
    decile = np.where(codes["deprivation"] < 0, _MIDDLE, codes["deprivation"])
    found = written["constant"] + written["deprivation"] * (decile - _MIDDLE)
    for name in ("sex", "ethnicity", "disability"):
        effects = np.asarray([written[name].get(code, 0.0) for code in NAMES[name]])
        found = found + effects[codes[name]]
    return np.asarray(found + written["household"] * home, dtype=np.float64)
