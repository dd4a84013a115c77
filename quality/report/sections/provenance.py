"""Where the figures come from: settings, inputs, versions, and the rules of disclosure control."""

from collections.abc import Iterator

from linkage.config.schema import Disclosure
from quality.report.inputs import Provenance
from quality.report.lookup import Lookup
from quality.report.numbers import Cell, count, words
from quality.report.page import Fact, Part, Section

_IN_MANIFEST = words("in the run's manifest")


_UNCONTROLLED = (
    "None was applied: this page is internal. Counts are exact, of however few people, and nothing "
    "is suppressed. Pairs are given to three significant figures. The page must not leave."
)


def disclosure_section(lookup: Lookup, rules: Disclosure, *, internal: bool) -> Section:
    """Return the rules applied before anything entered this page."""
    if internal:
        return Section("disclosure", "Disclosure control", (Part(paragraphs=(_UNCONTROLLED,)),))
    held_back = sum(each.status == "suppressed" for each in lookup.estimates)
    part = Part(
        paragraphs=(
            f"Counts of people under {rules.threshold}, zeros included, are suppressed, and with "
            "them the counts from which they could be worked out. Every other count of people is "
            f"rounded to a multiple of {rules.rounding}, and rates, gaps and intervals are made "
            "from the rounded counts. Pairs are not people: their counts are given to three "
            "significant figures. A person has to approve this page before it leaves.",
        ),
        facts=(
            Fact("threshold", "Counts of people suppressed below", count(rules.threshold)),
            Fact("rounding", "Counts of people rounded to", count(rules.rounding)),
            Fact("suppressed", "Estimates suppressed", count(held_back)),
            Fact("estimates", "Estimates in all", count(len(lookup.estimates))),
        ),
    )
    return Section("disclosure", "Disclosure control", (part,))


def provenance_section(lookup: Lookup, provenance: Provenance) -> Section:
    """Return what made the run."""
    return Section("provenance", "Provenance", (Part(facts=tuple(_facts(lookup, provenance))),))


def _facts(lookup: Lookup, provenance: Provenance) -> Iterator[Fact]:
    yield Fact("name", "Configuration", words(lookup.config.name))
    yield Fact("run", "Run", _or_in_manifest(provenance.run))
    yield Fact("started", "Started", _or_in_manifest(provenance.started))
    yield Fact("settings", "All settings, SHA256", words(provenance.settings))
    for source, digest in provenance.inputs.items():
        label = f"Input {lookup.source_label(source)}, SHA256"
        yield Fact(f"input_{source}", label, words(digest))
    if not provenance.inputs:
        yield Fact("inputs", "Inputs, SHA256", _IN_MANIFEST)
    named = [f"{library} {version}" for library, version in provenance.versions.items()]
    yield Fact("versions", "Versions", words(", ".join(named)))
    yield Fact("seed", "Seed of training", words(str(lookup.config.linkage.training.seed)))


def _or_in_manifest(text: str | None) -> Cell:
    return _IN_MANIFEST if text is None else words(text)
