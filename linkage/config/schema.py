"""The configuration as frozen models. Every default suits official statistics.

The models hold what a file can say and no more: reading the file, with positions, is
:mod:`linkage.config.loader`; checking it against the data is :mod:`linkage.config.against_data`.
"""

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from linkage.config.analysis_settings import Analysis, AnalysisVariable
from linkage.config.documentation_settings import Documentation
from linkage.config.governance_settings import Approval, Governance, Roles
from linkage.config.group_settings import AreaLookup, Group, Holder
from linkage.config.kinds import (
    ColumnName,
    Duration,
    Filled,
    Flag,
    MemorySize,
    Place,
    Real,
    RunName,
    Section,
    SourceName,
    Text,
    Whole,
)
from linkage.config.linkage_settings import Comparison, Decide, Linkage, Training
from linkage.config.missingness_settings import Imputation, Missingness, MissingVariable
from linkage.config.privacy_settings import Privacy
from linkage.config.source_settings import ROLES, Column, Csv, Source

__all__ = [
    "ROLES",
    "Analysis",
    "AnalysisVariable",
    "Approval",
    "AreaLookup",
    "Batch",
    "Column",
    "Comparison",
    "Config",
    "Csv",
    "Decide",
    "Disclosure",
    "Documentation",
    "Engine",
    "Gates",
    "Governance",
    "Group",
    "Holder",
    "Imputation",
    "Linkage",
    "MissingVariable",
    "Missingness",
    "Privacy",
    "Quality",
    "Roles",
    "Source",
    "Spark",
    "Training",
]


