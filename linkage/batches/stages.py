"""The stages of a batch: an increment to a spine, or the whole of one made anew.

What a stage needs is imported when it runs: nobody waits for it before the first stage.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from linkage.model.level_weights import SCORING
from linkage.pipeline import Stage
from linkage.stages import STAGES

if TYPE_CHECKING:
    from linkage.batches.deliveries import Delivery
    from linkage.batches.frozen import Frozen
    from linkage.batches.spine import Spine
    from linkage.config.schema import Config
    from linkage.runs.workspace import Workspace

How = Literal["added", "trained", "rebuilt", "deleted"]


@dataclass(frozen=True)
class Batch:
    """What a batch does.

    Parameters
    ----------
    before
        The spine it goes on from; None for the first batch.
    deliveries
        What it takes.
    how
        ``added`` to the spine as it is; ``trained``: all is linked by a model trained anew;
        ``rebuilt``: all is linked anew by the model that there is; ``deleted``: some is gone.
    settings
        Hashes of what the configuration says of sources and linkage.
    """

    before: Spine | None
    deliveries: tuple[Delivery, ...]
    how: How
    settings: Mapping[str, str]

    @property
    def number(self) -> int:
        """The number of the batch."""
        return 1 if self.before is None else self.before.batch + 1

    @property
    def whole(self) -> bool:
        """Is everything linked anew?"""
        return self.how != "added"

    @property
    def model(self) -> Frozen | None:
        """The model that there is, None where one is trained."""
        if self.before is None or self.how == "trained":
            return None
        from linkage.batches.frozen import read_frozen

        return read_frozen(self.before.folder, self.before.model)

    def about(self) -> dict[str, Any]:
        """Return what decides the outcome, as plain values."""
        return {
            "number": self.number,
            "how": self.how,
            "base": None if self.before is None else self.before.root.name,
            "deliveries": [each.as_record() for each in self.deliveries],
        }


def stages(
    batch: Batch, report: bool, watching: tuple[Stage, ...], quality: tuple[Stage, ...]
) -> tuple[Stage, ...]:
    """Return the stages of ``batch``.

    Parameters
    ----------
    report
        Whether tables of all records and a report are made.
    watching
        The stages that look at the records it brings, ``cohort_*``, with a report or without.
    quality
        The stages that make a report from the tables of a whole run.
    """

    def stage(
        name: str,
        reads: tuple[str, ...],
        writes: tuple[str, ...],
        function: Callable[[Batch, Workspace, Config], None],
    ) -> Stage:
        said = lambda config: [batch.about(), batch.settings, config.linkage, config.sources]  # noqa: E731
        return Stage(name, reads, writes, said, partial(function, batch))

    ordinary = {each.name: each for each in STAGES}
    rows = ("growth", "inherited_*")
    carried = stage("carry", ("growth",), ("carried",), _carry)
    if batch.whole:
        made = [
            stage("ingest", (), (*rows, "records_*"), _ingest),
            *([carried] if batch.before is not None else []),
            *_modelled(batch, ordinary, stage),
        ]
    else:
        made = [
            stage("ingest", (), rows, _ingest),
            carried,
            stage("block", ("growth", "carried"), ("meetings",), _block),
            stage("score", ("growth", "meetings"), ("scored",), _score),
        ]
    decided = ("spine_made", "entity_events", "cohort_*", SCORING)
    made += [stage("decide", (*rows, "scored"), decided, _decide), *watching]
    if not report:
        return (*made, stage("write", ("spine_made",), ("links", "entities"), _write))
    if not batch.whole:
        made += [
            stage("assemble", ("spine_made",), ("records_*",), _assemble),
            stage("model", ("records_*",), _OF_MODEL, _model),
            ordinary["count"],
        ]
    return (
        *made,
        stage("keys", ("spine_made", "records_*"), ("record_keys", "ingest_counts"), _keys),
        stage(
            "candidates",
            ("spine_made", "records_*", "fitted", "counted_patterns", "pattern_counts", "counts"),
            ("candidates", "patterns", "weights"),
            _candidates,
        ),
        ordinary["draw"],
        stage(
            "link",
            ("spine_made", "records_*", "record_keys", "candidates", "weights", *_DRAWN),
            ("links", "draws", "entities", "tie_counts", "training"),
            _link,
        ),
        *quality,
    )


def deleting(batch: Batch, ids: Mapping[str, Collection[str]], threshold: int) -> tuple[Stage, ...]:
    """Return the stages that write a spine again without some people."""

    def delete(workspace: Workspace, config: Config) -> None:
        from linkage.batches.deletion import write_without

        if batch.before is not None:
            spine = write_without(batch.before, workspace.root, ids, threshold)
            write_all_events(workspace, spine)
            spine.write()
            workspace.write_json("spine_made", {"batch": spine.batch})

    from linkage.batches.writing import write_all_events

    write = partial(_write, batch)
    return (
        Stage("delete", (), ("spine_made", "entity_events"), lambda config: batch.about(), delete),
        Stage("write", ("spine_made",), ("links", "entities"), lambda config: None, write),
    )


_OF_MODEL = ("method", "random_patterns", "fitted", "model.json")
_DRAWN = ("drawn", "pattern_bounds", "uncertainty", "fitted", "method")


def _modelled(
    batch: Batch, ordinary: Mapping[str, Stage], stage: Callable[..., Stage]
) -> list[Stage]:
    """Return the stages from records to scored pairs, where everything is linked anew."""
    if batch.how == "trained":
        first = [ordinary[name] for name in ("block", "count", "train")]
    else:
        first = [stage("model", ("records_*",), _OF_MODEL, _model), ordinary["count"]]
    return [
        *first,
        stage("score", ("growth", "records_*", "method", "fitted"), ("scored",), _score),
    ]


def _carry(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.changing import told_anew
    from linkage.batches.spine import carry

    if batch.before is None:
        return
    kinds = ("model-", "events-") if batch.whole else ("",)
    workspace.proved.update(batch.before.proved)
    without = ("entity-", "sums-") if told_anew(batch.before) else ()
    workspace.write_json("carried", carry(batch.before, workspace.root, kinds, without))


def _ingest(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.growing import grow

    grow(workspace, config, batch.before, None if batch.whole else batch.model, batch.deliveries)


def _growing(batch: Batch, workspace: Workspace) -> Spine:
    """Return the spine with the rows that were added, before its pairs are."""
    from linkage.batches.growing import Growth
    from linkage.batches.spine import Spine

    states, before = Growth.read(workspace).states, batch.before
    taken = tuple(each.as_record() for each in batch.deliveries)
    if before is None:
        return Spine(workspace.root, 1, 1, states, taken=taken, settings=batch.settings)
    return replace(
        before,
        root=workspace.root,
        batch=batch.number,
        model=before.model + (batch.how == "trained"),
        sources=states,
        pairs=() if batch.whole else before.pairs,
        taken=(*before.taken, *taken),
        settings=batch.settings,
    )


def _scored(batch: Batch, workspace: Workspace) -> Spine:
    """Return the spine with its pairs."""
    pairs = workspace.read_json("scored")["pairs"]
    return replace(_growing(batch, workspace), pairs=tuple(map(tuple, pairs)))


def _model_of(batch: Batch, workspace: Workspace, config: Config, version: int) -> Frozen:
    """Return the model there is, or the one that was trained."""
    from linkage.batches.frozen import freeze
    from linkage.model.method import from_record, paired

    if (held := batch.model) is not None:
        return held
    method = from_record(workspace.read_json("method"))
    pairs = paired(workspace, config.sources, config.linkage.type)
    seed = config.linkage.training.seed
    fitted = workspace.read_json("fitted")
    return freeze(version, method, fitted, pairs, config.assignment, seed)


def _block(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.scoring import block_new

    spine = _growing(batch, workspace)
    block_new(workspace, spine, _model_of(batch, workspace, config, spine.model))


def _score(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.scoring import score_new, score_whole

    spine = _growing(batch, workspace)
    model = _model_of(batch, workspace, config, spine.model)
    compared = None
    if batch.whole:
        spine = score_whole(workspace, config, spine, model, batch.how == "trained")
    else:
        spine, compared = score_new(workspace, config, spine, model)
    workspace.write_json("scored", {"pairs": spine.pairs, "compared": compared})


def _decide(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.cohort import write_cohorts
    from linkage.batches.deletion import fewer_held
    from linkage.batches.frozen import write_model
    from linkage.batches.renewing import renew
    from linkage.batches.writing import write_history

    spine = _scored(batch, workspace)
    model = _model_of(batch, workspace, config, spine.model)
    said = config.linkage.decide if batch.how == "trained" else model.decide
    renewed = renew(workspace, config, spine, model, batch.before, batch.whole, said)
    write_cohorts(workspace, renewed.spine, model, config.groups, renewed.cohort)
    workspace.write_json(SCORING, renewed.model.level_weights())
    write_history(workspace, renewed.spine, renewed.named.events, model.seed)
    if batch.how == "trained":
        write_model(spine.folder, renewed.model)
    spine = renewed.spine
    if batch.before is not None and not batch.whole:
        spine = replace(spine, held=fewer_held(batch.before, spine))
    spine.write()
    workspace.write_json("spine_made", renewed.counts())


def _write(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.frozen import read_frozen
    from linkage.batches.spine import Spine
    from linkage.batches.writing import write_links_and_entities

    spine = Spine.read(workspace.root)
    write_links_and_entities(workspace, spine, read_frozen(spine.folder, spine.model))


def _assemble(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.spine import Spine
    from linkage.batches.whole_tables import write_records

    write_records(workspace, Spine.read(workspace.root))


def _model(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.whole_tables import write_model

    if (model := batch.model) is not None:
        write_model(workspace, config, model)


def _keys(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.spine import Spine
    from linkage.batches.whole_tables import write_keys

    write_keys(workspace, Spine.read(workspace.root))


def _candidates(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.frozen import read_frozen
    from linkage.batches.spine import Spine
    from linkage.batches.whole_tables import write_candidates

    spine = Spine.read(workspace.root)
    write_candidates(workspace, config, spine, read_frozen(spine.folder, spine.model))


def _link(batch: Batch, workspace: Workspace, config: Config) -> None:
    from linkage.batches.frozen import read_frozen
    from linkage.batches.spine import Spine
    from linkage.batches.whole_tables import write_linked

    spine = Spine.read(workspace.root)
    write_linked(workspace, config, spine, read_frozen(spine.folder, spine.model))
