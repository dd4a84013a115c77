"""How many of the links the model itself is not sure of."""

from collections.abc import Iterator

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality import measures
from quality.estimate import Estimate
from quality.grades import grade_of

SURE = 0.9
"""A link whose probability is lower counts as uncertain."""

_UNSURE = """
    SELECT count(*), count(*) FILTER (WHERE p_link < $sure) FROM {links}
    WHERE (source_l = $source AND source_r = $other) OR (source_l = $other AND source_r = $source)
"""
_ASSUMED = ("the probabilities of the model are right",)


def uncertain_links(workspace: Workspace, config: Config) -> Iterator[Estimate]:
    """Yield the share of links with ``p_link`` under .9, for every pair of linked sources.

    ``p_link`` is the share of the drawn linkages that hold the link, or the normalised probability
    where nothing was drawn.
    """
    drawn = workspace.read_json("uncertainty")["draws"]
    method = measures.FABL if drawn else measures.MODEL_NORMALISED
    for source, other in _pairs(config):
        n, unsure = workspace.connection.execute(
            _UNSURE.format(links=workspace.view("links")),
            {"source": source, "other": other, "sure": SURE},
        ).fetchall()[0]
        if n:
            yield Estimate(
                measure=measures.UNCERTAIN_LINKS,
                method=method,
                source=source,
                other=None if other == source else other,
                stage=measures.DECIDE,
                estimate=unsure / n,
                grade=grade_of(method),
                n_records=n,
                status="ok",
                assumptions=_ASSUMED,
            )


def _pairs(config: Config) -> Iterator[tuple[str, str]]:
    if config.linkage.type != "deduplicate":
        yield from ((config.focal, other) for other in config.sources if other != config.focal)
    if config.linkage.type != "link":
        yield from ((source, source) for source in config.sources)
