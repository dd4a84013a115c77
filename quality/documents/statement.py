"""The statement for the public: what was linked, why, how people are protected, where to ask."""

from quality.documents.items import Line, of_sources, setting
from quality.documents.known import Known
from quality.documents.record import period
from quality.report.measured import measured_rates
from quality.report.wording import listed


def statement(known: Known) -> dict[str, object]:
    """Return what the template of the statement prints, by name."""
    config = known.inputs.config
    names = [known.lookup.characteristic_label(name) for name in config.groups]
    return {
        "linked": known.linked,
        "identifiers": known.identifiers,
        "population": of_sources(config, "population", known.label, "people in it"),
        "why": (
            Line(known.purpose.text, "Purpose", "purpose"),
            setting(config, "legal_gateway", "The law that allows it"),
            period(known),
        ),
        "threshold": config.disclosure.threshold,
        "rounding": config.disclosure.rounding,
        "protection": (
            setting(config, "safeguards", "Further safeguards"),
            setting(config, "privacy_notice", "What is done with data about you"),
        ),
        "rates": known.overall,
        "measured": known.measured if measured_rates(known.lookup) else (),
        "groups": f"by {listed(names)}" if names else "",
        "contact": (
            setting(config, "producer", "Who is responsible"),
            setting(config, "contact", "Whom to ask"),
            setting(config, "email", "E-mail"),
            setting(config, "website", "More"),
        ),
    }
