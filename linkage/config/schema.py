"""The configuration as frozen models. Every default suits official statistics.

The models hold what a file can say and no more: reading the file, with positions, is
:mod:`linkage.config.loader`; checking it against the data is :mod:`linkage.config.against_data`.
"""

from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

SourceName = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$", max_length=40)]
ColumnName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]

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


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


StringList = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


class Column(_Section):
    """Where a role's values stand in a source, and how they are written there."""

    column: str | None = Field(None, description="The source's own name for the column.")
    day: str | None = Field(None, description="Column holding the day, for a date in parts.")
    month: str | None = Field(None, description="Column holding the month, for a date in parts.")
    year: str | None = Field(None, description="Column holding the year, for a date in parts.")
    format: StringList = Field(
        (), description='Date formats in strptime codes, tried in order: "%d/%m/%Y".'
    )
    kind: Literal["text", "number", "date", "category", "array"] | None = Field(
        None, description="What a column that is not a role holds; text when not said."
    )
    style: Literal["uk", "plain"] | None = Field(
        None, description="For a postcode: UK rules, or plain text for other countries."
    )
    codes: dict[str, str] | None = Field(
        None, description='For sex: the source\'s codes, {"1": M, "2": F}.'
    )
    scheme: Literal["nhs", "plain"] | None = Field(
        None, description="For a person number: whose check digit to validate."
    )
    separator: str = Field("|", description="For an array: what separates its values.")

    @model_validator(mode="after")
    def _one_way_to_find_the_values(self) -> "Column":
        parts = [self.day, self.month, self.year]
        if (self.column is None) == (parts == [None, None, None]):
            raise ValueError("write either column, or day, month and year")
        if self.column is None and None in parts:
            raise ValueError("a date in parts needs day, month and year")
        return self


