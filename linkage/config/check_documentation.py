"""Do the documents speak of the sources that there are."""

from collections.abc import Iterator

from linkage.config.draft import Draft
from linkage.config.nearest import nearest
from linkage.errors import Fault


def check_documentation(draft: Draft) -> Iterator[Fault]:
    """Yield what is said of a source that is not in the file: nobody would ever read it."""
    for name in draft.config.documentation.sources:
        if name not in draft.sources:
            meant = nearest(name, draft.sources)
            fix = f"write  {meant}:" if meant else f"write one of: {', '.join(draft.sources)}"
            message = f'there is no source called "{name}"'
            path = ("documentation", "sources", name)
            yield draft.fault("C131", path, message, fix, key=True)
