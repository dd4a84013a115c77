"""What a configuration says of a characteristic: who holds it, how, and what its groups are."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from linkage.characteristics.equality_act import Protected
from linkage.config.kinds import Day, Filled, Place, Section, Text, Whole, misfit
from linkage.config.standard_names import list_of

Collected = Literal["self_reported", "proxy", "administrative", "derived"]
Nation = Literal["england_and_wales", "scotland", "northern_ireland"]


class AreaLookup(Section):
    """A file that says of each area what it is: its decile of deprivation, its region."""

    path: Place = Field(
        description="Parquet, CSV or Arrow/Feather, an area a row. A relative path starts at the "
        "folder of the configuration."
    )
    key: Filled = Field(description="The file's column of areas, each once: lsoa, postcode, ...")
    value: Filled = Field(description="The file's column of what each is: decile, region, ...")


class Holder(Section):
    """Another source that holds the same characteristic, to be compared with the first."""

    source: Text = Field(description="The source that holds the characteristic too.")
    column: Filled | None = Field(
        None, description="The source's own name for the column; as in the first when not said."
    )
    on: Day | None = Field(
        None, description="The day of which its values speak, for  rule: latest."
    )
    collected: Collected | None = Field(None, description="As for the first source.")
    mode: Text | None = Field(None, description="As for the first source.")


class Group(Section):
    """A characteristic by which results are shown: from a column, or made of other columns."""

    source: Text = Field(description="The source that holds the characteristic.")
    column: Filled | None = Field(None, description="The source's own name for the column.")
    from_: Literal["date_of_birth", "household", "address"] | None = Field(
        None,
        alias="from",
        description="Make it of others: age of the date of birth; the household's size, or with "
        "`on` what it is made up of, of who shares the value of `column`; of the address whether "
        "there is a fixed abode.",
    )
    on: Day | None = Field(
        None,
        description="The day on which age is taken; for a column, the day of which it speaks.",
    )
    values: dict[Text, Filled] = Field(
        {}, description="What the column's codes mean: {CE: Communal establishment}."
    )
    lookup: AreaLookup | None = Field(
        None, description="A file in which the column's values, areas, are looked up."
    )
    standard: Text | None = Field(
        None, description="A harmonised list: age.bands_8, sex, ethnicity, ..."
    )
    nation: Nation | None = Field(
        None, description="Whose list it is, where the nations of the UK have their own."
    )
    split: tuple[Annotated[Whole, Field(ge=1, le=120)], ...] = Field(
        (), description="For age: extra band limits; 20 keeps 20-29 apart."
    )
    protected: Protected | None = Field(
        None,
        description="Which protected characteristic of the Equality Act 2010 it is; told by the "
        "list or by the name when not said.",
    )
    collected: Collected | None = Field(
        None,
        description="Who said it: the person, someone for them, an administration, or it is "
        "derived from something else. Printed with the results.",
    )
    mode: Text | None = Field(
        None, description="How it was collected: online, on paper, by interview. Printed."
    )
    also: tuple[Holder, ...] = Field(
        (), description="Other sources that hold the same characteristic."
    )
    rule: Literal["source_order", "latest", "most_frequent", "self_report_first"] = Field(
        "source_order", description="Whose word counts where the sources disagree about a person."
    )
    roll_up: Literal["when_small", "never"] = Field(
        "when_small",
        description="Where a group is too small to be shown, show the headings of the harmonised "
        "list beside its groups.",
    )
    allow_binary: Filled | None = Field(
        None,
        description="The written reason for a split into White and everyone else, or for one name "
        "for all ethnic minorities. Printed.",
    )
    label: Text | None = Field(
        None, description="The name printed in reports; the characteristic's name when not said."
    )
    reference: Text | None = Field(
        None, description="The group others are compared with; quality.reference when not said."
    )

    @model_validator(mode="after")
    def _one_origin(self) -> "Group":
        if self.from_ in {None, "household"} and self.column is None:
            raise misfit(
                "a characteristic comes from one column, or from the date of birth",
                "write either  column: ...  or  from: date_of_birth",
            )
        if self.from_ in {"date_of_birth", "address"} and self.column is not None:
            raise misfit(
                f"a characteristic from the {self.from_.replace('_', ' ')} takes no column",
                "write either  column: ...  or  from: ...",
            )
        if self.from_ == "date_of_birth" and self.on is None:
            raise misfit(
                "an age needs the day on which it is taken",
                "write  on: 2021-03-21  with the day that suits your sources",
            )
        return self

    @property
    def harmonised(self) -> str | None:
        """The list whose groups it has: of the nation, where one is said, or of what it is from."""
        if self.standard is not None:
            return list_of(self.standard, self.nation)
        if self.from_ == "household":
            return "household.size" if self.on is None else "household.composition"
        made_of = {"date_of_birth": "age.bands_8", "address": "accommodation.from_address"}
        return made_of.get(self.from_ or "")

    def held_in(self, source: str) -> "Group | None":
        """Return the characteristic as ``source`` holds it, None where it does not.

        The first source is asked first; every other holder cleans its own column in the same way.
        """
        if source == self.source:
            return self
        for other in self.also:
            if other.source == source:
                return self.model_copy(
                    update={
                        "source": source,
                        "column": other.column or self.column,
                        "on": self.on if self.from_ is not None else other.on,
                        "collected": other.collected,
                        "mode": other.mode,
                    }
                )
        return None
