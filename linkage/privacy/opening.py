"""An owner opens the records that a review asks for, to the party that was agreed on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from linkage import pipeline
from linkage.config.columns import parts
from linkage.config.schema import Config
from linkage.config.shown import as_text, fields
from linkage.disclosure import to_base
from linkage.errors import Fault, RefusedError
from linkage.pipeline import Observer
from linkage.privacy.deliveries import Delivery, read_delivery, read_map
from linkage.privacy.encoding_stages import READING, only_source, require_source
from linkage.privacy.identity import LAST, LOCAL_ID
from linkage.privacy.keys import same_check
from linkage.privacy.manifest import RECORD_ID
from linkage.privacy.new_folder import new_folder, require_new
from linkage.privacy.opened import Opened, write_opened
from linkage.privacy.requests import Request, read_request
from linkage.runs.inputs import hash_inputs
from linkage.runs.signals import stopping
from linkage.runs.wiped import wiped
from linkage.runs.workspace import Workspace
from linkage.sql import identifier

_FOR_PARTY = "for the review party"


@dataclass(frozen=True)
class Agreed:
    """What owner, unit and review party agreed on: who that is, and of how many records at most."""

    to: str
    limit: int


def open_records(
    config: Config,
    source: str,
    request: Path,
    private: Path,
    out: Path,
    agreed: Agreed,
    observer: Observer,
) -> Opened:
    """Write the values of the records that ``request`` asks for, and return what is said of them.

    Values are standardised, as a review of sources in clear text shows them: owners write dates and
    codes in ways of their own, which would else differ where people do not. Only what was encoded
    is opened.

    Raises
    ------
    LinkageError
        R514, R516 and what :func:`_require_fit` and :func:`_asked` refuse; nothing is written then.
    """
    require_source(config, source)
    require_new(out, _FOR_PARTY)
    asked_for, rids = read_request(request)
    delivery = read_delivery(private)
    _require_fit(asked_for, delivery, source, request)
    _require_agreed(len(rids), agreed, request)
    asked = _asked(rids, read_map(private, delivery), delivery, request)
    shown = _shown(config, source)
    records = _values(config, source, asked, shown, (private, request), observer)
    said = Opened(
        asked_for.review,
        asked_for.source,
        asked_for.project,
        asked_for.delivery,
        agreed.to,
        to_base(records.num_rows, 5),
        shown,
    )
    with new_folder(out, _FOR_PARTY) as folder:
        write_opened(folder, said, records)
    return said


def _shown(config: Config, source: str) -> tuple[str, ...]:
    """Return the columns that reviewers see: of the roles of ``source``, those encoded."""
    privacy = config.privacy
    encoded = set() if privacy is None else {*privacy.fields, *privacy.numbers}
    encoded |= {part for role in encoded for part in parts(role)}
    held = fields({source: config.sources[source]})
    return tuple(name for name in held if name in encoded)


def _require_fit(asked: Request, delivery: Delivery, source: str, path: Path) -> None:
    """Refuse a request for another delivery than the one that the private folder is of.

    Raises
    ------
    RefusedError
        R531.
    """
    same = (
        delivery.source == source
        and (asked.project, asked.delivery, asked.schema)
        == (delivery.project, delivery.number, delivery.schema)
        and same_check(asked.key_check, delivery.key_check)
    )
    if not same:
        message = "the request is not for the delivery that the private folder is of"
        fix = "give the source, and the private folder of the delivery that the unit linked"
        raise RefusedError(Fault("R531", message, fix, file=path))


def _require_agreed(n: int, agreed: Agreed, path: Path) -> None:
    """Refuse a request for more records than were agreed on.

    Raises
    ------
    RefusedError
        R530.
    """
    if n > agreed.limit:
        message = f"the request asks for {n:,} records, and {agreed.limit:,} are agreed on"
        fix = "ask the unit for a smaller sample, or agree on more with everybody"
        raise RefusedError(Fault("R530", message, fix, file=path))


def _asked(rids: pa.StringArray, id_map: pa.Table, delivery: Delivery, path: Path) -> pa.Table:
    """Return whose records are asked for: ``rid``, ``record_id``.

    Raises
    ------
    RefusedError
        R532 when one was not in the delivery.
    """
    sent = id_map.filter(pc.equal(id_map[LAST], delivery.number))
    place = pc.index_in(rids, value_set=sent[RECORD_ID].combine_chunks())
    if place.null_count:
        message = "the request asks for records that were not in the delivery"
        fix = "open nothing, and ask the unit where the record ids are from"
        raise RefusedError(Fault("R532", message, fix, file=path))
    return pa.table({RECORD_ID: rids, "record_id": sent[LOCAL_ID].combine_chunks().take(place)})


def _values(
    config: Config,
    source: str,
    asked: pa.Table,
    shown: Sequence[str],
    given: tuple[Path, Path],
    observer: Observer,
) -> pa.Table:
    """Return the values of the records asked for, sorted by rid, read as they were to be encoded.

    Raises
    ------
    RefusedError
        R533 when the source no longer holds one of them.
    """
    private, request = given
    only = only_source(config, source)
    inputs = hash_inputs(only.sources)
    readable = [*(each.path for each in inputs.values()), *only.lookups]
    with (
        stopping() as stop,
        wiped(private, config.engine.temp) as building,
        Workspace(building, config.engine, readable) as workspace,
    ):
        stop.wake(workspace.connection.interrupt)
        pipeline.run(READING, only, workspace, inputs, observer)
        found = _joined(workspace, source, asked, shown)
    if found.num_rows != asked.num_rows:
        message = "the source no longer holds some of the records that were delivered"
        fix = "give the source as it was encoded: a review is of the records that were linked"
        raise RefusedError(Fault("R533", message, fix, file=request))
    return found


def _joined(workspace: Workspace, source: str, asked: pa.Table, shown: Sequence[str]) -> pa.Table:
    view, connection = workspace.view(f"records_{source}"), workspace.connection
    described = connection.execute(f"DESCRIBE SELECT * FROM {view}").fetchall()  # noqa: S608 - quoted
    kinds = {name: kind for name, kind, *_ in described}
    texts = [f"{as_text(name, kinds.get(name))} AS {identifier(name)}" for name in shown]
    connection.register("asked_for", asked)
    try:
        return connection.sql(
            f"SELECT {', '.join([RECORD_ID, *texts])} FROM asked_for "  # noqa: S608 - quoted
            f"JOIN {view} AS r USING (record_id) ORDER BY {RECORD_ID}"
        ).to_arrow_table()
    finally:
        connection.unregister("asked_for")
