"""Keys: the file alone holds the bytes, and it is read only when nobody else can read it."""

import errno
import os
import pickle
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from linkage.errors import Exit, RefusedError, StorageError
from linkage.privacy.filters import Hashing
from linkage.privacy.key_files import destroy_key, make_key, read_key, rotate_key
from linkage.privacy.keys import Key


def code_of(refused):
    assert refused.value.exit_code == Exit.PERMISSION
    (fault,) = refused.value.faults
    return fault.code


@pytest.fixture
def path(tmp_path):
    make_key(tmp_path / "p.key", "P-1")
    return tmp_path / "p.key"


def test_a_key_is_read_as_it_was_made(path):
    made = make_key(path.with_name("other.key"), "P-2")
    read = read_key(path.with_name("other.key"))
    assert (read.project, read.generation, read.check) == ("P-2", 1, made.check)
    assert read.derive("h", "surname", "filter") == made.derive("h", "surname", "filter")
    assert read_key(path).check != made.check


def test_a_new_key_is_private_and_of_32_random_bytes(path, tmp_path):
    assert path.stat().st_mode & 0o777 == 0o600
    secrets = set()
    for i in range(20):
        make_key(tmp_path / f"{i}.key", "P-1")
        secrets.add((tmp_path / f"{i}.key").read_text().split("\n")[2])
    assert len(secrets) == 20
    assert all(re.fullmatch("[0-9a-f]{64}", secret) for secret in secrets)


def test_no_text_of_a_key_holds_its_bytes(path):
    key = read_key(path)
    secret = path.read_text().split("\n")[2]
    shown = f"{key} {key!r} {key.check}"
    assert secret[:8] not in shown
    assert str(bytes.fromhex(secret)[:3])[2:-1] not in shown
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_purposes_have_keys_of_their_own():
    key = Key("P-1", 1, bytes(32))
    derived = [
        key.derive("h", "surname", "filter"),
        key.derive("h", "surname", "token"),
        key.derive("h", "first_name", "filter"),
        key.derive("g", "surname", "filter"),
        replace(key, project="P-2").derive("h", "surname", "filter"),
        replace(key, _secret=bytes([1]) + bytes(31)).derive("h", "surname", "filter"),
    ]
    assert len(set(derived)) == 6


def test_the_check_is_of_key_and_project_and_is_compared(path):
    key = Key("P-1", 1, bytes(32))
    assert re.fullmatch("[0-9a-f]{16}", key.check)
    assert key.has_check(key.check)
    assert not key.has_check(replace(key, project="P-2").check)
    assert not key.has_check("")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o601, 0o700])
def test_a_key_that_others_may_read_is_refused(path, mode):
    path.chmod(mode)
    with pytest.raises(RefusedError) as refused:
        read_key(path)
    assert code_of(refused) == "R501"


def test_a_key_behind_another_name_is_refused(path, tmp_path):
    (tmp_path / "link.key").symlink_to(path)
    with pytest.raises(RefusedError) as refused:
        read_key(tmp_path / "link.key")
    assert code_of(refused) == "R502"
    (tmp_path / "second.key").hardlink_to(path)
    with pytest.raises(RefusedError) as refused:
        read_key(path)
    assert code_of(refused) == "R502"


def test_what_is_no_file_is_refused(tmp_path):
    os.mkfifo(tmp_path / "pipe", 0o600)
    for place in (tmp_path / "pipe", tmp_path):
        with pytest.raises(RefusedError) as refused:
            read_key(place)
        assert code_of(refused) == "R502"
    with pytest.raises(RefusedError) as refused:
        read_key(tmp_path / "nowhere")
    assert code_of(refused) == "R500"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives a file to another user")
def test_a_key_of_another_user_is_refused(path):
    os.chown(path, 65534, -1)
    with pytest.raises(RefusedError) as refused:
        read_key(path)
    assert code_of(refused) == "R502"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-2],
        lambda text: text.replace("link key 1", "link key 2"),
        lambda text: text.upper(),
        lambda text: text + "more\n",
        lambda text: text.replace("generation 1", "generation 0"),
        lambda text: "a passphrase",
        lambda text: "",
        lambda text: "\u00e9" * 40,
    ],
)
def test_what_is_no_key_is_refused_without_a_word_of_it(path, spoil):
    text = path.read_text()
    path.write_text(spoil(text), encoding="utf-8")
    with pytest.raises(RefusedError) as refused:
        read_key(path)
    assert code_of(refused) == "R503"
    assert text.split("\n")[2][:8] not in str(refused.value)


def test_a_key_is_never_written_over(path, tmp_path):
    before = path.read_bytes()
    for make in (lambda: make_key(path, "P-1"), lambda: rotate_key(path, path)):
        with pytest.raises(RefusedError) as refused:
            make()
        assert code_of(refused) == "R505"
    assert path.read_bytes() == before


@pytest.mark.parametrize("project", ["", "P 1", "P-1\n", "-P", "P" * 81, "Pé"])
def test_a_project_has_a_plain_name(tmp_path, project):
    with pytest.raises(RefusedError) as refused:
        make_key(tmp_path / "new.key", project)
    assert code_of(refused) == "R503"
    assert not (tmp_path / "new.key").exists()


def test_rotation_makes_the_next_generation(path, tmp_path):
    new = rotate_key(path, tmp_path / "new.key")
    assert (new.project, new.generation) == ("P-1", 2)
    assert read_key(tmp_path / "new.key").check == new.check != read_key(path).check


def test_a_destroyed_key_leaves_a_note_and_nothing_of_its_bytes(path, tmp_path):
    key, secret = read_key(path), path.read_text().split("\n")[2]
    note = destroy_key(path)
    assert [each.name for each in tmp_path.iterdir()] == [note.name]
    assert "project P-1 generation 1\n" in note.read_text()
    assert key.check in note.read_text()
    assert secret not in note.read_text()


def test_a_key_that_cannot_be_written_whole_leaves_no_part(tmp_path, monkeypatch):
    def full(descriptor):
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="R401"):
        make_key(tmp_path / "p.key", "P-1")
    assert [*tmp_path.iterdir()] == []


def test_what_is_derived_is_not_printed_either(path):
    key = read_key(path)
    own = key.derive("h", "surname", "filter")
    shown = repr(Hashing(own, 512, 15))
    assert repr(own) not in shown
    assert own.hex() not in shown


@pytest.mark.parametrize("call", ["read_key(path)", "make_key(path.with_name('other'), 'P-1')"])
def test_whoever_holds_a_key_leaves_no_core_dump_and_is_read_by_no_other_process(path, call):
    code = (
        "import ctypes, resource, sys; from pathlib import Path; path = Path(sys.argv[1]);"
        f"from linkage.privacy.key_files import make_key, read_key; {call};"
        "print(resource.getrlimit(resource.RLIMIT_CORE)[0], end=' ');"
        "dumpable = 3; prctl = getattr(ctypes.CDLL(None), 'prctl', lambda *given: 0);"
        "print(prctl(dumpable, 0, 0, 0, 0))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert done.stdout == "0 0\n"
