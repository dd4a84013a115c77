"""What became of a pair, and why: linked, below the threshold, beaten by another, never scored."""

from collections.abc import Iterator
from dataclasses import dataclass

from linkage.config.group_names import UNKNOWN
from linkage.model.scoring import WEIGHT_FLOOR
from linkage.sql import identifier
from quality.explain.pair import Member, Pair
from quality.finished_run import FinishedRun
from quality.links_made import decided_by_links

LINKED, NOT_LINKED, NOT_SCORED = "linked", "not linked", "not scored"


@dataclass(frozen=True)
class Decision:
    """What became of a pair, and why, a sentence each."""

    outcome: str
    reasons: tuple[str, ...]


def decision_of(
    run: FinishedRun, pair: Pair, p: float | None, weight: float, meets_a_rule: bool
) -> Decision:
    """Return what became of the pair.

    Parameters
    ----------
    p
        The probability that decides, None for a pair that is not among the candidates.
    weight
        The match weight of the pair, worked out anew.
    meets_a_rule
        Whether a match-key or blocking rule brings the two records together.
    """
    link = _link(run, pair)
    if link is not None:
        method, tie = link
        reasons = [_how(run, pair, p, method)]
        reasons += ["Another pair was just as likely; the tie was broken by lot."] if tie else []
        return Decision(LINKED, tuple(reasons))
    if _same_entity(run, pair):
        return Decision(LINKED, ("The two records are in one entity, joined through others.",))
    if p is None:
        return Decision(NOT_SCORED, (_why_not_scored(weight, meets_a_rule),))
    return Decision(NOT_LINKED, tuple(_why_not_linked(run, pair, p)))


def threshold_for(run: FinishedRun, pair: Pair) -> float:
    """Return the threshold that held for the pair: its group's own, where it has one."""
    common = float(run.read_json("training")["decision"]["threshold"])
    own = run.config.linkage.decide.threshold_by_group
    if own is None:
        return common
    focal = pair.left if pair.left.source == run.config.focal else pair.right
    column = identifier(f"group_{own.characteristic}")
    rows = run.connection.execute(
        f"SELECT {column} FROM {run.view(f'records_{focal.source}')} WHERE record = $record",  # noqa: S608 - quoted
        {"record": focal.record},
    ).fetchall()
    return own.thresholds.get(rows[0][0] or UNKNOWN, common)


def _link(run: FinishedRun, pair: Pair) -> tuple[str, bool] | None:
    if not (run.restricted / "links.parquet").is_file():
        return None
    rows = run.connection.execute(
        f"SELECT method, tie FROM {run.view('links')} WHERE source_l = $sl AND record_id_l = $l "  # noqa: S608 - quoted
        "AND source_r = $sr AND record_id_r = $r",
        {
            "sl": pair.left.source,
            "l": pair.left.record_id,
            "sr": pair.right.source,
            "r": pair.right.record_id,
        },
    ).fetchall()
    return rows[0] if rows else None


def _same_entity(run: FinishedRun, pair: Pair) -> bool:
    if decided_by_links(run.config):
        return False
    (left,), (right,) = (_entity(run, each) for each in pair.members)
    return left == right


def _entity(run: FinishedRun, member: Member) -> tuple[str]:
    rows = run.connection.execute(
        f"SELECT entity FROM {run.view('entities')} WHERE source = $source AND record_id = $id",  # noqa: S608 - quoted
        {"source": member.source, "id": member.record_id},
    ).fetchall()
    return (str(rows[0][0]),)


def _how(run: FinishedRun, pair: Pair, p: float | None, method: str) -> str:
    if method != "probabilistic":
        return f"A match-key links the pair outright ({method.partition(': ')[2]})."
    decision = run.read_json("training")["decision"]
    if p is None:
        return "The decision joined the pair."
    return (
        f"Its probability, {p:.4f}, reaches the threshold, {threshold_for(run, pair):.4f}; "
        f"assignment: {decision['assignment']}."
    )


def _why_not_scored(weight: float, meets_a_rule: bool) -> str:
    if not meets_a_rule:
        return "No match-key or blocking rule brings the two records together: never compared."
    if weight < WEIGHT_FLOOR:
        return (
            f"Its match weight lies below {WEIGHT_FLOOR:g}, under which a run keeps no pair: "
            "compared, and let go."
        )
    return (
        "It meets a rule and weighs enough to be kept, and is not among the candidates; what the "
        "run kept does not say why."
    )


def _why_not_linked(run: FinishedRun, pair: Pair, p: float) -> Iterator[str]:
    threshold = threshold_for(run, pair)
    if round(p, 9) < threshold:
        yield f"Its probability, {p:.4f}, is below the threshold, {threshold:.4f}."
    if not decided_by_links(run.config):
        yield "Groups of records join by the average of all their pairs; these two did not."
        return
    for member in pair.members:
        for partner, method, weight in _partners(run, member):
            how = "by a match-key" if method != "probabilistic" else f"with weight {weight:.2f}"
            yield f"{member.source} {member.record_id} is linked to {partner} {how}."


def _partners(run: FinishedRun, member: Member) -> list[tuple[str, str, float]]:
    rows = run.connection.execute(
        f"SELECT source_r || ' ' || record_id_r, method, match_weight FROM {run.view('links')} "  # noqa: S608 - quoted
        "WHERE source_l = $source AND record_id_l = $id "
        "UNION ALL SELECT source_l || ' ' || record_id_l, method, match_weight "
        f"FROM {run.view('links')} WHERE source_r = $source AND record_id_r = $id ORDER BY ALL",
        {"source": member.source, "id": member.record_id},
    ).fetchall()
    return [(str(a), str(b), float(c)) for a, b, c in rows]
