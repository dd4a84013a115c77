"""A review taken in: what was decided, set against all records of the run it is of.

The strata are counted anew over every focal record, so that a cell that the design did not know,
such as an age group in a review designed by ethnicity, has its own counts in each of them
(post-strata inside the strata).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from linkage.config.schema import Config
from linkage.decide.assignment import Flags
from linkage.errors import ConfigError, DataError, Fault
from linkage.model.normalise import Index, Reals
from linkage.runs.storage import storage
from linkage.tables import REVIEWS
from quality import measures
from quality.errors.cell import NOWHERE, RIGHT, THRESHOLD, Reviewed
from quality.errors.reviewers import Reviewers
from quality.estimate import Grade
from quality.grades import grade_of
from quality.review.cases import damaged
from quality.review.decisions import read_decisions
from quality.review.digest import links_digest
from quality.review.focal import Focal, read_focal
from quality.review.looks import reviewers_of
from quality.review.outcomes import Decided, decided_of
from quality.review.reviewers import read_roles
from quality.review.settling import UNSETTLED, settle
from quality.run_tables import Tables

N_OUTCOMES = 5

_OF_DESIGN = ("source", "other", "by", "links_digest", "strata")
_LISTED = "listed_share"
_READ = ("design.json", "units.parquet", "candidates.parquet", "reviewers.json")


@dataclass(frozen=True)
class Review:
    """A review and the run it is of.

    ``stratum`` (N,) numbers the strata of the design for each focal record; like strata have
    neighbouring numbers: links first, then by band, then by group. ``n_units`` were drawn, and
    ``final`` has a row for each that somebody decided on. Where one person reviewed alone,
    ``reviewers`` says nothing of them: what the one said is taken for the truth. ``listed_share``
    is that of partners among the candidates, where only the model could say: of encodings.
    """

    focal: Focal
    stratum: Index
    linked: Flags
    decided: Decided
    reviewers: Reviewers
    final: pa.Table
    n_units: int
    listed_share: float | None = None

    def grade(self, measure: str) -> Grade:
        """Return the grade of a rate: what rests on partners not listed is modelled in part."""
        rests = self.listed_share is not None and measure != measures.PRECISION
        return grade_of(measures.REVIEW, borrowed=rests)

    @property
    def n_open(self) -> int:
        """Units on which reviewers differ, or that one called an error, and nobody has settled."""
        return int(np.isin(self.final["settled_by"].to_pylist(), UNSETTLED).sum())


def files_hash(folder: Path | None) -> str | None:
    """Return the hash of all that is read of a review folder; None for no folder.

    A file that is not there, or cannot be read, counts as empty: whoever reads it says so.
    """
    if folder is None:
        return None
    hashed = hashlib.sha256()
    for path in (
        *(folder / name for name in _READ),
        *sorted((folder / "decisions").glob("*.jsonl")),
    ):
        content = path.read_bytes() if path.is_file() else b""
        hashed.update(hashlib.sha256(path.name.encode() + b"\0" + content).digest())
    return hashed.hexdigest()


def read_review_of(run: Tables, config: Config, folder: Path) -> Review:
    """Return the review in ``folder``, as it stands against the records and links of ``run``.

    Raises
    ------
    ConfigError
        R430 when the run does not link two sources.
    DataError
        D370 when there is no review, D371 when it is not of these links, D372 when nobody has
        decided anything.
    """
    if not (folder / "design.json").is_file():
        raise _no_review(folder)
    design = _design(folder / "design.json")
    if design["links_digest"] != links_digest(run):
        raise _other_links(folder, "its links are not those of this run")
    focal = _focal_of(run, config, design, folder)
    stratum, linked, renumbered = _strata(focal, design["strata"])
    n = np.bincount(stratum[stratum >= 0], minlength=len(linked))
    expected = np.array([design["strata"][old]["N"] for old in renumbered])
    if (stratum < 0).any() or (n != expected).any():
        raise _other_links(folder, "its groups hold other records than in this run")
    reviews = read_decisions(folder)
    if not reviews.num_rows:
        raise _nothing_decided(folder)
    roles, listed = read_roles(folder), design["listed_share"]
    final = settle(reviews, roles.get("first"), several=len(roles) > 1)
    return Review(
        focal,
        stratum,
        linked,
        decided_of(focal.record, reviews, final, folder),
        reviewers_of(
            reviews, final, _drawn_twice(folder), several=len(roles) > 1, listed_share=listed
        ),
        final,
        sum(each["n"] for each in design["strata"]),
        listed,
    )


def reviews_of(folder: Path | None) -> pa.Table:
    """Return every decision in a review folder, as the table ``reviews``; none without a folder."""
    if folder is None:
        return pa.schema(REVIEWS.columns.items()).empty_table()
    return read_decisions(folder)


def cell_of(review: Review, member: Flags) -> Reviewed:
    """Return what the review found of the records that are members (N,), stratum by stratum.

    Units on which the reviewers were unsure are left out, as if they had not been drawn.
    """
    decided, n_strata = review.decided, len(review.linked)
    records = np.bincount(review.stratum[member], minlength=n_strata)
    used = member[decided.row] & ~decided.unsure
    place = review.stratum[decided.row[used]] * N_OUTCOMES + decided.outcome[used]
    found = np.bincount(place, minlength=n_strata * N_OUTCOMES).reshape(n_strata, N_OUTCOMES)
    doubled = np.bincount(review.stratum[decided.row[used & decided.doubled]], minlength=n_strata)
    held = records > 0
    return Reviewed(
        review.linked[held], *(_reals(each[held]) for each in (records, found, doubled))
    )


def as_errors(review: Review, *, links: bool, unlinked: bool) -> Review:
    """Return the review with every "unsure" taken for an error or for none, each kind by itself.

    An unsure link becomes a false one, an unsure unlinked record one with a partner that a cut
    kept from it; or they become right. Between these lies what the review allows (methods.md,
    section 4.5): both kinds of error lower recall, but coverage falls by the one and rises by the
    other.
    """
    decided = review.decided
    linked = review.linked[review.stratum[decided.row]]
    error = np.where(linked, NOWHERE if links else RIGHT, THRESHOLD if unlinked else RIGHT)
    taken = np.where(decided.unsure, error, decided.outcome)
    no_longer = np.zeros_like(decided.unsure)
    return replace(review, decided=replace(decided, outcome=taken, unsure=no_longer))


def _design(path: Path) -> Mapping[str, Any]:
    with storage(path, "reading the design of the review"):
        data = path.read_bytes()
    try:
        design = json.loads(data)
        listed = design.get(_LISTED)
        known = {_LISTED: None if listed is None else float(listed)}
        return known | {name: design[name] for name in _OF_DESIGN}
    except (AttributeError, ValueError, KeyError, TypeError):
        raise damaged(path) from None


def _reals(counts: npt.NDArray[np.intp]) -> Reals:
    return counts.astype(np.float64)


def _focal_of(run: Tables, config: Config, design: Mapping[str, Any], folder: Path) -> Focal:
    try:
        focal = read_focal(run, config, design["by"])
    except ConfigError as error:
        if error.faults[0].code != "C208":
            raise
        raise _other_links(folder, "it is by a characteristic that this run lacks") from None
    if (focal.source, focal.other) != (design["source"], design["other"]):
        raise _other_links(folder, "it is of other sources")
    return focal


def _strata(focal: Focal, strata: Sequence[Mapping[str, Any]]) -> tuple[Index, Flags, list[int]]:
    """Return each record's stratum, -1 for none; which are of links; and their old numbers."""
    order = sorted(
        range(len(strata)),
        key=lambda at: (strata[at]["kind"] != "link", strata[at]["bands"], strata[at]["groups"]),
    )
    numbers = {name: number for number, name in enumerate(focal.groups)}
    place = np.full((2, 3, len(focal.groups)), -1, dtype=np.int64)
    for new, old in enumerate(order):
        each = strata[old]
        known = [numbers[name] for name in each["groups"] if name in numbers]
        place[np.ix_([int(each["kind"] == "link")], each["bands"], known)] = new
    frame = focal.frame
    stratum = place[frame.linked.astype(np.int64), frame.band, frame.group]
    return stratum, np.array([strata[old]["kind"] == "link" for old in order]), order


def _drawn_twice(folder: Path) -> frozenset[int]:
    """Return the units that were drawn for two reviewers."""
    units = pq.read_table(folder / "units.parquet", columns=["unit", "double"])
    return frozenset(units.filter(units["double"])["unit"].to_pylist())


def _no_review(folder: Path) -> DataError:
    return DataError(
        Fault(
            "D370",
            "there is no review at quality.review",
            "give the folder that link review sample printed; leave the setting out for no review",
            file=folder,
            path="quality.review",
        )
    )


def _other_links(folder: Path, why: str) -> DataError:
    return DataError(
        Fault(
            "D371",
            f"the review does not fit this run: {why}",
            "a review measures the run it was sampled from, and runs like it: sample a new one",
            file=folder,
            path="quality.review",
        )
    )


def _nothing_decided(folder: Path) -> DataError:
    return DataError(
        Fault(
            "D372",
            "nobody has decided on any unit of the review",
            "review some with link review serve, or leave quality.review out until then",
            file=folder,
            path="quality.review",
        )
    )
