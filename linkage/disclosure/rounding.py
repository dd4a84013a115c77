"""Rounding of counts to a base."""


def to_base(count: int, base: int) -> int:
    """Round ``count`` to the nearest multiple of ``base``, halves up.

    Examples
    --------
    >>> [to_base(count, 5) for count in (12, 13, 15)]
    [10, 15, 15]
    """
    return base * ((2 * count + base) // (2 * base))
