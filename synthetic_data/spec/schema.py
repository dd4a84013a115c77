"""What a specification says: the population, the sources drawn from it, what they do to whom.

Chances are per person or per record, from 0 to 1. Factors multiply them for groups: a chance may
not exceed 1 for anyone.
"""

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from linkage.characteristics.missing import MissingReason
from linkage.config.kinds import (
    ColumnName,
    Day,
    Filled,
    Flag,
    Real,
    RunName,
    Section,
    SourceName,
    Text,
    Whole,
)

Chance = Annotated[Real, Field(ge=0, le=1)]
Factor = Annotated[Real, Field(ge=0)]
Factors = dict[ColumnName, dict[Text, Factor]]
"""By characteristic and group: what a chance is multiplied by; 1 where nothing is said."""
AGE = "age"
"""A characteristic whose groups are ages: what is said of one holds until the next named."""
Named = Factors | ColumnName
"""Factors, or the name of some under ``factors``."""


def _as_reasons(value: object) -> object:
    """Return a single chance as that of an answer not given."""
    return {"not_answered": value} if isinstance(value, int | float) else value


Missing = Annotated[
    dict[MissingReason, Chance],
    BeforeValidator(_as_reasons, json_schema_input_type=float | dict[MissingReason, float]),
]


class Population(Section):
    """How the people differ from those that the package describes, who are shaped as the UK's."""

    day: Day = Field(description="The day on which ages are taken and the population is complete.")
    years_before: Whole = Field(
        10, ge=1, le=30, description="For how many years before, people moved, arrived and married."
    )
    years_after: Whole = Field(
        1, ge=0, le=10, description="For how many years after, people move, die and are born."
    )
    groups: Literal["as_published", "by_person", "by_household"] = Field(
        "as_published",
        description="as_published: characteristics go with names, households and each other. "
        "by_person, by_household: they are drawn for each, independent of all else.",
    )
    lookalikes: Chance = Field(
        0.0,
        description="Share of households with children in which a child is a twin and shares the "
        "first initial of the other.",
    )
    tables: dict[ColumnName, dict[Text, object]] = Field(
        {}, description="Rows of the package's distributions to be replaced, by table."
    )


class Who(Section):
    """Whom a source is about: its target population."""

    ages: tuple[Whole, Whole] = Field(
        (0, 120), description="The youngest and the oldest age in whole years, on the source's day."
    )
    only: dict[ColumnName, tuple[Text, ...]] = Field(
        {}, description="Only people of these groups, by characteristic."
    )
    event: Literal["alive", "birth", "death"] = Field(
        "alive",
        description="alive: who lives in the country on the day. birth, death: who was born or "
        "died in the year up to it.",
    )


class Coverage(Section):
    """The chance of a person of the target population to be in the source."""

    rate: Chance = Field(1.0, description="For everyone, before the factors.")
    by: Factors = Field({}, description="What the rate is multiplied by, for groups.")
    together: Chance = Field(
        0.6, description="Share of people for whom it is decided with the rest of their household."
    )


class Sample(Section):
    """The design of a survey: who is asked, how they answer."""

    share: Chance = Field(description="The share of households asked, before the factors.")
    by: Factors = Field({}, description="What the share is multiplied by, for groups.")
    proxy: Chance = Field(
        0.0, description="Share of adults for whom somebody else in the household answers."
    )
    online: Chance = Field(0.0, description="Share of households that answer online.")


class Careless(Section):
    """Mistakes come together: a share of the records is bad on everything."""

    share: Chance = Field(0.06, description="The share of careless records.")
    times: Annotated[Real, Field(ge=1)] = Field(
        8.0,
        description="How many times as likely as in others mistakes and missing values are in "
        "them; all but old_address, former_surname, duplicates, merged and unlinkable.",
    )


