"""C18x: what is to be encoded. R50x: keys, and schemas of other tools."""

from linkage.config.codes import Entry

ENCODING: dict[str, Entry] = {
    "C180": Entry(
        "a source lacks a field that is encoded",
        "`privacy` names a field that a source does not map. Every owner of a project encodes the "
        "same fields, so that what comes of them can be compared.",
        "Map the field in every source, to an empty column where the owner does not know it; or "
        "leave it out, at every owner.",
    ),
    "C181": Entry(
        "a field that cannot be encoded as it is listed",
        "A field is listed twice, is a full name, is a number under `fields` or something else "
        "under `numbers`, or is a list of values.",
        "Name each field once, names by their parts, and numbers under `numbers` with their step; "
        "none with `profile: keys`.",
    ),
    "C182": Entry(
        "a profile without its salts",
        "The profile encodes names and numbers under the date of birth or the postcode, so that "
        "how often a name is found tells nothing; and the fields give neither.",
        "Add `date_of_birth` to the fields, mapped to an empty column where an owner does not know "
        "it; or choose `profile: keys`.",
    ),
    "C183": Entry(
        "nothing to find candidates by",
        "What the profile makes of the fields can be compared, but nothing of it is fine enough to "
        "find pairs by: a token under 10 bits of entropy never does so alone.",
        "Add fields. Names and a date of birth are enough for every profile.",
    ),
    "R500": Entry(
        "there is no key to read",
        "The file given with `--key`, or to `link key`, is not there, or this user may not read "
        "it.",
        "Give the path of the file that `link key new` wrote, as the user who owns it.",
    ),
    "R501": Entry(
        "the key is open to others",
        "The rights of the key file let its group or everyone read, change or run it.",
        "Find out who could have read it. Rotate the key (`link key rotate`) and encode anew where "
        "anybody could; make the file private (`chmod 600`) where nobody else had a way to it.",
    ),
    "R502": Entry(
        "the key is no plain file of this user's",
        "A key is read from a regular file with one name that belongs to the user who runs the "
        "command: not through a symbolic link, from a pipe, or from a file of another user.",
        "Give the path of the file itself, as the user who owns it.",
    ),
    "R503": Entry(
        "not a key",
        "The file does not hold what `link key new` writes, or was cut or changed; or the project "
        "that a new key is for has a name with other characters than letters, digits, points, "
        "hyphens and underscores.",
        "Give the key file as it was written. A key is never typed or made up: a passphrase is no "
        "key.",
    ),
    "R504": Entry(
        "the key of another project",
        "A key serves one project, so that what two projects encode cannot be put together.",
        "Give the key of the project that the configuration names under `privacy.project`.",
    ),
    "R505": Entry(
        "a key is never written over",
        "Something stands where `link key new` or `link key rotate` is to write.",
        "Give a path where nothing is. What was encoded under a lost key cannot be linked to what "
        "is encoded later.",
    ),
    "R506": Entry(
        "a schema of clkhash that is not read",
        "Only schemas of version 3 with blakeHash, HKDF and the comparisons ngram, exact and "
        "numeric are read; versions 1 and 2 and doubleHash, which an attack breaks, are refused.",
        "Convert the schema with clkhash, and choose blakeHash.",
    ),
}
