"""What models say of the links: their cells are counted once, and handed to each."""

from collections.abc import Iterator

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from linkage.tables import ERROR_RATES
from quality.bias.being_linked import being_linked
from quality.bias.cells import held_characteristics, linked_cells
from quality.bias.gap import Gap
from quality.bias.intersections import intersections
from quality.bias.reference_population import against_population
from quality.bias.representativity import representativity
from quality.drawn import Drawn
from quality.estimate import Estimate, from_table


def link_models(workspace: Workspace, config: Config, drawn: Drawn) -> Iterator[Gap | Estimate]:
    """Yield adjusted differences, intersections and representativity of the links.

    The links are set against the focal source, and against another source that holds
    characteristics of its own; the focal source against a population, where one is named.
    Nothing for records that are linked within one source.
    """
    if config.linkage.type == "deduplicate":
        return
    focal, others = config.focal, [name for name in config.sources if name != config.focal]
    if held_characteristics(config, focal):
        linked = {other: linked_cells(workspace, config, focal, other) for other in others}
        yield from being_linked(linked, config)
        rates = from_table(workspace.read(ERROR_RATES.name)) if drawn.values else []
        yield from intersections(linked, config, drawn, rates)
        for other, cells in linked.items():
            yield from representativity(cells, focal, other, config)
        yield from against_population(linked[others[0]], config)
    for other in others:
        if held_characteristics(config, other):
            cells = linked_cells(workspace, config, other, focal)
            yield from representativity(cells, other, focal, config)
