"""What a configuration says of a source: where it is, what its rows are, what its columns hold."""

from typing import Annotated, Literal, get_args

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.json_schema import SkipJsonSchema

from linkage.config.kinds import (
    ColumnName,
    Filled,
    Flag,
    Place,
    Real,
    Section,
    Text,
    TextList,
    Values,
    misfit,
)
from linkage.privacy.manifest import ENCODED, RECORD_ID

ROLES: tuple[str, ...] = (
    "first_name",
    "middle_name",
    "surname",
    "full_name",
    "date_of_birth",
    "sex",
    "house_number",
    "street",
    "town",
    "postcode",
    "country",
    "email",
    "phone",
    "person_number",
    "place_of_birth",
)
"""Columns whose meaning is known: they are standardised and compared by their role."""

Kind = Literal["text", "number", "date", "category", "array"]
Encoding = Literal["filter", "token", "coarse_token", "band"]
ENCODINGS: tuple[Encoding, ...] = get_args(Encoding)
"""What the columns of an encoded source hold: its folder says it, never a configuration."""


class Column(Section):
    """Where a role's values stand in a source, and how they are written there."""

    column: Filled | None = Field(None, description="The source's own name for the column.")
    day: Filled | None = Field(None, description="Column holding the day, for a date in parts.")
    month: Filled | None = Field(None, description="Column holding the month, for a date in parts.")
    year: Filled | None = Field(None, description="Column holding the year, for a date in parts.")
    format: TextList = Field(
        (), description='Date formats in strptime codes, tried in order: "%d/%m/%Y".'
    )
    kind: Kind | SkipJsonSchema[Encoding] | None = Field(
        None, description="What a column that is not a role holds; text when not said."
    )
    levels: SkipJsonSchema[tuple[Real, ...]] = ()
    """Of a filter: the Dice coefficients between levels, as its schema says."""
    of: SkipJsonSchema[tuple[str, ...]] = ()
    """Of an encoding: the standardised columns that it is made of."""
    salt: SkipJsonSchema[tuple[str, ...]] = ()
    """Of an encoding: the standardised columns that it is salted with."""
    style: Literal["uk", "plain"] | None = Field(
        None,
        description="For a postcode: uk rules (when not said), or plain text for other countries.",
    )
    codes: dict[Text, Text] | None = Field(
        None, description='For sex: the source\'s codes, {"1": M, "2": F}.'
    )
    scheme: Literal["nhs", "plain"] | None = Field(
        None,
        description="For a person number: whose check digit to validate; plain validates none.",
    )
    separator: Filled = Field("|", description="For an array: what separates its values.")

    @model_validator(mode="after")
    def _one_way_to_find_the_values(self) -> "Column":
        parts = [self.day, self.month, self.year]
        if (self.column is None) == (parts == [None, None, None]):
            raise misfit(
                "a role is found in one column, or in day, month and year",
                "write either  column: ...  or  day: ..., month: ..., year: ...",
            )
        if self.column is None and None in parts:
            raise misfit(
                "a date in parts needs its day, its month and its year",
                "write  day: ..., month: ..., year: ...",
            )
        return self


def _as_column(value: object) -> object:
    return {"column": value} if isinstance(value, str | int | float) else value


class Csv(Section):
    """How a CSV file is written. Nothing is guessed."""

    encoding: Literal["utf-8", "latin-1", "utf-16"] = Field(
        "utf-8", description="The encoding of the file."
    )
    delimiter: Text = Field(
        ",", min_length=1, max_length=1, description="The character between two values."
    )
    quote: Text = Field(
        '"', min_length=1, max_length=1, description="The character around a value."
    )


class Origin(Section):
    """What an encoded folder says of itself: read when the configuration is, never written in it.

    ``schema_hash`` and ``key_check`` are what owners who encode alike have in common.
    """

    project: str
    profile: str
    schema_hash: str
    key_check: str
    delivery: int


class Source(Section):
    """A dataset: a file or database table, what its rows are, and which columns identify people."""

    model_config = ConfigDict(
        json_schema_extra=lambda schema: schema.update(
            {
                "required": [],
                "anyOf": [
                    {"required": ["path", "id", "columns"]},
                    {"required": ["encoded"]},
                ],
            }
        )
    )

    encoded: Place | None = Field(
        None,
        description="The folder that an owner's link encode wrote, in place of path, id and "
        "columns: its schema says what the columns are. A relative path starts at the folder of "
        "the configuration.",
    )
    origin: SkipJsonSchema[Origin | None] = None
    path: Place = Field(
        description="Parquet, CSV, Arrow/Feather, or a DuckDB database file. A relative path "
        "starts at the folder of the configuration."
    )
    table: Filled | None = Field(None, description="The table to read, for a database file.")
    csv: Csv = Field(Csv(), description="How the file is written, for a CSV file.")
    kind: Literal["census", "administrative", "survey"] = Field(
        "administrative", description="What kind of dataset it is, for the report."
    )
    label: Text | None = Field(
        None, description="The name printed in reports; the source's name when not said."
    )
    id: Filled = Field(description="The column that identifies a row: unique and never empty.")
    one_record_per_person: Flag = Field(
        False, description="Does each person stand at most once in this source?"
    )
    keep: dict[Text, Values] = Field(
        {},
        description="Keep only the rows whose column has one of these values; null must be named "
        "to be kept.",
    )
    drop: dict[Text, Values] = Field(
        {}, description="Drop the rows whose column has one of these values."
    )
    findable: dict[Text, Values] = Field(
        {},
        description="For the focal source: the records that the other source should hold, by the "
        "values of columns as in keep; their link rate is shown beside that of all.",
    )
    weight: Filled | None = Field(
        None, description="The column of a survey weight: a number not below 0 in every row."
    )
    columns: dict[
        ColumnName,
        Annotated[Column, BeforeValidator(_as_column, json_schema_input_type=str | Column)],
    ] = Field(
        min_length=1,
        description="The source's columns by role (first_name, date_of_birth, ...) or, for a "
        "column of no known role, by any name of your own.",
    )

    @model_validator(mode="before")
    @classmethod
    def _of_a_folder(cls, said: object) -> object:
        """Let an encoded folder stand for path, id and columns, which its schema tells later."""
        if not isinstance(said, dict) or not said.get("encoded"):
            return said
        named = {RECORD_ID: RECORD_ID}
        return {"path": f"{said['encoded']}/{ENCODED}", "id": RECORD_ID, "columns": named} | said