class Gates(Section):
    """What a run must reach: short of it, the run is finished and ends with exit code 4."""

    precision_lower: Annotated[Real, Field(gt=0, lt=1)] | None = Field(
        None,
        description="The lower limit of measured precision must reach this, overall and in every "
        "group that can be told.",
    )
    recall_lower: Annotated[Real, Field(gt=0, lt=1)] | None = Field(
        None,
        description="The lower limit of measured recall must reach this, overall and in every "
        "group that can be told.",
    )
    unmeasured: Literal["fail", "allow"] = Field(
        "fail", description="What becomes of a limit on precision or recall that nothing measured."
    )
    rhat: Real = Field(
        1.05, gt=1, description="R-hat of the draws of the links must not be above this."
    )
    effective_draws: Whole = Field(
        100, ge=1, description="The draws of the links must be worth this many independent ones."
    )
    collisions: Annotated[Real, Field(gt=0, le=1)] | None = Field(
        None,
        description="The share of drawn links that meet at one record must not be above this.",
    )
    drift: Literal["tell", "hold"] = Field(
        "tell",
        description="What becomes of a run whose records are not as those before: it is told, or "
        "the run is held, and not the newest, until a person accepts it.",
    )

    def effective_of(self, draws: int) -> int:
        """Return what so many draws must be worth: no draw counts for more than one."""
        return min(self.effective_draws, draws // 2)


class DateColumn(Section):
    """A date that a source holds."""

    source: Text = Field(description="The source that holds the date.")
    column: ColumnName = Field(
        description="Its name under the source's columns: date_of_birth, or one of kind date."
    )


class DateOrder(Section):
    """Two dates of one person that cannot come the other way round: a birth before a death."""

    earlier: DateColumn = Field(description="The date that cannot come after the other.")
    later: DateColumn = Field(description="The date that cannot come before the other.")


class Quality(Section):
    """How figures on quality are made."""

    level: Real = Field(0.95, gt=0.5, lt=1, description="The level of every interval.")
    reference: Text = Field(
        "largest", description="The group others are compared with: largest, or a group's name."
    )
    material_gap: Real = Field(
        0.05, gt=0, lt=1, description="The smallest gap between groups that matters."
    )
    draws: Literal[0] | Annotated[Whole, Field(ge=20)] = Field(
        200,
        description="Draws of the links that carry their uncertainty, 20 at least; with 0 none are "
        "made, and no interval of the model's parameters.",
    )
    review: Place | None = Field(
        None,
        description="Decisions of clerical reviewers. A relative path starts as source paths do.",
    )
    truth: Place | None = Field(
        None,
        description="Who is who, where that is known: pairs (record_id_l, record_id_r) or persons "
        "(source, record_id, person), Parquet or CSV. A relative path starts as source paths do.",
    )
    reference_population: Place | None = Field(
        None,
        description="The population that the focal source should stand for, by margins: a CSV file "
        "with the columns characteristic, group, count. A relative path starts as source paths do.",
    )
    impossible: tuple[DateOrder, ...] = Field(
        (),
        description="Dates of two sources in the only order a person can have: links that break it "
        "are false.",
    )
    gates: Gates = Field(Gates(), description="What the figures must reach.")


class Disclosure(Section):
    """What may leave: cells below the threshold are suppressed, counts are rounded."""

    threshold: Whole = Field(10, ge=1, description="Counts of people below this are not released.")
    rounding: Whole = Field(5, ge=1, description="Released counts are rounded to this base.")
    release_group: Filled | None = Field(
        None,
        description="The Unix group of those who check releases: it may read for_release/ and "
        "write to releases/, nothing else. Without it everything stays the runner's alone.",
    )


class Batch(Section):
    """Deliveries that come one after the other, and how the spine grows by them."""

    deliveries: Place = Field(
        description="The folder of deliveries: deliveries/<source>/<delivery>/, each with a "
        "manifest.json. A relative path starts as source paths do."
    )
    model: Literal["frozen", "refreshed"] = Field(
        "frozen",
        description="Whether a batch is linked by the model of the batch before it, or trains one "
        "anew on all records.",
    )
    report: Flag = Field(
        True,
        description="Whether every batch has tables of all records and a report; without, a batch "
        "costs little more than its new records.",
    )


class Spark(Section):
    """The Spark that pairs are made and compared on, where the backend is spark."""

    master: Filled = Field(
        "local[*]", description="Spark's master: local[*], yarn, spark://host:7077, k8s://..."
    )
    conf: dict[Filled, Text] = Field(
        {}, description="Spark's own settings: {spark.executor.memory: 16g}."
    )


class Engine(Section):
    """Where the work is done and how much of the machine it may take."""

    backend: Literal["duckdb", "spark"] = Field(
        "duckdb", description="What makes and compares pairs: this machine, or Spark."
    )
    spark: Spark = Field(Spark(), description="Read where the backend is spark.")
    memory: MemorySize | None = Field(
        None, description="Memory to use at most, 8GB; 60 % of the machine's when not said."
    )
    threads: Whole | None = Field(
        None, ge=1, le=1_024, description="Threads to use at most; every core when not said."
    )
    temp: Place | None = Field(None, description="Scratch folder; in the run folder when not said.")
    timeout: Duration | None = Field(
        None,
        description="The longest that a run may take, 90min or 6h: then it stops with exit code "
        "74, and goes on where it was when it is run again. No limit when not said.",
    )

    @property
    def seconds(self) -> float | None:
        """The longest that a run may take, None where there is no limit."""
        if self.timeout is None:
            return None
        number = self.timeout.rstrip("smhin")
        return float(number) * {"s": 1, "min": 60, "h": 3600}[self.timeout[len(number) :]]


class Config(Section):
    """A whole configuration, as one YAML file says it."""

    version: Literal[1] = Field(1, description="The version of this format.")
    name: RunName = Field(description="The name of the linkage, and of its folder of runs.")
    purpose: Text = Field("", description="What the linkage is for, printed in the report.")
    sources: dict[SourceName, Source] = Field(
        min_length=1, description="The datasets, by the name this file gives each."
    )
    linkage: Linkage = Field(Linkage(), description="What is linked to what, and how.")
    groups: dict[ColumnName, Group] = Field(
        {}, description="The characteristics by which results are shown."
    )
    intersections: tuple[tuple[ColumnName, ...], ...] = Field(
        (), description="Groups shown crossed with each other: [[race, sex]]."
    )
    missingness: Missingness = Field(Missingness(), description="Missing values to report.")
    analyses: tuple[Analysis, ...] = Field(
        (), description="Estimates from linked records, shown with linkage error and without."
    )
    quality: Quality = Field(Quality(), description="How figures on quality are made.")
    disclosure: Disclosure = Field(Disclosure(), description="What may leave.")
    governance: Governance = Field(
        Governance(), description="Who approved what, who may do what, and who signs."
    )
    batch: Batch | None = Field(
        None, description="Deliveries that link batch takes one after the other."
    )
    documentation: Documentation = Field(
        Documentation(), description="What the documents beside the report say of the producer."
    )
    privacy: Privacy | None = Field(
        None, description="How an owner encodes records for a linkage unit, where one links them."
    )
    engine: Engine = Field(Engine(), description="Where the work is done.")
    output: Place = Field(
        Path("runs"), description="The folder of runs. A relative path starts as source paths do."
    )

    @field_validator("sources")
    @classmethod
    def _labels_are_filled(cls, sources: dict[str, Source]) -> dict[str, Source]:
        return {
            name: source.model_copy(update={"label": source.label or name})
            for name, source in sources.items()
        }

    @property
    def governed(self) -> bool:
        """Whether nothing may be linked without a valid approval of the linkage."""
        said = self.governance
        linkage = any(each.what == "linkage" for each in said.approvals)
        return linkage or said.roles is not None or said.retention_days is not None

    @property
    def focal(self) -> str:
        """The source whose records should find a partner."""
        return self.linkage.focal or next(iter(self.sources))

    @property
    def analysed(self) -> tuple[AnalysisVariable, ...]:
        """The variables of all analyses, each column and way of reading it once.

        What one analysis says of a column holds for all: its codes for missing, and that it is 0
        and 1.
        """
        found: dict[tuple[str, str], AnalysisVariable] = {}
        for each in (variable for analysis in self.analyses for variable in analysis.variables):
            known = found.setdefault((each.source, each.standardised), each)
            missing = tuple(dict.fromkeys([*known.missing, *each.missing]))
            kind = "binary" if "binary" in {known.kind, each.kind} else known.kind
            said = known.model_copy(update={"missing": missing, "kind": kind})
            found[each.source, each.standardised] = said
        return tuple(found.values())

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

    @property
    def lookups(self) -> tuple[Path, ...]:
        """The files in which areas are looked up, each once."""
        looked_up = (group.lookup for group in self.groups.values())
        return tuple(dict.fromkeys(each.path for each in looked_up if each is not None))

    def resolved(self) -> dict[str, Any]:
        """Return every setting, with its default where nothing was said."""
        return self.model_dump(mode="json", by_alias=True)
