"""What a review party gives back: who decided what of which unit, and no value of any record."""

import json
from dataclasses import asdict
from pathlib import Path

from linkage.runs.publish import private_folder, publish
from quality.review.cases import read_review, review_folder
from quality.review.decisions import FOLDER, last_decisions, read_lines
from quality.review.reviewers import read_roles

_DESIGN = ("design.json", "units.parquet", "candidates.parquet")
"""What the unit sent. It goes back with the decisions, so that nobody has to put it together."""


def give_back(review_of: Path, folder: Path) -> int:
    """Fill ``folder``, which a configuration may then name as ``quality.review``.

    Return how many units were decided. Every line is read and written anew: a folder that reviewers
    worked in may hold anything.

    Raises
    ------
    ConfigError
        R440 when there is no review.
    StorageError
        R443 when a file is damaged.
    """
    review = read_review(review_folder(review_of))
    last = last_decisions(review)
    for name in _DESIGN:
        publish(folder / name, (review.folder / name).read_bytes())
    publish(folder / "reviewers.json", json.dumps(read_roles(review.folder)).encode())
    private_folder(folder / FOLDER)
    for reviewer in last:
        lines = (json.dumps(asdict(each)) for each in read_lines(review, reviewer))
        publish(folder / FOLDER / f"{reviewer}.jsonl", "".join(f"{x}\n" for x in lines).encode())
    return len({unit for each in last.values() for unit in each})