def _as_column(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class Csv(_Section):
    """How a CSV file is written. Nothing is guessed."""

    encoding: Literal["utf-8", "latin-1", "utf-16"] = "utf-8"
    delimiter: str = Field(",", min_length=1, max_length=1)
    quote: str = Field('"', min_length=1, max_length=1)


Values = Annotated[
    tuple[str | None, ...], BeforeValidator(lambda v: v if isinstance(v, list | tuple) else [v])
]


class Source(_Section):
    """A dataset: a file or database table, what its rows are, and which columns identify people."""

    path: Path = Field(description="Parquet, CSV, Arrow/Feather, or a DuckDB database file.")
    table: str | None = Field(None, description="The table to read, for a database file.")
    csv: Csv = Csv()
    kind: Literal["census", "administrative", "survey"] = "administrative"
    label: str | None = Field(None, description="The name printed in reports.")
    id: str = Field(description="The column that identifies a row: unique and never empty.")
    one_record_per_person: bool = Field(
        False, description="Does each person stand at most once in this source?"
    )
    keep: dict[str, Values] = Field({}, description="Keep only rows whose column has these values.")
    drop: dict[str, Values] = Field({}, description="Drop the rows whose column has these values.")
    columns: dict[ColumnName, Annotated[Column, BeforeValidator(_as_column)]] = Field(min_length=1)


class Comparison(_Section):
    """One comparison: which columns, what kind of agreement, and its levels."""

    name: ColumnName | None = None
    column: ColumnName | None = None
    columns: tuple[ColumnName, ...] = ()
    kind: Literal[
        "exact",
        "jaro_winkler",
        "levenshtein",
        "date",
        "postcode",
        "number",
        "array",
        "custom",
    ] = "exact"
    levels: tuple[float, ...] = Field((), description="Thresholds between levels, strictest first.")
    term_frequency: bool = False
    sql: tuple[str, ...] = Field(
        (), description="For custom: one SQL condition a level, on column_l and column_r."
    )

    @model_validator(mode="after")
    def _enough_is_said(self) -> "Comparison":
        if self.kind == "custom":
            if not self.sql or self.name is None:
                raise ValueError("a custom comparison needs a name and its sql conditions")
        elif (self.column is None) == (not self.columns):
            raise ValueError("write either column or columns")
        return self


class Training(_Section):
    """How m, u and the prior are estimated."""

    seed: int = 1
    u_pairs: int = Field(1_000_000, ge=1_000, description="Random pairs for the u probabilities.")
    record_sample: int = Field(100_000, ge=100, description="Focal records for record-EM.")
    allow_untrained: bool = Field(
        False, description="Go on when a level was never seen in training, at its default."
    )


class Decide(_Section):
    """How candidates become links."""

    assignment: Literal["auto", "one_to_one", "many_to_one", "clusters"] = Field(
        "auto",
        description="auto: from linkage.type and each source's one_record_per_person.",
    )
    threshold: Literal["auto"] | Annotated[float, Field(gt=0, lt=1)] = "auto"
    objective: Annotated[str, Field(pattern=r"^(f1|(precision|recall)\s*>=\s*0?\.\d+)$")] = "f1"


class Linkage(_Section):
    """What is linked to what, and by which method."""

    type: Literal["link", "deduplicate", "link_and_deduplicate"] = "link"
    focal: str | None = Field(
        None, description="The source whose records should find a partner; the first if not said."
    )
    deterministic: tuple[tuple[ColumnName, ...], ...] = Field(
        (), description="Match-keys tried first, strictest first; the residue goes on."
    )
    blocking: Literal["auto"] | tuple[StringList, ...] = "auto"
    pair_budget: int = Field(
        20_000_000, ge=1_000, description="Most candidate pairs that blocking: auto may make."
    )
    comparisons: Literal["auto"] | tuple[Comparison, ...] = "auto"
    training: Training = Training()
    decide: Decide = Decide()


class Group(_Section):
    """A characteristic by which results are shown: from a column, or from a date of birth."""

    source: str
    column: str | None = Field(None, description="The source's own name for the column.")
    from_: Literal["date_of_birth"] | None = Field(None, alias="from")
    on: date | None = Field(None, description="The day on which age is taken.")
    standard: str | None = Field(None, description="A harmonised list: age.bands_8, sex, ...")
    split: tuple[int, ...] = Field(
        (), description="For age: extra band limits; 20 keeps 20-29 apart."
    )
    label: str | None = None
    reference: str | None = Field(None, description="The group others are compared with.")

    @model_validator(mode="after")
    def _one_origin(self) -> "Group":
        if (self.column is None) == (self.from_ is None):
            raise ValueError("write either column or from")
        if self.from_ is not None and self.on is None:
            raise ValueError("an age needs the day on which it is taken: on: 2021-03-21")
        return self


class MissingVariable(_Section):
    """A variable whose missingness is reported, though it is not used to link."""

    source: str
    column: str
    label: str | None = None
    reasons: dict[str, str] = Field(
        {}, description='Codes that mean a kind of missing: {"-8": does_not_apply}.'
    )


class Missingness(_Section):
    """Which variables, beside the identifiers, are reported for missing values."""

    variables: tuple[MissingVariable, ...] = ()


class Quality(_Section):
    """How figures on quality are made."""

    level: float = Field(0.95, gt=0.5, lt=1)
    reference: str = Field("largest", description="The group others are compared with.")
    material_gap: float = Field(0.05, gt=0, lt=1)
    draws: int = Field(200, ge=20)
    review: Path | None = None


class Disclosure(_Section):
    """What may leave: cells below the threshold are suppressed, counts are rounded."""

    threshold: int = Field(10, ge=1)
    rounding: int = Field(5, ge=1)


class Engine(_Section):
    """Where the work is done and how much of the machine it may take."""

    backend: Literal["duckdb"] = "duckdb"
    memory: Annotated[str, Field(pattern=r"^\d+(\.\d+)?(MB|GB)$")] | None = Field(
        None, description="60 % of the machine's memory when not said."
    )
    threads: int | None = Field(None, ge=1)
    temp: Path | None = Field(
        None, description="Scratch folder; in the run folder when not said."
    )


class Config(_Section):
    """A whole configuration, as one YAML file says it."""

    version: Literal[1] = 1
    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", max_length=80)]
    purpose: str = ""
    sources: dict[SourceName, Source] = Field(min_length=1)
    linkage: Linkage = Linkage()
    groups: dict[ColumnName, Group] = {}
    intersections: tuple[tuple[str, ...], ...] = ()
    missingness: Missingness = Missingness()
    quality: Quality = Quality()
    disclosure: Disclosure = Disclosure()
    engine: Engine = Engine()
    output: Path = Path("runs")

    @field_validator("sources")
    @classmethod
    def _labels_are_filled(cls, sources: dict[str, Source]) -> dict[str, Source]:
        return {
            name: source.model_copy(update={"label": source.label or name})
            for name, source in sources.items()
        }

    @property
    def focal(self) -> str:
        """The source whose records should find a partner."""
        return self.linkage.focal or next(iter(self.sources))

    @property
    def assignment(self) -> Literal["one_to_one", "many_to_one", "clusters"]:
        """How links may share records, from what is known of the sources."""
        said = self.linkage.decide.assignment
        if said != "auto":
            return said
        unique = {name: source.one_record_per_person for name, source in self.sources.items()}
        if self.linkage.type != "link" or len(unique) != 2:
            return "clusters"
        if all(unique.values()):
            return "one_to_one"
        return "many_to_one" if any(unique.values()) else "clusters"

    def resolved(self) -> dict[str, Any]:
        """Return every setting, with its default where nothing was said."""
        return self.model_dump(mode="json", by_alias=True)
