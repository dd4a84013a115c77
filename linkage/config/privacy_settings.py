"""What a configuration says of encoding: which fields leave their owner, and in what form."""

from typing import Annotated, Literal

from pydantic import Field

from linkage.config.kinds import ColumnName, Real, RunName, Section

Profile = Literal["keys", "standard", "high"]


class Privacy(Section):
    """How an owner's records are encoded for a linkage unit; every owner writes the same."""

    project: RunName = Field(
        description="The project that the encodings are for; it is bound into every derived key."
    )
    profile: Profile = Field(
        "standard",
        description="keys: tokens of whole values alone; standard: Bloom filters of names beside "
        "them, so that names that are nearly equal still agree; high: the same, salted by fields "
        "that stay the same for life.",
    )
    fields: tuple[ColumnName, ...] = Field(
        min_length=1,
        description="The roles that are encoded: [first_name, surname, date_of_birth, sex, "
        "postcode]. Every owner must hold each as a column, be it empty.",
    )
    numbers: dict[ColumnName, Annotated[Real, Field(gt=0)]] = Field(
        {},
        description="Columns of kind number that are encoded so that near values still agree, each "
        "with the difference that is one step: {height_cm: 2}.",
    )
    max_risk: Annotated[Real, Field(gt=0, lt=1)] | None = Field(
        None,
        description="The largest share of records that an attack may name before encoding is "
        "refused; 0.10 for standard and keys, 0.01 for high when not said.",
    )
