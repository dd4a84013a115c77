"""What a configuration says of the method: what is linked to what, and how."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from linkage.config.kinds import (
    ColumnName,
    ColumnNames,
    Filled,
    Flag,
    Objective,
    Real,
    Section,
    Text,
    Whole,
    misfit,
)


class Comparison(Section):
    """One comparison: which columns, what kind of agreement, and its levels."""

    name: ColumnName | None = Field(
        None, description="The comparison's name; its column's name when not said."
    )
    column: ColumnName | None = Field(None, description="The role or column to compare.")
    columns: tuple[ColumnName, ...] = Field(
        (), description="Several roles or columns compared together, instead of column."
    )
    kind: Literal[
        "exact",
        "jaro_winkler",
        "levenshtein",
        "dice",
        "date",
        "postcode",
        "number",
        "array",
        "custom",
    ] = Field("exact", description="What agreement means.")
    levels: tuple[Real, ...] = Field((), description="Thresholds between levels, strictest first.")
    term_frequency: Flag = Field(
        False, description="Does agreement on a rare value count for more than on a common one?"
    )
    sql: tuple[Filled, ...] = Field(
        (), description="For custom: one SQL condition a level, on column_l and column_r."
    )

    @model_validator(mode="after")
    def _enough_is_said(self) -> "Comparison":
        if self.kind == "custom":
            if not self.sql or self.name is None:
                raise misfit(
                    "a custom comparison needs a name and its sql conditions",
                    "write  name: ...  and  sql: [...]",
                )
        elif (self.column is None) == (not self.columns):
            raise misfit(
                "a comparison is of one column or of several columns",
                "write either  column: ...  or  columns: [...]",
            )
        return self


class Training(Section):
    """How m, u and the prior are estimated."""

    seed: Whole = Field(1, ge=0, description="The seed of every random sample in training.")
    u_pairs: Whole = Field(1_000_000, ge=1_000, description="Random pairs for the u probabilities.")
    record_sample: Whole = Field(
        100_000, ge=100, description="Focal records for the EM over whole records."
    )
    allow_untrained: Flag = Field(
        False, description="Go on when a level was never seen in training, at its default."
    )


class ThresholdByGroup(Section):
    """Thresholds that differ between groups of people: only with a named approval."""

    characteristic: ColumnName = Field(
        description="The characteristic of the focal source, as named under groups."
    )
    thresholds: dict[Filled, Annotated[Real, Field(gt=0, lt=1)]] = Field(
        min_length=1,
        description="The threshold of each group that has its own; others have the common one.",
    )


class Decide(Section):
    """How candidates become links."""

    assignment: Literal["auto", "one_to_one", "many_to_one", "clusters"] = Field(
        "auto",
        description="How links may share records; auto takes it from linkage.type and each "
        "source's one_record_per_person.",
    )
    threshold: Literal["auto"] | Annotated[Real, Field(gt=0, lt=1)] = Field(
        "auto", description="The probability from which a candidate is a link; auto chooses it."
    )
    objective: Objective = Field(
        "f1", description="What threshold: auto serves: f1, precision>=0.99 or recall>=0.95."
    )
    threshold_by_group: ThresholdByGroup | None = Field(
        None,
        description="Thresholds of groups of people. They treat people differently by a "
        "characteristic, so that governance.approvals must say who approved it.",
    )


class Linkage(Section):
    """What is linked to what, and by which method."""

    type: Literal["link", "deduplicate", "link_and_deduplicate"] = Field(
        "link", description="Link sources to each other, find duplicates within one, or both."
    )
    focal: Text | None = Field(
        None, description="The source whose records should find a partner; the first if not said."
    )
    deterministic: tuple[ColumnNames, ...] = Field(
        (), description="Match-keys tried first, strictest first; the residue goes on."
    )
    blocking: Literal["auto"] | tuple[ColumnNames, ...] = Field(
        "auto",
        description="Blocking rules: a pair is compared when all columns of one rule agree; auto "
        "chooses them.",
    )
    pair_budget: Whole = Field(
        20_000_000, ge=1_000, description="Most candidate pairs that blocking: auto may make."
    )
    comparisons: Literal["auto"] | tuple[Comparison, ...] = Field(
        "auto", description="What is compared; auto takes the roles that the sources share."
    )
    training: Training = Field(Training(), description="How the model is trained.")
    decide: Decide = Field(Decide(), description="How candidates become links.")
