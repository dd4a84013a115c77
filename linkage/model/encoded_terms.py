"""What a blocking rule may ask of encoded columns.

A salted encoding is left out: who agrees on it agrees on the salt, and a rule that asks the salt
finds them too.
"""

from linkage.model.encoded_columns import Held
from linkage.model.encoded_roles import bands, match_keys
from linkage.model.rule_terms import FIELDS, Term


def encoded_terms(held: Held) -> list[Term]:
    """Return (field, term) for what is held; bands and tokens of several names are of the names."""
    found: list[Term] = []
    for field, variants in FIELDS.items():
        for values in variants:
            tokens = [held.plain(value) for value in values]
            if field != "names" and None not in tokens:
                found.append((field, tuple(str(token) for token in tokens)))
    together = [each for each in (held.date, *held.plain_parts) if each]
    found += [("date_of_birth", (each,)) for each in together]
    names = [each for each in (held.names, *held.sounds, *bands(held.columns)) if each]
    found += [("names", (each,)) for each in names]
    return [*found, *(("match-keys", (each,)) for each in match_keys(held.columns))]
