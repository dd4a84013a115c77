"""Do the analyses fit the sources and the characteristics."""

from collections.abc import Iterator

from linkage.config.analysis_settings import Analysis
from linkage.config.check_linkage import unknown_source
from linkage.config.draft import Draft
from linkage.config.nearest import nearest
from linkage.config.nodes import Path
from linkage.errors import Fault


def check_analyses(draft: Draft) -> Iterator[Fault]:
    """Yield what in the analyses leads nowhere, or is no analysis of linked records."""
    seen: set[str] = set()
    for i, analysis in enumerate(draft.config.analyses):
        path: Path = ("analyses", i)
        if analysis.name in seen:
            message = f"two analyses are called {analysis.name}"
            yield draft.fault("C155", (*path, "name"), message, "give one of them another name")
        seen.add(analysis.name)
        yield from _sources(draft, path, analysis)
        yield from _by(draft, path, analysis)


def _sources(draft: Draft, path: Path, analysis: Analysis) -> Iterator[Fault]:
    places: list[Path] = [(*path, "outcome", "source")]
    places += [(*path, "covariates", j, "source") for j in range(len(analysis.covariates))]
    for place, variable in zip(places, analysis.variables, strict=True):
        if variable.source not in draft.sources:
            yield unknown_source(draft, place, variable.source)
    if draft.config.linkage.type != "link":
        message = "an analysis is of records that are linked across sources"
        yield draft.fault("C155", path, message, "write  type: link, or remove the analysis")
    elif len(draft.sources) > 2:
        message = f"an analysis is of links between two sources, and there are {len(draft.sources)}"
        yield draft.fault("C155", path, message, "link the sources two at a time to analyse them")


def _by(draft: Draft, path: Path, analysis: Analysis) -> Iterator[Fault]:
    if analysis.by is None:
        return
    if analysis.by not in draft.groups:
        meant = nearest(analysis.by, draft.groups)
        known = ", ".join(draft.groups) or "none yet"
        fix = f"write  {meant}" if meant else f"add it to groups; there are: {known}"
        message = f'there is no group called "{analysis.by}"'
        yield draft.fault("C132", (*path, "by"), message, fix)
        return
    group = draft.config.groups.get(analysis.by)
    if group is not None and group.source != draft.config.focal:
        message = f"{analysis.by} is known only for records of {group.source} that linked"
        fix = f"take a characteristic of the focal source, {draft.config.focal}"
        yield draft.fault("C155", (*path, "by"), message, fix)
