"""The section on analyses: every method beside the naive one, what was refused said in words."""

from dataclasses import replace

import pytest

from linkage.config.schema import Config
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of
from quality.report.lookup import Lookup
from quality.report.sections.corrections import corrections_section, figure

SOURCE = {"path": "x.csv", "id": "id", "columns": {"surname": "s"}}
CONFIG = Config.model_validate(
    {
        "name": "made",
        "sources": {"a": SOURCE, "b": SOURCE},
        "groups": {"sex": {"source": "a", "column": "sex", "standard": "sex"}},
        "analyses": [
            {
                "name": "pay",
                "kind": "mean",
                "by": "sex",
                "outcome": {"source": "b", "column": "weekly_pay"},
            }
        ],
    }
)


def row(method, group, value, **said):
    return replace(
        Estimate(
            measure=measures.ANALYSIS_ESTIMATE,
            method=method,
            source="a",
            other="b",
            characteristic="sex" if group else None,
            group=group,
            variable="pay",
            estimate=value,
            lower=value - 1,
            upper=value + 1,
            level=0.95,
            grade=grade_of(method),
            n_records=100,
            status="ok",
            assumptions=(f"what {method} assumes",),
        ),
        **said,
    )


def rows():
    methods = (measures.FALSE_LINK_CORRECTED, measures.NAIVE)
    found = [row(m, g, 500.0 + k) for m in methods for k, g in enumerate(("Male", "Female", None))]
    shift = row(methods[0], "Female", -2.25, measure=measures.ANALYSIS_SHIFT)
    return [*found, shift]


def texts(table):
    return [[cell.text for cell in each] for each in table.rows]


def test_methods_stand_beside_each_other_groups_in_their_order():
    section = corrections_section(Lookup(CONFIG, tuple(rows())))
    (table,) = [part.table for part in section.parts if part.table is not None]
    shown = [(each[0], each[1]) for each in texts(table)]
    naive_first = ("Naive", "Corrected for false links")
    assert shown == [(g, m) for g in ("All records", "Female", "Male") for m in naive_first]
    female = texts(table)[3]
    assert female[2:6] == ["501", "500", "502", "\N{MINUS SIGN}2.25"]
    bullets = [text for part in section.parts for text in part.bullets]
    assert bullets[0] == "Naive: what naive assumes."


def test_a_refusal_and_what_is_held_back_are_said_in_words():
    refused = row(
        measures.NO_METHOD,
        None,
        0.0,
        variable=f"pay: {measures.FALSE_LINK_CORRECTED}",
        status="not_identified",
        estimate=None,
        assumptions=("nothing was measured",),
    )
    held = [replace(each, status="suppressed", estimate=None) for each in rows()]
    section = corrections_section(Lookup(CONFIG, (*held, refused)))
    words = " ".join(text for part in section.parts for text in part.paragraphs)
    assert all(part.table is None for part in section.parts)
    assert "Suppressed [c]" in words
    assert "Corrected for false links: not identified by the data. Nothing was measured." in words


def test_without_analyses_and_weights_the_section_says_so():
    section = corrections_section(Lookup(CONFIG, ()))
    assert "No analysis was named" in section.parts[0].paragraphs[0]


@pytest.mark.parametrize(
    ("value", "text"), [(-21928.2, "\N{MINUS SIGN}21,928.2"), (0.00012, "0.00012"), (0.0, "0")]
)
def test_figures_of_any_unit_are_written_without_an_exponent(value, text):
    assert figure(value).text == text
