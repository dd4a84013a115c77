"""Can what is linked be linked batch by batch."""

from collections.abc import Iterator

from linkage.config.draft import Draft
from linkage.errors import Fault


def check_batch(draft: Draft) -> Iterator[Fault]:
    """Yield what a configuration with deliveries asks for and a batch cannot do."""
    if draft.config.batch is None:
        return
    if draft.config.engine.backend != "duckdb":
        yield draft.fault(
            "C175",
            ("engine", "backend"),
            "batches are linked on one machine: they look up few records among many",
            "write  backend: duckdb , or remove  batch:",
        )
    if draft.config.linkage.decide.threshold_by_group is not None:
        yield draft.fault(
            "C175",
            ("linkage", "decide", "threshold_by_group"),
            "the threshold of a batch is that of its model, one for all",
            "remove threshold_by_group, or remove  batch:",
            key=True,
        )
