"""Owners who encode for a linkage unit, each in a folder beside its own."""

import shutil

from tests.e2e.conftest import QUICK, World

PRIVACY = (
    "privacy: {project: P, fields: [first_name, surname, date_of_birth, sex], max_risk: 0.99}\n"
)


def encode(link, folder, owner, rows):
    """Write an owner's records, encode them in a folder of the owner's own, and send them."""
    home = folder / owner
    home.mkdir()
    world = World(home)
    world.a = world.b = rows
    world.names, world.extra = (owner, "copy"), PRIVACY
    world.write()
    parts = ("--key", "keys/key", "--out", f"{owner}/out", "--private", f"{owner}/private")
    link("encode", f"{owner}/config.yaml", "--source", owner, *parts, folder=folder)
    shutil.copytree(home / "out", folder / "unit" / owner)


def configure_unit(folder, owners, name):
    """Write what the unit links: every owner's encodings."""
    sources = "".join(f"  {o}: {{encoded: {o}, one_record_per_person: true}}\n" for o in owners)
    text = f"version: 1\nname: {name}\nsources:\n{sources}{QUICK}"
    (folder / "unit/unit.yaml").write_text(text)
