"""Tables in, view model out: every number of the page is settled here."""

from quality.release.naming import without_rare_names
from quality.report.constant import without_constant
from quality.report.inputs import Inputs
from quality.report.lookup import Lookup
from quality.report.margin import with_margin
from quality.report.page import Chapter, Page
from quality.report.sections import corrections, headline
from quality.report.sections.answer import answer_sections
from quality.report.sections.change import change_section
from quality.report.sections.characteristics import characteristics_section
from quality.report.sections.checklist import checklist_section
from quality.report.sections.disagreement import disagreement_section
from quality.report.sections.errors import assumptions_section, errors_section
from quality.report.sections.glossary import glossary_section
from quality.report.sections.governance import governance_sections
from quality.report.sections.groups import group_sections
from quality.report.sections.imputed import imputed_sections
from quality.report.sections.intersections import intersections_section
from quality.report.sections.limits import limits_section
from quality.report.sections.linked import linked_section
from quality.report.sections.losses import losses_section
from quality.report.sections.lost_values import lost_values_section
from quality.report.sections.methods import methods_section
from quality.report.sections.missing import missing_section
from quality.report.sections.missing_patterns import missing_patterns_section
from quality.report.sections.model import blocking_section, model_section
from quality.report.sections.population import population_section
from quality.report.sections.provenance import disclosure_section, provenance_section
from quality.report.sections.representativity import representativity_section
from quality.report.sections.sensitivity import sensitivity_section
from quality.report.sections.title import heading
from quality.report.sections.weights import weights_section

STATE = "Not for release without a checker's approval"
"""What stands at the top. It holds before and after approval, which changes no byte of the page."""

INTERNAL = "Internal: not controlled, must not leave"


def build(inputs: Inputs) -> Page:
    """Return the view model of a run's report."""
    config = inputs.config
    lookup = Lookup(config, without_rare_names(inputs.estimates, config))
    finding = heading(lookup)
    internal = inputs.profile == "internal"
    return Page(
        title=f"{'Internal: ' if internal else ''}Linkage report: {finding}",
        heading=finding,
        subtitle=headline.subtitle(lookup),
        state=INTERNAL if internal else STATE,
        internal=internal,
        chapters=tuple(
            without_constant(with_margin(each, config.quality))
            for each in _chapters(lookup, inputs)
        ),
    )


def _chapters(lookup: Lookup, inputs: Inputs) -> tuple[Chapter, ...]:
    training, rules = inputs.training, inputs.config.disclosure
    internal = inputs.profile == "internal"
    return (
        Chapter(1, "The answer", answer_sections(lookup, inputs.verdicts, internal=internal)),
        Chapter(
            2,
            "Links overall",
            (
                linked_section(lookup, training.decision),
                errors_section(lookup, inputs),
                losses_section(lookup),
            ),
            points=headline.rate_points(lookup),
        ),
        Chapter(
            3,
            "Links by group",
            tuple(group_sections(lookup)),
            points=headline.gap_points(lookup),
        ),
        Chapter(4, "Groups that cross", (intersections_section(lookup),)),
        Chapter(
            5,
            "Missing values, and where values were lost",
            (
                missing_section(lookup),
                missing_patterns_section(lookup),
                lost_values_section(lookup),
                *imputed_sections(lookup),
            ),
            points=headline.missing_points(lookup),
        ),
        Chapter(
            6,
            "Representativity and coverage",
            (representativity_section(lookup), population_section(lookup)),
        ),
        Chapter(7, corrections.heading(lookup), (corrections.corrections_section(lookup),)),
        Chapter(
            8,
            "Sensitivity to threshold and model",
            (
                sensitivity_section(lookup, training.decision),
                weights_section(training.weights, rules.threshold, rules.rounding),
            ),
        ),
        Chapter(9, "Change since the last run", (change_section(lookup),)),
        Chapter(
            10,
            "Method, parameters, blocking, data audit and versions",
            (
                characteristics_section(lookup),
                disagreement_section(lookup),
                blocking_section(training.rules, training.blocking_loss, rules.threshold),
                model_section(training, inputs.uncertainty),
                methods_section(lookup, training),
                disclosure_section(lookup, rules, internal=internal),
                *governance_sections(lookup, inputs.provenance.started),
                provenance_section(lookup, inputs.provenance),
            ),
        ),
        Chapter(
            11,
            "Assumptions and limits",
            (
                limits_section(lookup, inputs),
                assumptions_section(lookup),
                glossary_section(),
            ),
        ),
        Chapter(12, "Checklists", (checklist_section(lookup, inputs),)),
    )
