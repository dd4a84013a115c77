"""What a run knows of itself, in sentences: only what passed disclosure control."""

from collections.abc import Iterator
from dataclasses import dataclass

from quality import measures
from quality.documents.items import Line, given
from quality.holders import not_held
from quality.release.naming import without_rare_names
from quality.report.inputs import Inputs
from quality.report.lookup import Lookup
from quality.report.measured import measured_by_group, measured_rates
from quality.report.measured import modelled as by_models
from quality.report.sections import headline
from quality.report.sections.limits import limitations
from quality.report.sections.methods import notes
from quality.report.sections.warning import left_out, warning
from quality.report.wording import KINDS, LINKAGE_TYPES, listed, title

_MODELLED = (
    "Error rates are given over several models, as a range: no model measures its own links."
)
_TRIED = "The run was decided anew under other thresholds."


@dataclass(frozen=True)
class Known:
    """The released estimates of a run and what made them."""

    inputs: Inputs
    lookup: Lookup

    @classmethod
    def of(cls, inputs: Inputs) -> "Known":
        """Return what is known, with groups too small to name in one row, as on the page."""
        shown = without_rare_names(inputs.estimates, inputs.config)
        return cls(inputs, Lookup(inputs.config, shown))

    def label(self, source: str) -> str:
        """Return what a source is called."""
        return self.lookup.source_label(source)

    @property
    def sources(self) -> str:
        """Name the sources in a sentence, each with its kind."""
        config = self.inputs.config
        return listed(
            [
                self._with_kind(name, KINDS[source.kind].lower())
                for name, source in config.sources.items()
            ]
        )

    def _with_kind(self, name: str, kind: str) -> str:
        label = self.label(name)
        return label if label.casefold() == kind else f"{label} ({kind})"

    @property
    def purpose(self) -> Line:
        """What the linkage is for; a gap where the configuration does not say."""
        return Line(self.inputs.config.purpose.strip() or None, at="purpose")

    @property
    def linked(self) -> str:
        """Say what kind of linkage it is, of which sources."""
        kind = LINKAGE_TYPES[self.inputs.config.linkage.type]
        return f"{kind}: {self.sources}."

    @property
    def rates(self) -> tuple[str, ...]:
        """The overall rates, the gaps between groups and what is missing most, with intervals."""
        return (
            *self.overall,
            *headline.gap_points(self.lookup),
            *headline.missing_points(self.lookup),
        )

    @property
    def overall(self) -> tuple[str, ...]:
        """The overall rates alone, with their intervals."""
        return headline.rate_points(self.lookup)

    @property
    def limits(self) -> tuple[str, ...]:
        """The two or three limits that matter most."""
        return limitations(self.lookup, self.inputs)

    @property
    def measured(self) -> tuple[str, ...]:
        """Say what was measured of the errors in the links, and what only a model says."""
        return (*warning(self.lookup), *left_out(self.lookup))

    @property
    def method(self) -> tuple[str, ...]:
        """How it was done, step by step."""
        return tuple(notes(self.inputs.config, self.inputs.training))

    @property
    def filters(self) -> tuple[Line, ...]:
        """Which rows of each source took part."""
        return tuple(
            Line("only rows that the filters of the configuration keep took part", self.label(name))
            if source.keep or source.drop
            else Line("every row took part that could be read", self.label(name))
            for name, source in self.inputs.config.sources.items()
        )

    @property
    def identifiers(self) -> tuple[Line, ...]:
        """Which columns of each source identified people."""
        return tuple(
            Line(
                title(listed([role.replace("_", " ") for role in source.columns])), self.label(name)
            )
            for name, source in self.inputs.config.sources.items()
        )

    @property
    def groups(self) -> tuple[Line, ...]:
        """By whom the results are shown."""
        names = [self.lookup.characteristic_label(name) for name in self.inputs.config.groups]
        return (Line(f"By {listed(names)}." if names else None, at="groups"),)

    @property
    def quality(self) -> tuple[Line, ...]:
        """How wrong the links are: a gap where nobody reviewed any and no truth is known."""
        if measured_rates(self.lookup):
            return given(*self.measured)
        gap = Line(None, "Measured error rates", "quality.review")
        return (*self.modelled, gap)

    @property
    def modelled(self) -> tuple[Line, ...]:
        """What models say of their own links, where one was asked."""
        return given(_MODELLED) if by_models(self.lookup) else ()

    @property
    def quality_by_group(self) -> tuple[Line, ...]:
        """Whether error was measured for groups."""
        names = [self.lookup.characteristic_label(each) for each in measured_by_group(self.lookup)]
        if names:
            return given(f"Precision or recall was measured by {listed(names)}.")
        return (Line(None, "Error rates by group", "quality.review"),)

    @property
    def not_by_group(self) -> tuple[Line, ...]:
        """By whom nothing is shown: protected characteristics, and groups that cross."""
        config = self.inputs.config
        names = [title(name) for name in not_held(config.groups)]
        missing = [Line(None, name, "groups") for name in names]
        if not config.intersections:
            missing.append(Line(None, "Groups that cross", "intersections"))
        return tuple(missing)

    @property
    def chapters_of_groups(self) -> tuple[int, ...]:
        """The chapters that show results by group."""
        return (3, 4, 5) if self.inputs.config.intersections else (3, 5)

    @property
    def control(self) -> str:
        """The rules of disclosure control in a sentence."""
        rules = self.inputs.config.disclosure
        return (
            f"Counts of people under {rules.threshold}, zeros included, are suppressed, and so are "
            f"those from which they could be worked out; others are rounded to {rules.rounding}."
        )

    def holds(self, *names: str, method: str | None = None) -> bool:
        """Say whether any estimate of these measures, by any method or by one, may be shown."""
        return any(
            each.status in {"ok", "too_few_to_tell"} and method in {None, each.method}
            for name in names
            for each in self.lookup.of(name)
        )

    @property
    def sensitivity(self) -> tuple[Line, ...]:
        """Whether the result was held against other thresholds and other models."""
        return (*self._thresholds, *(self.modelled or (Line(None, "Other models"),)))

    @property
    def _thresholds(self) -> tuple[Line, ...]:
        """Whether other thresholds were tried, and may be shown."""
        if self.holds(measures.LINK_RATE_AT):
            return given(_TRIED)
        why = "suppressed" if self.lookup.of(measures.LINK_RATE_AT) else "not tried"
        return (Line(None, f"Other thresholds ({why})"),)

    @property
    def weights(self) -> Iterator[Line]:
        """What was done about bias in the estimates made from links."""
        if self.inputs.config.analyses:
            yield Line("Estimates are shown with linkage error and without.")
        else:
            yield Line(None, "Effect on the intended estimates", "analyses")
        if self.holds(*measures.LINKAGE_WEIGHTING):
            yield Line("Weights were made for analyses of linked records.")
