"""What a catalogue reads: every file with its size and hash, and nothing that nobody supplied."""

import hashlib

from quality.documents.catalogue import catalogue

FILES = {"report.html": b"<p>", "tables/rates.csv": b"a\n1\n", "documents/record.md": b"# x\n"}


def made(tmp_path, known):
    for name, data in {**FILES, "release-manifest.json": b"{}", "metadata.jsonld": b"{}"}.items():
        path = tmp_path / "for_release" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return catalogue(tmp_path, known)


def test_every_file_is_listed_with_its_size_and_hash(tmp_path, silent):
    listed = {each["@id"]: each for each in made(tmp_path, silent)["dcat:distribution"]}
    assert set(listed) == set(FILES)
    for name, data in FILES.items():
        assert listed[name]["dcat:byteSize"]["@value"] == str(len(data))
        checksum = listed[name]["spdx:checksum"]["spdx:checksumValue"]
        assert checksum == hashlib.sha256(data).hexdigest()
    media = listed["tables/rates.csv"]["dcat:mediaType"]["@id"]
    assert media == "https://www.iana.org/assignments/media-types/text/csv"


def test_what_nobody_supplied_is_left_out(tmp_path, silent):
    record = made(tmp_path, silent)
    absent = {"dct:publisher", "dcat:contactPoint", "dct:spatial", "dct:temporal"}
    assert not absent & set(record)
    assert all("dct:license" not in each for each in record["dcat:distribution"])
    assert record["dct:identifier"] == silent.inputs.provenance.run


def test_what_is_supplied_is_said(tmp_path, told):
    record = made(tmp_path, told)
    assert record["dct:publisher"]["foaf:name"] == "An office of statistics"
    assert record["dcat:contactPoint"]["vcard:hasEmail"] == {"@id": "mailto:linkage@example.org"}
    assert record["dct:temporal"]["dcat:startDate"]["@value"] == "2021-03-21"
    assert record["dct:spatial"]["rdfs:label"] == "England"
    licence = {"@id": "https://example.org/licence"}
    assert all(each["dct:license"] == licence for each in record["dcat:distribution"])
