"""What candidates are counted by: the fold, each characteristic, each declared intersection."""

from collections.abc import Iterator

from linkage.config.group_names import CROSS
from linkage.config.schema import Config
from linkage.engines.counts import FOLD, Grouping


def groupings(config: Config) -> Iterator[Grouping]:
    """Yield every grouping of the configuration, each once."""
    yield FOLD
    for names in dict.fromkeys([*((name,) for name in config.groups), *config.intersections]):
        yield Grouping(CROSS.join(names), tuple(f"group_{name}" for name in names))
