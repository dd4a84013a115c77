"""Comparisons that agree together more often than the model allows, and what to do about it."""

from collections.abc import Iterator, Sequence

from quality.errors.dependence import NOTABLE, Dependence
from quality.report.numbers import MINUS, Cell, words
from quality.report.page import Column, Part, Table
from quality.report.wording import GRADES, plain, sentence, title

_MEANING = (
    "Match weights add up because comparisons are taken to be independent of each other. Where two "
    "of them go together, one piece of evidence counts twice and probabilities are too sure."
)


def dependence_part(found: Sequence[Dependence] | None) -> Iterator[Part]:
    """Yield the pairs of comparisons that want a remedy; nothing where none was looked at."""
    if not found:
        return
    notable = [each for each in found if each.remedy is not None]
    if notable:
        yield Part(
            heading="Comparisons that go together", paragraphs=(_MEANING,), table=_table(notable)
        )
        return
    none = (
        f"No two comparisons of this model do: in no pair is the correlation of agreeing {NOTABLE} "
        "or more above what the model expects."
    )
    yield Part(heading="Comparisons that go together", paragraphs=(_MEANING, none))


def _table(notable: Sequence[Dependence]) -> Table:
    return Table(
        id="dependence",
        caption="Pairs of comparisons that go together beyond what the model expects",
        detail="The excess is observed less expected correlation of agreeing; no interval was "
        "computed.",
        columns=(
            Column("first", "Comparison"),
            Column("second", "goes with"),
            Column("among", "Among", short=True),
            Column("excess", "Excess", numeric=True),
            Column("remedy", "Remedy"),
            Column("grade", "Grade", short=True),
        ),
        rows=tuple(_row(each) for each in notable),
        headers=2,
    )


def _row(each: Dependence) -> tuple[Cell, ...]:
    value = round(each.correlation, 2)
    return (
        words(title(each.first)),
        words(plain(each.second)),
        words(each.among),
        Cell(f"{value:+.2f}".replace("-", MINUS), value),
        words(sentence(plain(each.remedy or ""))),
        words(GRADES["C"]),
    )
