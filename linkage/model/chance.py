"""How often patterns are met by chance: what u is made of."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from linkage.config.linkage_settings import Training
from linkage.engines.protocol import Engine
from linkage.model.blocking import Rule
from linkage.model.comparisons import Comparison
from linkage.model.evidence import GIVEN
from linkage.model.patterns import coding
from linkage.model.source_pairs import within_each


def rules_of_chance(comparisons: Sequence[Comparison]) -> list[Rule]:
    """Return the rules by which pairs of different people are looked for."""
    return [Rule((column,)) for each in comparisons if each.told_by for column in _asked(each)]


def chance(engine: Engine, comparisons: Sequence[Comparison], training: Training) -> pa.Table:
    """Return how often patterns are met by chance: ``given``, ``code`` and ``n``.

    At random; among different people who agree on what a comparison is given; and among all
    different people, for a comparison whose levels are too rare for a sample.
    """
    random = engine.count_random(training.u_pairs, training.seed)
    parts = {"": random}
    for each in comparisons:
        if not each.told_by or each.told_by in parts:
            continue
        rules = [Rule((column,)) for column in _asked(each)]
        met, share = engine.count_different(rules, training.u_pairs, training.seed)
        if each.rare and any(within_each(engine.source_pairs)):
            met = _with_the_rest(engine, comparisons, each, met, share, random)
        parts[each.told_by] = met
    return pa.concat_tables(
        [
            each.append_column(GIVEN, pa.array([by] * len(each), pa.string()))
            for by, each in parts.items()
        ]
    )


def _asked(comparison: Comparison) -> tuple[str, ...]:
    """Return the columns on any of which the pairs agree that tell of chance."""
    return comparison.columns if comparison.rare else (comparison.given,)


def _with_the_rest(
    engine: Engine,
    comparisons: Sequence[Comparison],
    rare: Comparison,
    met: pa.Table,
    share: float,
    random: pa.Table,
) -> pa.Table:
    """Return the counts of pairs that ``met`` a level, with those of all others at no level.

    Of all pairs of different people, less the ``share`` not looked at, as many can be compared as
    of ``random`` ones.
    """
    code, place = coding(comparisons), list(comparisons).index(rare)
    seen = code.decode(random["code"].to_numpy())[:, place] >= 0
    n = random["n"].to_numpy()
    pairs = sum(pair.n_pairs for pair in within_each(engine.source_pairs))
    compared = share * pairs * n[seen].sum() / max(n.sum(), 1)
    rest = max(round(compared) - int(met["n"].to_numpy().sum()), 0)
    nothing = np.full((1, len(comparisons)), -1)
    nothing[0, place] = 0
    return pa.concat_tables([met, pa.table({"code": code.encode(nothing), "n": [rest]})])
