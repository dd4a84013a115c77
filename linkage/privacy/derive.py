"""Keys from a key: HKDF with SHA-256 (Krawczyk and Eronen 2010, RFC 5869)."""

import hmac

_DIGEST = "sha256"
_SIZE = 32


def hkdf(secret: bytes, salt: bytes, info: bytes, length: int, digest: str = _DIGEST) -> bytes:
    """Return ``length`` bytes derived from ``secret`` for the purpose that ``info`` names.

    Parameters
    ----------
    salt
        May be empty, which stands for zeros.
    digest
        The hash of the HMAC: sha256, or sha512 in schemas of clkhash.

    Raises
    ------
    ValueError
        When more is asked for than 255 digests.

    Source: RFC 5869, sections 2.2 and 2.3, checked against the vectors of its appendix A.
    """
    size = hmac.new(b"", b"", digest).digest_size
    if length > 255 * size:
        raise ValueError("HKDF gives at most 255 digests")
    pseudorandom = hmac.digest(salt or bytes(size), secret, digest)
    block, made = b"", b""
    while len(made) < length:
        block = hmac.digest(pseudorandom, block + info + bytes([len(made) // size + 1]), digest)
        made += block
    return made[:length]


def named(*parts: str) -> bytes:
    """Return a purpose as bytes: no two lists of parts give the same.

    Example
    -------
    >>> named("P-1", "surname")
    b'3:P-1,7:surname,'
    """
    texts = [part.encode() for part in parts]
    return b"".join(b"%d:%b," % (len(text), text) for text in texts)
