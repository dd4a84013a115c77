"""What a configuration says of the analyses that the linked records are for."""

from typing import Literal

from pydantic import Field, model_validator

from linkage.config.kinds import ColumnName, Filled, Section, Text, TextList, misfit


class AnalysisVariable(Section):
    """A variable of an analysis: a column of one source, read as numbers or as categories."""

    source: Text = Field(description="The source that holds the variable.")
    column: Filled = Field(description="The source's own name for the column.")
    kind: Literal["number", "binary", "category"] = Field(
        "number",
        description="How the column is read: numbers, 0 and 1 only, or categories, each of which "
        "enters apart.",
    )
    missing: TextList = Field(
        (), description='Codes that mean a value is missing: ["-8", "-9"]; blanks always do.'
    )

    @property
    def standardised(self) -> str:
        """The name of the standardised column that holds its values."""
        return f"{'category' if self.kind == 'category' else 'value'}_{self.column}"


class Analysis(Section):
    """An estimate that is made of linked records, and shown with linkage error and without."""

    name: ColumnName = Field(description="The name of the analysis, printed in the report.")
    kind: Literal["mean", "linear", "logistic"] = Field(
        description="A mean, or a regression: linear, or logistic for an outcome of 0 and 1."
    )
    outcome: AnalysisVariable = Field(description="What is averaged or explained.")
    covariates: tuple[AnalysisVariable, ...] = Field(
        (), description="What explains the outcome of a regression."
    )
    by: ColumnName | None = Field(
        None,
        description="A characteristic of the focal source: groups whose means are taken, or within "
        "which a false link may join anyone with anyone.",
    )

    @model_validator(mode="after")
    def _what_its_kind_needs(self) -> "Analysis":
        if self.outcome.kind == "category":
            raise misfit("an outcome is a number", "take  kind: category  out of the outcome")
        if (self.kind == "mean") == bool(self.covariates):
            raise misfit(
                "a regression has covariates, and a mean has none",
                "write  kind: linear  with  covariates: [...], or  kind: mean  without",
            )
        return self

    @property
    def variables(self) -> tuple[AnalysisVariable, ...]:
        """The outcome, which a logistic regression needs as 0 and 1, then the covariates."""
        outcome = self.outcome
        if self.kind == "logistic":
            outcome = outcome.model_copy(update={"kind": "binary"})
        return (outcome, *self.covariates)
