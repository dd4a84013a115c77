"""The tools that are compared: each links a set in a process of its own and is evaluated alike."""

import json
import math
import shutil
from dataclasses import asdict
from pathlib import Path

from benchmarks.accuracy.evaluate import Evaluator, Pairwise
from benchmarks.accuracy.measured import Measured, measure
from benchmarks.accuracy.sets import HERE, PublicSet, data_folder, read_yaml
from linkage.sql import literal

Record = dict[str, object]

PLAIN, PLAIN_ENTITIES, OURS = "plain splink", "plain splink, entities", "linkage"
_THRESHOLD = 0.95


def plain(the_set: PublicSet, evaluator: Evaluator, folder: Path) -> list[Record]:
    """Run plain splink: its pairs at 0.95 and, when deduplicating, its clusters at 0.95."""
    done = measure(["-m", "benchmarks.accuracy.plain_splink", the_set.name, str(folder)], folder)
    pairs = f"SELECT * FROM read_parquet({literal(str(folder / 'pairs.parquet'))})"  # noqa: S608
    candidates = evaluator.candidates(pairs)
    common = {
        "blocking_recall": candidates.share_of_true,
        "sum_probability": candidates.sum_probability,
        "n_true_candidates": candidates.n_true,
    }
    published = read_yaml(HERE / "plain" / f"{the_set.name}.yaml")["published"]
    links = evaluator.links(f"{pairs} WHERE probability >= {_THRESHOLD}")
    reference = {f"published_{name}": value for name, value in published.items()}
    records = [_record(the_set, PLAIN, links, done) | common | reference]
    if the_set.type == "deduplicate":
        entities = evaluator.entities(folder / "entities.parquet")
        records.append(_record(the_set, PLAIN_ENTITIES, entities, done) | common)
    return records


def ours(the_set: PublicSet, evaluator: Evaluator, folder: Path) -> list[Record]:
    """Run the command line: ``run`` on the committed configuration, then ``score``.

    The figures are the shared evaluator's; those of ``score`` have to agree with them.
    """
    (folder / "DATA").symlink_to(data_folder())
    config = shutil.copy(HERE / f"{the_set.name}.yaml", folder)
    done = measure(["-m", "cli", "run", str(config), "--json"], folder)
    run = Path(json.loads(done.stdout)["run"])
    restricted = run / "restricted"
    if the_set.type == "deduplicate":
        found = evaluator.entities(restricted / "entities.parquet")
    else:
        found = evaluator.links(
            f"SELECT * FROM read_parquet({literal(str(restricted / 'links.parquet'))})"  # noqa: S608
        )
    candidates = evaluator.candidates(_candidates(restricted))
    truth = str(folder / "truth.parquet")
    scored = measure(["-m", "cli", "score", str(run), "--truth", truth, "--json"], folder)
    overall = json.loads(scored.stdout)["overall"]
    _agree(the_set, found, overall)
    return [
        _record(the_set, OURS, found, done)
        | {
            "blocking_recall": overall["blocking_recall"],
            "sum_probability": candidates.sum_probability,
            "n_true_candidates": candidates.n_true,
        }
    ]


def _candidates(restricted: Path) -> str:
    keys = f"read_parquet({literal(str(restricted / 'record_keys.parquet'))})"
    rows = f"read_parquet({literal(str(restricted / 'candidates.parquet'))})"
    return (
        "SELECT c.source_l, a.record_id AS record_id_l, c.source_r, b.record_id AS record_id_r, "  # noqa: S608
        "coalesce(c.p_record, c.match_probability) AS probability "
        f"FROM {rows} AS c JOIN {keys} AS a ON a.record = c.record_l "
        f"JOIN {keys} AS b ON b.record = c.record_r"
    )


def _agree(the_set: PublicSet, found: Pairwise, overall: Record) -> None:
    """Stop when ``link score`` and the shared evaluator do not say the same."""
    for name in ("precision", "recall", "f1"):
        ours_says, score_says = getattr(found, name), overall[name]
        if not math.isclose(ours_says, score_says, abs_tol=1e-6):
            raise SystemExit(
                f"{the_set.name}: score says {name} {score_says}, the evaluator {ours_says}"
            )


def _record(the_set: PublicSet, tool: str, found: Pairwise, done: Measured) -> Record:
    timing = {"seconds": done.seconds, "peak_mb": done.peak_mb}
    return {"set": the_set.name, "tool": tool} | asdict(found) | {"n_true": the_set.pairs} | timing
