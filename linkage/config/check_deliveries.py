"""Are encoded sources whole, free of what must not be at a linkage unit, and encoded alike."""

from collections.abc import Mapping

from linkage.config.source_settings import Source
from linkage.errors import DataError, Fault
from linkage.privacy.folder import Delivery, opened, set_against


def check_deliveries(sources: Mapping[str, Source]) -> list[tuple[str, Fault]]:
    """Return everything that is wrong with the folders of encoded sources, by source."""
    faults: list[tuple[str, Fault]] = []
    deliveries: dict[str, Delivery] = {}
    for name, source in sources.items():
        if source.encoded is not None:
            try:
                deliveries[name] = opened(name, source.encoded)
            except DataError as error:
                faults += [(name, fault) for fault in error.faults]
    if deliveries:
        # imported where there is something to read: it takes Arrow
        from linkage.privacy.folder_contents import inspected  # noqa: PLC0415

        for name, each in deliveries.items():
            faults += [(name, fault) for fault in inspected(name, each)]
        faults += set_against(deliveries)
    return faults
