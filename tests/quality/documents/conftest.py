"""What a run knows, made by hand, with whatever its configuration says for the documents."""

import pytest

from quality.documents.known import Known
from tests.quality.report.conftest import GROUPS, config, error_rates, inputs

SAID = {
    "producer": "An office of statistics",
    "responsible": "Head of linkage",
    "contact": "Linkage team",
    "email": "linkage@example.org",
    "website": "https://example.org/linkage",
    "privacy_notice": "https://example.org/privacy",
    "legal_gateway": "An act of parliament",
    "safeguards": "A secure room",
    "area": "England",
    "period": {"start": "2021-03-21", "end": "2021-03-21"},
    "access": "Write to the team",
    "licence": "https://example.org/licence",
    "quality_assurance": {
        "concern": "medium",
        "public_interest": "high",
        **{
            area: {"level": level, "reason": f"{area} was looked into"}
            for area, level in (
                ("operational_context", "A2"),
                ("communication", "A1"),
                ("suppliers", "A2"),
                ("producer", "A3"),
            )
        },
    },
    "sources": {
        name: {
            "supplier": "A supplier",
            "population": "Everybody",
            "coverage": "All areas",
            "generated": "By a form",
            "extracted": "2021-05-01",
            "exclusions": "Nobody",
            "changes": "None known",
            "checks": "Totals",
        }
        for name in ("census", "ssa")
    },
}
"""Everything that a configuration can say for the documents."""


@pytest.fixture(scope="session")
def make_known():
    """Return a maker of what is known of a run whose configuration says ``documentation``."""

    def make(documentation=None, *, reviewed=False, **changes):
        settings = config(documentation=documentation or {}, **changes)
        return Known.of(inputs(settings, errors=error_rates(GROUPS, reviewed=reviewed)))

    return make


@pytest.fixture(scope="session")
def silent(make_known):
    """Return a run whose configuration says nothing for the documents."""
    return make_known()


@pytest.fixture(scope="session")
def told(make_known):
    """Return a run that was reviewed and whose configuration says everything."""
    return make_known(SAID, reviewed=True)
