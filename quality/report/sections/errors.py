"""How wrong the links are: what was measured and what only modelled, method beside method.

A figure by group that was only modelled is given as a range over models, in a table whose caption
and headings say so, and is drawn otherwise than an interval: nobody can take it for measured.
"""

from collections.abc import Iterator

from quality.gates import pairs_of
from quality.report.inputs import Inputs
from quality.report.lookup import Lookup
from quality.report.measured import measured_rates, modelled
from quality.report.page import Part, Section
from quality.report.sections.calibration import calibration_parts
from quality.report.sections.contrast import unseen
from quality.report.sections.dependence import dependence_part
from quality.report.sections.error_methods import ORDER, methods_part
from quality.report.sections.gates import gates_part
from quality.report.sections.link_uncertainty import link_uncertainty_part
from quality.report.sections.reviewers import reviewers_parts
from quality.report.wording import METHODS, sentence
from quality.review.unsure import unsure_ends

_MEANING = (
    "Precision is the share of links that are right; recall the share of all matches that were "
    "found. What is left of 100% are the false links and the missed matches. Only a review of a "
    "sample, or a truth file, measures them: grade A, or B where groups had to be put together."
)
_MODELLED = (
    "What a model says of its own links is grade C. A model cannot see its own mistakes: such a "
    "figure is an indication, its range is no interval, and the truth can lie outside it. By "
    "group, only the range over several models is given."
)
_NOTHING = (
    "Nothing in this run says how wrong the links are: nothing was reviewed, no truth was "
    "supplied, and no model of it was fitted."
)
_UNSURE = (
    "records of which reviewers were unsure are left out; chapter 2 says what they could change"
)
_ALL_MODELLED = "No figure of this section was measured."


def errors_section(lookup: Lookup, inputs: Inputs) -> Section:
    """Return the error rates of all records by every method, and what bears on them."""
    rules = inputs.config.disclosure
    calibration = inputs.calibration
    parts = [
        Part(paragraphs=tuple(_introduction(lookup))),
        *(part for pair in pairs_of(lookup.config) for part in methods_part(lookup, *pair)),
        *(
            part
            for pair in pairs_of(lookup.config)[:1]  # a review is of two sources
            for part in reviewers_parts(lookup, inputs.reviewing, rules, pair)
        ),
        *link_uncertainty_part(lookup, inputs.uncertainty),
        *(
            ()
            if calibration is None
            else calibration_parts(lookup, calibration, rules.threshold, rules.rounding)
        ),
        *dependence_part(inputs.dependences),
        *gates_part(lookup, inputs.verdicts),
    ]
    return Section("errors", "How wrong the links are", tuple(parts))


def assumptions_section(lookup: Lookup) -> Section:
    """Return what each method of error rates assumes: what one takes for granted another denies."""
    bullets = []
    for method in ORDER:
        found = lookup.by_method(method).estimates
        every = dict.fromkeys(text for each in found for text in each.assumptions)
        said = [text for text in every if unsure_ends([text]) is None]
        if len(said) < len(every):
            said.append(_UNSURE)
        if said:
            bullets.append(sentence(f"{METHODS[method]}: {'; '.join(said)}"))
    text = () if bullets else ("No error rate was estimated in this run, so none is assumed of.",)
    part = Part(paragraphs=text, bullets=tuple(bullets))
    return Section("assumptions", "What each method of error rates assumes", (part,))


def _introduction(lookup: Lookup) -> Iterator[str]:
    measured, some_modelled = bool(measured_rates(lookup)), modelled(lookup)
    if not measured and not some_modelled:
        yield _NOTHING
        return
    if not measured:
        yield _ALL_MODELLED
    yield _MEANING
    if some_modelled:
        yield _MODELLED
    for pair in pairs_of(lookup.config):
        yield from unseen(lookup, pair)
