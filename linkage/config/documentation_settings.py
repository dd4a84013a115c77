"""What only the producer knows, for the documents that official statistics require.

All of it is optional, and none of it is guessed: what is not said here is printed as not supplied.
"""

from typing import Literal

from pydantic import Field, model_validator

from linkage.config.kinds import Day, Email, Filled, Section, SourceName, WebAddress, misfit

Standing = Literal["low", "medium", "high"]
Level = Literal["A0", "A1", "A2", "A3"]


class PracticeArea(Section):
    """The level of assurance of one practice area, and why it is that one."""

    level: Level = Field(
        description="A0 no assurance, A1 basic, A2 enhanced, A3 comprehensive. A0 is printed at "
        "the top of the document and of the report's checklists."
    )
    reason: Filled = Field(description="Why the area has this level: the evidence, in a sentence.")


class QualityAssurance(Section):
    """Quality assurance of administrative data: how much is due, and what was reached by area."""

    concern: Standing | None = Field(
        None, description="How likely it is that the data have quality problems that matter."
    )
    public_interest: Standing | None = Field(
        None, description="How much public interest the statistics carry."
    )
    operational_context: PracticeArea | None = Field(
        None, description="Operational context and collection of the data."
    )
    communication: PracticeArea | None = Field(
        None, description="Communication with those who supply the data."
    )
    suppliers: PracticeArea | None = Field(
        None, description="Quality assurance by those who supply the data."
    )
    producer: PracticeArea | None = Field(
        None, description="The producer's own investigations and documentation."
    )


class Period(Section):
    """The days that the statistics are about, both included."""

    start: Day = Field(description="The first day.")
    end: Day = Field(description="The last day.")

    @model_validator(mode="after")
    def _in_order(self) -> "Period":
        if self.end < self.start:
            raise misfit("the period ends before it starts", "write the earlier day as  start")
        return self


class SourceDocumentation(Section):
    """What those who supply a source know of it."""

    supplier: Filled | None = Field(None, description="Who supplies the data.")
    population: Filled | None = Field(None, description="Whom the data are about.")
    coverage: Filled | None = Field(
        None, description="How much of that population, of which areas and times, they hold."
    )
    generated: Filled | None = Field(None, description="How, and for what, the data came about.")
    extracted: Day | None = Field(None, description="The day on which they were extracted.")
    exclusions: Filled | None = Field(
        None, description="What was left out before the data came, and why."
    )
    changes: Filled | None = Field(
        None, description="Known changes in how the data are collected or defined."
    )
    checks: Filled | None = Field(None, description="What the supplier checks, and how.")


class TruthDocumentation(Section):
    """What a truth file is worth: where who is who comes from, and who says so."""

    source: Filled | None = Field(None, description="What it was made from.")
    date: Day | None = Field(None, description="The day on which it was made.")
    made_by: Filled | None = Field(
        None, description="Who made it: a team, and whether it made the links as well."
    )
    independent: bool | None = Field(
        None,
        description="Whether it was made without the identifiers that link: made with them, it "
        "misses the people whom the links miss.",
    )


class Documentation(Section):
    """What the documents beside the report say that no run can know; see docs/how-to/documents."""

    producer: Filled | None = Field(None, description="The organisation that publishes.")
    responsible: Filled | None = Field(
        None, description="The role that answers for the linkage: a role, better than a name."
    )
    contact: Filled | None = Field(None, description="Whom to ask: a team, better than a name.")
    email: Email | None = Field(None, description="The address to write to.")
    website: WebAddress | None = Field(None, description="Where the public finds more.")
    privacy_notice: Filled | None = Field(
        None, description="Where people read what is done with data about them."
    )
    legal_gateway: Filled | None = Field(
        None, description="The law that allows the data to be shared and linked."
    )
    safeguards: Filled | None = Field(
        None, description="How people are protected, beyond what the toolkit does by itself."
    )
    area: Filled | None = Field(None, description="The area that the statistics are about.")
    period: Period | None = Field(None, description="The time that the statistics are about.")
    access: Filled | None = Field(
        None, description="How others get the configuration and the code; never the data."
    )
    licence: WebAddress | None = Field(
        None, description="The web address of the licence of what is published."
    )
    quality_assurance: QualityAssurance = Field(
        QualityAssurance(), description="Quality assurance of the sources, by practice area."
    )
    truth: TruthDocumentation = Field(
        TruthDocumentation(), description="What is known of the truth file, quality.truth."
    )
    sources: dict[SourceName, SourceDocumentation] = Field(
        {}, description="What is known of each source, by its name under sources."
    )

    def of_source(self, name: str) -> SourceDocumentation:
        """Return what is said of a source: nothing at all, where it is not named."""
        return self.sources.get(name, SourceDocumentation())
