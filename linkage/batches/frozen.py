"""A model that stays as it is while records come and go: all that scores and decides.

With m and u go what else would move with the records: term frequencies, the prior odds of each
pair of sources, the side on which candidates compete, and the threshold.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.batches.mapped import numbers, read_mapped, write_mapped
from linkage.config.linkage_settings import Decide
from linkage.engines.columns import Frequencies
from linkage.model.evidence import Block, Evidence, RandomPairs, number_patterns
from linkage.model.fitting import as_record, from_fitted_record
from linkage.model.level_weights import level_weights
from linkage.model.method import Method, from_record
from linkage.model.parameters import Gammas, exact_frequency, pattern_weights
from linkage.model.patterns import coding
from linkage.model.scoring import Model
from linkage.model.source_pairs import SourcePair, SourceSize
from linkage.model.training import Fitted, base_odds, prior_odds
from linkage.runs.publish import publish
from linkage.runs.storage import storage, undamaged

Reals = npt.NDArray[np.float64]

_UNTOLD = 0.5
"""In place of the threshold of a model that has not decided anything yet."""


@dataclass(frozen=True)
class FrozenPair:
    """Two sources, the side on which candidates compete, and what every pair starts from."""

    left: str
    right: str
    focal: Literal["l", "r"]
    competing: bool
    both_sides: bool
    prior_odds: float

    @property
    def ends(self) -> tuple[str, str]:
        """The focal source and the opposite one."""
        return (self.left, self.right) if self.focal == "l" else (self.right, self.left)


@dataclass(frozen=True)
class Frozen:
    """A model of a spine. ``keys`` are the columns of each side of each rule, by source."""

    version: int
    method: Method
    fitted: Fitted
    prior: float
    pairs: tuple[FrozenPair, ...]
    once: Mapping[str, bool]
    assignment: str
    threshold: float
    seed: int

    @property
    def decide(self) -> Decide:
        """How candidates become links: at the threshold that was settled."""
        return Decide(threshold=self.threshold)

    @property
    def keys(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What is looked up: the columns that a rule reads of a source, each once."""
        every = (
            (source, rule.side_columns(side))
            for pair in self.pairs
            for rule in self.method.rules
            for side, source in (("l", pair.left), ("r", pair.right))
        )
        return tuple(dict.fromkeys(every))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of the records that comparisons and rules read."""
        compared = (name for c in self.method.comparisons for name in c.columns)
        frequent = (
            name for c in self.method.comparisons for name in c.term_frequency_levels().values()
        )
        joined = (name for rule in self.method.rules for name in rule.columns)
        return tuple(dict.fromkeys([*compared, *frequent, *joined]))

    @property
    def frequent(self) -> tuple[str, ...]:
        """The columns whose term frequencies adjust a weight."""
        every = (c.term_frequency_levels().values() for c in self.method.comparisons)
        return tuple(dict.fromkeys(name for names in every for name in names))

    @property
    def always(self) -> int:
        """The mask of the match-keys."""
        return (1 << self.method.n_keys) - 1

    def sized(self, sizes: Mapping[str, int]) -> tuple[SourcePair, ...]:
        """Return the pairs of sources for so many records of each, numbered in this order."""
        sources, first = {}, 0
        for name, n in sizes.items():
            sources[name] = SourceSize(name, first, n, self.once[name])
            first += n
        return tuple(
            SourcePair(sources[pair.left], sources[pair.right], pair.focal) for pair in self.pairs
        )

    def model(self, pairs: Sequence[SourcePair]) -> Model:
        """Return it as what scores pairs of these sources."""
        return Model(self.method, self.fitted, self.prior, tuple(pairs))

    def weighed(self, table: pa.Table, pair: int) -> tuple[Reals, Reals]:
        """Return match weights and odds of match against no partner, (P,) each.

        Parameters
        ----------
        table
            ``code``, ``log2_tf`` and ``log2_tf_household`` of pairs of the sources of ``pair``.
        """
        comparisons, parameters = self.method.comparisons, self.fitted.parameters
        codes, (pattern,) = number_patterns(table["code"])
        gammas = coding(comparisons).decode(codes)
        none = RandomPairs(np.zeros((0, len(comparisons)), np.int64), np.zeros(0, np.int64))
        evidence = Evidence(comparisons, gammas, (), none, None)
        log2_tf = table["log2_tf"].to_numpy()
        nobody = np.zeros(0, np.int64)
        block = Block(
            "", nobody, nobody, nobody, pattern, log2_tf, table["log2_tf_household"].to_numpy(),
            0, 0, 0.0, competing=False, both_sides=False,
        )  # fmt: skip
        said = self.pairs[pair]
        shares = self.fitted.shares[_name(said)]
        weights = pattern_weights(parameters, gammas)
        weights += exact_frequency(parameters, comparisons, gammas)
        odds = base_odds(evidence, parameters, block, shares.household) * said.prior_odds
        return self._log2_prior_odds + weights[pattern] + log2_tf, odds

    def weights_of(self, gammas: Gammas) -> Reals:
        """Return the match weight of each row of levels alone, whatever values agree."""
        return self._log2_prior_odds + pattern_weights(self.fitted.parameters, gammas)

    def level_weights(self) -> dict[str, object]:
        """Return what it says of levels, and its threshold."""
        return level_weights(self.method, self.fitted.parameters, self.prior, self.threshold)

    @property
    def _log2_prior_odds(self) -> float:
        return float(np.log2(self.prior / (1 - self.prior)))


def _name(pair: FrozenPair) -> str:
    return f"{pair.left} x {pair.right}"


def freeze(
    version: int,
    method: Method,
    record: Mapping[str, Any],
    pairs: Sequence[SourcePair],
    assignment: str,
    seed: int,
) -> Frozen:
    """Return the model that was fitted to ``pairs``, with a threshold yet to be settled.

    Parameters
    ----------
    record
        What :func:`linkage.model.fitting.as_record` wrote down.
    """
    fitted = from_fitted_record(record)
    sources = dict.fromkeys(s for pair in pairs for s in (pair.left, pair.right))
    return Frozen(
        version,
        method,
        fitted,
        record["prior"],
        tuple(_frozen(pair, fitted) for pair in pairs),
        {source.name: source.one_record_per_person for source in sources},
        assignment,
        _UNTOLD,
        seed,
    )


def _frozen(pair: SourcePair, fitted: Fitted) -> FrozenPair:
    competing = pair.unique_l or pair.unique_r
    both = pair.unique_l and pair.unique_r
    nobody, nothing = np.zeros(0, np.int64), np.zeros(0)
    block = Block(
        pair.name, nobody, nobody, nobody, nobody, nothing, nothing,
        pair.focal_source.n, pair.opposite(pair.focal).n, pair.n_pairs, competing, both,
    )  # fmt: skip
    odds = prior_odds(block, fitted.shares[pair.name])
    return FrozenPair(pair.left.name, pair.right.name, pair.focal, competing, both, odds)


def write_frequencies(folder: Path, model: Frozen, frequencies: Mapping[str, Frequencies]) -> None:
    """Publish the term frequencies of a model in the folder of a spine."""
    for column, each in frequencies.items():
        path = folder / f"model-{model.version}-{column}.arrow"
        write_mapped(path, {"value": each.values, "n": each.n})


def write_model(folder: Path, model: Frozen) -> None:
    """Publish a model; its term frequencies stand beside it."""
    said = {
        "version": model.version,
        "method": model.method.as_record(),
        "fitted": as_record(model.fitted, model.prior),
        "pairs": [asdict(pair) for pair in model.pairs],
        "once": dict(model.once),
        "assignment": model.assignment,
        "threshold": model.threshold,
        "seed": model.seed,
    }
    text = json.dumps(said, indent=1, sort_keys=True)
    publish(folder / f"model-{model.version}.json", f"{text}\n".encode())


def read_frozen(folder: Path, version: int) -> Frozen:
    """Return the model of a spine of this version."""
    path = folder / f"model-{version}.json"
    with storage(path, "reading the model of the spine"), undamaged(path):
        said = json.loads(path.read_bytes())
        return Frozen(
            said["version"],
            from_record(said["method"]),
            from_fitted_record(said["fitted"]),
            said["fitted"]["prior"],
            tuple(FrozenPair(**pair) for pair in said["pairs"]),
            said["once"],
            said["assignment"],
            said["threshold"],
            said["seed"],
        )


def read_frequencies(folder: Path, model: Frozen) -> dict[str, Frequencies]:
    """Return the term frequencies of a model, by column."""
    return {column: _frequencies(folder, model, column) for column in model.frequent}


def _frequencies(folder: Path, model: Frozen, column: str) -> Frequencies:
    table = read_mapped(folder / f"model-{model.version}-{column}.arrow")
    return Frequencies(table["value"].combine_chunks(), numbers(table, "n"))


def count_values(columns: Iterator[pa.ChunkedArray]) -> Frequencies:
    """Return how often each value occurs in a column of all sources together."""
    parts = [pc.value_counts(each) for each in columns]
    values = [part.field("values") for part in parts]
    plain = [
        each.dictionary.take(each.indices) if pa.types.is_dictionary(each.type) else each
        for each in values
    ]
    kind = plain[0].type
    every = pa.table(
        {
            "value": pa.chunked_array([each.cast(kind) for each in plain]),
            "n": pa.chunked_array([part.field("counts") for part in parts]),
        }
    )
    summed = every.filter(pc.is_valid(every["value"])).group_by("value").aggregate([("n", "sum")])
    summed = summed.sort_by("value")
    return rare_unnamed(Frequencies(summed["value"].combine_chunks(), summed["n_sum"].to_numpy()))


def rare_unnamed(told: Frequencies) -> Frequencies:
    """Return frequencies that name no value of one record alone: these are counted together.

    A value that is not named counts once, so that no weight changes.
    """
    named = (told.n > 1) & pc.is_valid(told.values).to_numpy(zero_copy_only=False)
    rest = int(told.n[~named].sum())
    values = told.values.filter(pa.array(named))
    n = told.n[named]
    if rest:
        values = pa.concat_arrays([values, pa.nulls(1, values.type)])
        n = np.append(n, rest)
    return Frequencies(values, n)


def without_values(
    before: Path, folder: Path, version: int, gone: Callable[[str], Mapping[object, int]]
) -> None:
    """Write a model into ``folder`` that names no value which only deleted records had."""
    model = read_frozen(before, version)
    told = {}
    for column, each in read_frequencies(before, model).items():
        taken = gone(column)
        left = [
            n - taken.get(value, 0)
            for value, n in zip(each.values.to_pylist(), each.n, strict=True)
        ]
        named = pc.is_valid(each.values).to_numpy(zero_copy_only=False) & (np.array(left) > 0)
        n = np.append(each.n[named], each.n[~named].sum())
        values = pa.concat_arrays(
            [each.values.filter(pa.array(named)), pa.nulls(1, each.values.type)]
        )
        told[column] = rare_unnamed(Frequencies(values, n))
    write_frequencies(folder, model, told)
    write_model(folder, model)


def settled(model: Frozen, threshold: float) -> Frozen:
    """Return the model with its threshold."""
    return replace(model, threshold=threshold)
