"""The release as an RO-Crate 1.1: flat, closed, of the files as they are, and without any count."""

import hashlib

import pytest

from quality.documents.crate import crate

FILES = {"report.html": b"<p>", "tables/rates.csv": b"a\n1\n", "metadata.jsonld": b"{}"}

SAID = {
    "File": {"name", "encodingFormat", "contentSize", "sha256"},
    "SoftwareApplication": {"name", "softwareVersion", "url"},
    "HowToStep": {"name", "position"},
    "Organization": {"name", "url"},
    "CreateAction": {
        "name", "description", "instrument", "startTime", "agent", "object", "result",
    },
}  # fmt: skip
"""Beside id and type, all that an entity of a type may say: no property could hold a count."""


@pytest.fixture(params=["silent", "told"])
def graph(request, tmp_path):
    """Return the entities of a crate, by id, of a configuration that says nothing, or all."""
    known = request.getfixturevalue(request.param)
    unlisted = ("release-manifest.json", "ro-crate-metadata.json")
    for name, data in {**FILES, **dict.fromkeys(unlisted, b"{}")}.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    made = crate(tmp_path, known)
    assert made.keys() == {"@context", "@graph"}
    assert made["@context"][0] == "https://w3id.org/ro/crate/1.1/context"
    found = {each["@id"]: each for each in made["@graph"]}
    assert len(found) == len(made["@graph"])
    return found


def referred(value):
    """Yield every id that a property names; nothing may be nested deeper than that."""
    if isinstance(value, dict):
        assert value.keys() == {"@id"}
        yield value["@id"]
    elif isinstance(value, list):
        for each in value:
            yield from referred(each) if not isinstance(each, str) else ()


def test_every_entity_has_a_type_and_every_reference_leads_to_one(graph):
    for entity in graph.values():
        assert entity["@type"]
        for name, value in entity.items():
            assert isinstance(value, str | list | dict), name
            unknown = set(referred(value)) - graph.keys()
            assert unknown <= {"https://w3id.org/ro/crate/1.1"}


def test_the_descriptor_is_about_the_root_and_the_root_says_what_it_must(graph):
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["@type"] == "CreativeWork"
    assert descriptor["about"] == {"@id": "./"}
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset"
    assert all(root[name] for name in ("name", "description", "datePublished", "license"))
    assert root["mentions"] == {"@id": "#run"}


def test_every_file_is_part_of_it_and_the_result_of_the_run_by_its_hash(graph):
    for of in (graph["./"]["hasPart"], graph["#run"]["result"]):
        assert {each["@id"] for each in of} == set(FILES)
    for name, data in FILES.items():
        assert graph[name]["@type"] == "File"
        assert graph[name]["contentSize"] == str(len(data))
        assert graph[name]["sha256"] == hashlib.sha256(data).hexdigest()


def test_the_run_names_its_inputs_and_its_software(graph, silent):
    provenance = silent.inputs.provenance
    inputs = [graph[each["@id"]] for each in graph["#run"]["object"]]
    assert [each["sha256"] for each in inputs] == list(provenance.inputs.values())
    toolkit = graph[graph["#run"]["instrument"]["@id"]]
    assert toolkit["softwareVersion"] == provenance.versions["linkage"]
    libraries = [graph[each["@id"]] for each in toolkit["softwareRequirements"]]
    assert {each["name"] for each in libraries} == provenance.versions.keys() - {"linkage"}
    steps = [graph[each["@id"]] for each in toolkit["step"]]
    assert [each["name"] for each in steps] == ["ingest", "score", "report"]
    assert [each["position"] for each in steps] == ["1", "2", "3"]


def test_no_entity_says_anything_that_could_be_a_count(graph):
    for entity in graph.values():
        if isinstance(entity["@type"], str) and entity["@type"] in SAID:
            assert entity.keys() - {"@id", "@type"} <= SAID[entity["@type"]]
    assert not any("restricted" in name or ".parquet" in name for name in graph)
