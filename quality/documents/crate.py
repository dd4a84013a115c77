"""Where a release comes from, as an RO-Crate: inputs, software and stages, and what they made.

Follows RO-Crate 1.1 and the profile Process Run Crate 0.5. It leaves with the release, so that it
holds nothing but what the release says elsewhere too: inputs by their hash, and no count. Files of
``restricted/`` are not named: the hash of a small one could be found by trying.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from linkage.config.schema import Config
from linkage.runs.workspace import Workspace
from quality.documents.catalogue import FOLDER, described
from quality.documents.known import Known
from quality.report.inputs import Provenance
from quality.report.sections.headline import subtitle

CRATE = FOLDER / "ro-crate-metadata.json"

_LEFT_OUT = frozenset({CRATE.name, "release-manifest.json"})  # neither can hold its own hash
_CONTEXT = [
    "https://w3id.org/ro/crate/1.1/context",
    "https://w3id.org/ro/terms/workflow-run/context",
]
_CRATE_VERSION = "https://w3id.org/ro/crate/1.1"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_ACTION, _TOOLKIT, _PRODUCER, _NO_LICENCE = "#run", "#toolkit", "#producer", "#no-licence"

Entity = dict[str, object]


def write_crate(workspace: Workspace, known: Known) -> None:
    """Write ``ro-crate-metadata.json``, which describes every other file of the release."""
    record = crate(workspace.root / FOLDER, known)
    text = json.dumps(record, indent=1, ensure_ascii=False)
    workspace.publish(CRATE, f"{text}\n".encode())


def crate(folder: Path, known: Known) -> dict[str, object]:
    """Return the crate of the release in ``folder``: one flat list of entities that name others."""
    config, provenance = known.inputs.config, known.inputs.provenance
    files = list(_files(folder))
    inputs = list(_inputs(known))
    return {
        "@context": _CONTEXT,
        "@graph": [
            _descriptor(),
            _root(known, files),
            {
                "@id": _PROFILE,
                "@type": "CreativeWork",
                "name": "Process Run Crate",
                "version": "0.5",
            },
            *_licence(config),
            *_producer(config),
            _run(config, provenance, inputs, files),
            *_software(provenance),
            *inputs,
            *files,
        ],
    }


def _descriptor() -> Entity:
    return {
        "@id": CRATE.name,
        "@type": "CreativeWork",
        "conformsTo": {"@id": _CRATE_VERSION},
        "about": {"@id": "./"},
    }


def _root(known: Known, files: list[Entity]) -> Entity:
    config, provenance = known.inputs.config, known.inputs.provenance
    return {
        "@id": "./",
        "@type": "Dataset",
        "name": f"Linkage quality of {config.name}",
        "description": subtitle(known.lookup),
        "conformsTo": {"@id": _PROFILE},
        **({"datePublished": provenance.started[:10]} if provenance.started else {}),
        **({"identifier": provenance.run} if provenance.run else {}),
        "license": {"@id": config.documentation.licence or _NO_LICENCE},
        **_named("author", config),
        **_named("publisher", config),
        "hasPart": _refer(files),
        "mentions": {"@id": _ACTION},
    }


def _licence(config: Config) -> Iterator[Entity]:
    """Yield what the release may be used for; that nobody has said, where that is so."""
    said = config.documentation.licence
    if said:
        yield {"@id": said, "@type": "CreativeWork", "name": "Licence of the release"}
        return
    yield {
        "@id": _NO_LICENCE,
        "@type": "CreativeWork",
        "name": "No licence supplied",
        "description": "The producer has not said under which licence the release may be used.",
    }


def _producer(config: Config) -> Iterator[Entity]:
    said = config.documentation
    if said.producer:
        url = {"url": said.website} if said.website else {}
        yield {"@id": _PRODUCER, "@type": "Organization", "name": said.producer, **url}


def _named(role: str, config: Config) -> Entity:
    return {role: {"@id": _PRODUCER}} if config.documentation.producer else {}


def _run(
    config: Config, provenance: Provenance, inputs: list[Entity], files: list[Entity]
) -> Entity:
    """Return what was done: which inputs the toolkit made into which files, and when it began."""
    return {
        "@id": _ACTION,
        "@type": "CreateAction",
        "name": f"Run {provenance.run}" if provenance.run else "Run",
        "description": config.purpose or f"Linkage of {config.name}",
        "instrument": {"@id": _TOOLKIT},
        **({"startTime": provenance.started} if provenance.started else {}),
        **_named("agent", config),
        "object": _refer(inputs),
        "result": _refer(files),
    }


def _software(provenance: Provenance) -> Iterator[Entity]:
    """Yield the toolkit with its stages in order, and the libraries that shape a result."""
    toolkit = provenance.versions.get("linkage")
    others = {name: v for name, v in provenance.versions.items() if name != "linkage"}
    libraries: list[Entity] = [
        {
            "@id": _address(name, version),
            "@type": "SoftwareApplication",
            "name": name,
            "softwareVersion": version,
            "url": _address(name, version),
        }
        for name, version in others.items()
    ]
    steps: list[Entity] = [
        {"@id": f"#stage-{name}", "@type": "HowToStep", "name": name, "position": str(position)}
        for position, name in enumerate(provenance.stages, 1)
    ]
    yield {
        "@id": _TOOLKIT,
        "@type": ["SoftwareApplication", "HowTo"],
        "name": "linkage-toolkit",
        **({"softwareVersion": toolkit} if toolkit else {}),
        "softwareRequirements": _refer(libraries),
        "step": _refer(steps),
    }
    yield from libraries
    yield from steps


def _address(name: str, version: str) -> str:
    """Return where the world finds a library in this version."""
    if name == "python":
        return f"https://docs.python.org/release/{version}/"
    return f"https://pypi.org/project/{name}/{version}/"


def _inputs(known: Known) -> Iterator[Entity]:
    """Yield each source by its name and hash: where its file lies is no reader's business."""
    for name, sha256 in known.inputs.provenance.inputs.items():
        yield {
            "@id": f"#source-{name}",
            "@type": "CreativeWork",
            "name": known.lookup.source_label(name),
            "sha256": sha256,
        }


def _files(folder: Path) -> Iterator[Entity]:
    for name, media, data in described(folder, _LEFT_OUT):
        yield {
            "@id": name,
            "@type": "File",
            "name": name,
            "encodingFormat": media,
            "contentSize": str(len(data)),
            "sha256": hashlib.sha256(data).hexdigest(),
        }


def _refer(entities: list[Entity]) -> list[Mapping[str, object]]:
    return [{"@id": each["@id"]} for each in entities]
