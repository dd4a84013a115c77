"""The release as a catalogue reads it: a dataset of DCAT 3 with a distribution for every file."""

import hashlib
import json
from collections.abc import Collection, Iterator
from pathlib import Path

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality.documents.known import Known
from quality.report.sections.headline import subtitle

FOLDER = Path("for_release")
METADATA = FOLDER / "metadata.jsonld"

_LEFT_OUT = frozenset({METADATA.name, "ro-crate-metadata.json", "release-manifest.json"})
"""What is written last: none can hold its own hash, nor that of one after it."""

_CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".jsonld": "application/ld+json",
    ".md": "text/markdown",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"


def write_catalogue(workspace: Workspace, known: Known) -> None:
    """Write ``metadata.jsonld``, which describes every other file of the release."""
    record = catalogue(workspace.root, known)
    text = json.dumps(record, indent=1, ensure_ascii=False)
    workspace.publish(METADATA, f"{text}\n".encode())


def catalogue(root: Path, known: Known) -> dict[str, object]:
    """Return the dataset of the run folder ``root``; what nobody supplied is left out.

    Addresses are relative to the folder of the release: where it is put, they hold.
    """
    config, provenance = known.inputs.config, known.inputs.provenance
    record: dict[str, object] = {
        "@context": _CONTEXT,
        "@id": "./",
        "@type": "dcat:Dataset",
        "dct:title": f"Linkage quality of {config.name}",
        "dct:description": subtitle(known.lookup),
        "dct:language": {"@id": "http://publications.europa.eu/resource/authority/language/ENG"},
    }
    if provenance.run:
        record["dct:identifier"] = provenance.run
    record |= _said(config)
    record["dcat:keyword"] = ["data linkage", "quality", *config.groups]
    record["dcat:distribution"] = [*_distributions(root / FOLDER, config)]
    return record


def _said(config: Config) -> dict[str, object]:
    """Return what the configuration says of publisher, contact, place and time."""
    said = config.documentation
    record: dict[str, object] = {}
    if said.producer:
        record["dct:publisher"] = {"@type": "foaf:Organization", "foaf:name": said.producer}
    if contact := _contact(config):
        record["dcat:contactPoint"] = contact
    if said.area:
        record["dct:spatial"] = {"@type": "dct:Location", "rdfs:label": said.area}
    if said.period:
        record["dct:temporal"] = {
            "@type": "dct:PeriodOfTime",
            "dcat:startDate": _day(said.period.start.isoformat()),
            "dcat:endDate": _day(said.period.end.isoformat()),
        }
    if said.website:
        record["dcat:landingPage"] = {"@id": said.website}
    return record


def _contact(config: Config) -> dict[str, object]:
    said = config.documentation
    found: dict[str, object] = {}
    if said.contact:
        found["vcard:fn"] = said.contact
    if said.email:
        found["vcard:hasEmail"] = {"@id": f"mailto:{said.email}"}
    return {"@type": "vcard:Kind", **found} if found else {}


def _day(text: str) -> dict[str, str]:
    return {"@type": "xsd:date", "@value": text}


def described(folder: Path, left_out: Collection[str]) -> Iterator[tuple[str, str, bytes]]:
    """Yield the name, the media type and the bytes of each file of a release, by name."""
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if name not in left_out and path.suffix in _MEDIA:
            yield name, _MEDIA[path.suffix], path.read_bytes()


def _distributions(folder: Path, config: Config) -> Iterator[dict[str, object]]:
    licence = config.documentation.licence
    for name, media, data in described(folder, _LEFT_OUT):
        yield {
            "@id": name,
            "@type": "dcat:Distribution",
            "dct:title": name,
            "dcat:downloadURL": {"@id": name},
            "dcat:mediaType": {"@id": _MEDIA_TYPES + media},
            "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(len(data))},
            "spdx:checksum": {
                "@type": "spdx:Checksum",
                "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
                "spdx:checksumValue": hashlib.sha256(data).hexdigest(),
            },
            **({"dct:license": {"@id": licence}} if licence else {}),
        }
