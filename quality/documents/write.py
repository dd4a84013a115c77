"""The documents of a run, written beside its report: what passed disclosure control, no more."""

from collections.abc import Iterator
from pathlib import Path

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality.documents.catalogue import write_catalogue
from quality.documents.crate import write_crate
from quality.documents.guild import guild
from quality.documents.items import ABSENT, PUBLICATION, UNCHECKED, Document
from quality.documents.known import Known
from quality.documents.markdown import environment
from quality.documents.methods_information import methods_information
from quality.documents.qaad import qaad
from quality.documents.record import record
from quality.documents.statement import statement
from quality.documents.transparency import transparency
from quality.documents.workbook import write_workbook
from quality.report.build import STATE
from quality.report.inputs import read_inputs

FOLDER = Path("for_release")
STATEMENT = FOLDER / "linkage-statement.md"
DOCUMENTS = FOLDER / "documents"

MAKERS = (guild, record, qaad, methods_information, transparency)
"""What makes each document of ``documents/`` from what is known of a run."""


def write_beside_report(workspace: Workspace, config: Config) -> None:
    """Write all that stands beside the report; last what describes all the others."""
    known = Known.of(read_inputs(workspace, config))
    for path, text in documents(known):
        workspace.publish(path, text.encode())
    write_workbook(workspace, config)
    write_catalogue(workspace, known)
    write_crate(workspace, known)


def documents(known: Known) -> Iterator[tuple[Path, str]]:
    """Yield where each document stands in the run folder, and its text."""
    made = environment().get_template("linkage-statement.md.j2")
    yield STATEMENT, made.render(state=STATE, **statement(known))
    for make in MAKERS:
        document = make(known)
        yield DOCUMENTS / f"{document.name}.md", _rendered(document, known)


def _rendered(document: Document, known: Known) -> str:
    held = [item.held for item in document.items]
    return (
        environment()
        .get_template("document.md.j2")
        .render(
            document=document,
            state=STATE,
            linked=known.linked,
            name=known.inputs.config.name,
            run=known.inputs.provenance.run or "see release-manifest.json",
            given=held.count("given"),
            in_part=held.count("given in part"),
            absent=held.count(ABSENT),
            unchecked=UNCHECKED,
            publication=PUBLICATION,
        )
    )
