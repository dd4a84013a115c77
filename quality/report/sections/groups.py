"""Links by group: one section a characteristic, which says all that a reviewer asks of it.

Each has the same parts in the same order: how its groups link, the gaps between them, what models
say of them, where their matches are lost, and what is left of a gap with all else equal.
"""

from collections.abc import Iterator

from quality import measures
from quality.report.lookup import Lookup
from quality.report.page import Part, Section, anchor
from quality.report.sections import adjusted, causes, fields, gaps, group_summary
from quality.report.sections.error_groups import modelled_parts
from quality.report.sections.rates import NO_GROUPS, overall_parts, rate_meanings, rate_parts
from quality.report.wording import sentence

_ELSEWHERE = (
    "Only what a reader needs stands here. Gaps in other rates, ratios, odds ratios, "
    "standardised differences, differences in match weight, the costs of each stage against the "
    "reference and the ranges over models stand in tables/gaps.csv, errors.csv, causes.csv and "
    "adjusted.csv; a group all of whose figures are suppressed is named once, without a row."
)
_NO_RATE = "No link rate was estimated in this run."
_NO_GAP = "No gap could be estimated in this run."
_ASSUMING = {
    measures.LINK_RATE: "Link rate",
    measures.DUPLICATE_RATE: "Duplicate rate",
    measures.LINK_RATE_FINDABLE: "Link rate of findable records",
    measures.LINK_RATE_WEIGHTED: "Weighted link rate",
} | adjusted.OF


def group_sections(lookup: Lookup) -> Iterator[Section]:
    """Yield how to read the chapter, every characteristic, what could help, what is assumed."""
    found = [(name, _parts(lookup.only(name), name)) for name in lookup.every_characteristic()]
    yield Section("groups", "How to read this chapter", tuple(_reading(lookup)))
    for name, parts in found:
        if parts:
            heading = f"By {lookup.characteristic_label(name)}"
            yield Section(anchor("by", name), heading, tuple(parts))
    yield causes.causes_section(lookup)
    assumed = tuple(_assumed(lookup.uncrossed()))
    if assumed:
        heading = "What link rates and adjusted differences assume"
        yield Section("group-assumptions", heading, (Part(bullets=assumed),))


def _assumed(lookup: Lookup) -> Iterator[str]:
    """Yield what the figures of each measure assume, in a line that names it."""
    for measure, name in _ASSUMING.items():
        rows = [row for row in lookup.of(measure) if row.status != "not_identified"]
        said = dict.fromkeys(text for row in rows for text in row.assumptions)
        if said:
            yield sentence(f"{name}: {'; '.join(said)}")


def _parts(lookup: Lookup, name: str) -> list[Part]:
    summarised = group_summary.measured_pairs(lookup, name)
    return [
        *group_summary.summary_parts(lookup, name),
        *rate_parts(lookup, name, summarised),
        *gaps.gap_parts(lookup, name),
        *modelled_parts(lookup, name),
        *causes.cause_parts(lookup, name),
        *adjusted.adjusted_parts(lookup, name),
    ]


def _reading(lookup: Lookup) -> Iterator[Part]:
    if not lookup.config.groups:
        yield Part(paragraphs=(*(rate_meanings(lookup) or (_NO_RATE,)), NO_GROUPS))
        yield from overall_parts(lookup)
        return
    said = [*(rate_meanings(lookup) or (_NO_RATE,))]
    if any(lookup.by_method(*measures.MEASURED).of(rate) for rate in group_summary.RATES):
        said.append(group_summary.MEANING)
    said.append(gaps.MEANING if any(map(lookup.of, gaps.MEASURES)) else _NO_GAP)
    if lookup.by_method(*measures.MEASURED).of(measures.MAIN_LOSS) or any(
        row.status != "not_identified" for row in lookup.of(measures.MAIN_LOSS)
    ):
        said.append(causes.MEANING)
    if lookup.of(measures.FIELD_COST_GAP):
        said.append(fields.MEANING)
    if lookup.of(measures.LINK_AME):
        said.append(adjusted.MEANING)
    said += adjusted.not_adjusted(lookup)
    yield Part(paragraphs=(*said, _ELSEWHERE))