class Errors(Section):
    """What a source gets wrong, by kind and role, before the factors of groups."""

    careless: Careless = Field(Careless(), description="How mistakes come together.")
    kinds: dict[ColumnName, dict[ColumnName, Chance]] = Field(
        {}, description="The chance of a kind of mistake (typing, ocr, phonetic, ...) in a role."
    )
    missing: dict[ColumnName, Missing] = Field(
        {}, description="The chance that a column has no value, and why."
    )
    wrong_group: dict[ColumnName, Chance] = Field(
        {}, description="The chance that a characteristic is recorded as another group's."
    )
    old_address: Chance = Field(
        0.0, description="Of people who moved in the years before, who stand at the old address."
    )
    former_surname: Chance = Field(
        0.0, description="Of people who changed their surname, who stand under the former one."
    )
    duplicates: Chance = Field(0.0, description="Share of people with a second record.")
    merged: Chance = Field(
        0.0, description="Share of records that mix two people of one household."
    )
    unlinkable: Chance = Field(
        0.0, description="Share of records whose name, date of birth and address are all wrong."
    )
    by: dict[ColumnName, Named] = Field(
        {},
        description="What the chances of a kind are multiplied by, for groups; or a name under "
        "factors.",
    )

    def of(self, kind: str) -> Factors:
        """Return what the chances of ``kind`` are multiplied by.

        Raises
        ------
        TypeError
            When they are a name still: see :func:`synthetic_data.spec.factors.resolved`.
        """
        found = self.by.get(kind, {})
        if isinstance(found, str):
            raise TypeError(f"the factors of {kind} are a name: {found}")
        return found


class Deliveries(Section):
    """A source that arrives in parts: each person's record in one of them."""

    number: Annotated[Whole, Field(ge=2, le=60)] = Field(description="How many deliveries.")
    drift_from: Whole = Field(2, ge=2, description="The first delivery that drifts.")
    drift: Factors = Field(
        {}, description="What the chance of every mistake is multiplied by from then on."
    )


class SourceSpec(Section):
    """One source: when and whom it asks, what it holds, how it writes it, what it gets wrong."""

    kind: Literal["census", "administrative", "survey"] = Field(
        "administrative", description="What kind of source it is."
    )
    label: Text | None = Field(None, description="What it is called in reports.")
    day: Day = Field(description="The day whose state it records.")
    who: Who = Field(Who(), description="Its target population.")
    coverage: Coverage = Field(Coverage(), description="Who of them is in it.")
    sample: Sample | None = Field(None, description="For a survey: its design.")
    columns: dict[ColumnName, Filled] = Field(
        min_length=1,
        description="What it holds, by role or characteristic, and what it calls the column.",
    )
    dates: Filled = Field("%Y-%m-%d", description="How it writes days, in strftime codes.")
    codes: dict[ColumnName, dict[Text, Text]] = Field(
        {}, description="Its own codes, by characteristic: {sex: {F: '1', M: '2'}}."
    )
    lists: dict[ColumnName, Filled] = Field(
        {}, description="The harmonised list it uses for a characteristic, where it has another."
    )
    upper_case: Flag = Field(False, description="Is all text in capitals?")
    errors: Errors = Field(Errors(), description="What it gets wrong.")
    deliveries: Deliveries | None = Field(None, description="In what parts it arrives.")


class Spec(Section):
    """A population with known truth and the sources drawn from it."""

    version: Literal[1] = Field(description="The version of this format.")
    name: RunName = Field(description="What it is called; the run of its configuration too.")
    about: Text = Field(description="What it shows, in a line.")
    population: Population = Field(description="The people.")
    factors: dict[ColumnName, Factors] = Field(
        {}, description="Factors under a name, for several kinds of mistake and sources."
    )
    sources: dict[SourceName, SourceSpec] = Field(min_length=1, description="The sources, by name.")
    focal: SourceName | None = Field(
        None, description="The source whose records should find a partner; the first, if not said."
    )
    groups: tuple[ColumnName, ...] = Field(
        ("ethnicity", "sex", "age"), description="Whom the linkage's results are shown for."
    )
