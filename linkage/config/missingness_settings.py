"""What a configuration says of missing values: which are reported, and how they are filled in."""

from typing import Annotated

from pydantic import Field

from linkage.characteristics.missing import MissingReason
from linkage.config.kinds import Filled, Place, Real, Section, Text, Whole


class MissingVariable(Section):
    """A variable whose missingness is reported, though it is not used to link."""

    source: Text = Field(description="The source that holds the variable.")
    column: Filled = Field(description="The source's own name for the column.")
    label: Text | None = Field(
        None, description="The name printed in reports; the column's name when not said."
    )
    reasons: dict[Text, MissingReason] = Field(
        {}, description='Codes that mean a kind of missing: {"-8": does_not_apply}.'
    )
    values: tuple[Text, ...] = Field(
        (),
        description="The codes it can have: any other is missing as unknown_code. Every code is "
        "taken when none is named.",
    )


class Imputation(Section):
    """Missing values filled in many times over, and what if they differ from what they look like.

    Done only where this section is written.
    """

    imputations: Whole = Field(
        20,
        ge=20,
        le=100,
        description="Completed data sets at least, each on a drawn linkage of its own; more are "
        "made where much information is missing.",
    )
    deltas: tuple[Annotated[Real, Field(ge=-3, le=3)], ...] = Field(
        (-1.0, -0.5, 0.5, 1.0),
        description="How far missing values are taken to lie off: in log odds for categories, in "
        "standard deviations for numbers.",
    )


class Missingness(Section):
    """Which variables, beside the identifiers, are reported for missing values."""

    variables: tuple[MissingVariable, ...] = Field(
        (), description="Variables whose missing values are reported by group and reason."
    )
    coverage: Place | None = Field(
        None,
        description="Coverage of the other source by group, known from outside: CSV with columns "
        "characteristic, group, coverage, se. A relative path starts as source paths do.",
    )
    imputation: Imputation | None = Field(
        None, description="Fill missing values in, and show how much hangs on it."
    )
