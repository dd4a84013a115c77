"""Which links a review is of: a digest that other links, or other records, do not have."""

import hashlib

from quality.run_tables import Tables

# what is hashed is joined by a character that no identifier holds after standardisation; the sum
# over rows does not depend on their order, and md5 is the same in every version of the database
_KEYS = """
    SELECT count(*), bit_xor(md5_number(concat_ws(chr(31), source, record, record_id)))
    FROM {keys}
"""
_LINKS = """
    SELECT count(*), bit_xor(md5_number(
        concat_ws(chr(31), source_l, record_id_l, source_r, record_id_r)))
    FROM {links}
"""


def links_digest(run: Tables) -> str:
    """Return the digest of the run's links and of the numbers by which its records go."""
    rows = [
        run.connection.execute(query).fetchall()[0]
        for query in (
            _KEYS.format(keys=run.view("record_keys")),
            _LINKS.format(links=run.view("links")),
        )
    ]
    return hashlib.sha256(repr(rows).encode()).hexdigest()
