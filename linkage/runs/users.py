"""Users of the operating system, by the name or the number that a configuration gives."""

import pwd


def user_id(user: str) -> int | None:
    """Return the number of a user, None where there is none of that name."""
    if user.isascii() and user.isdigit():
        return int(user)
    try:
        return pwd.getpwnam(user).pw_uid
    except KeyError:
        return None


def user_ids(users: tuple[str, ...]) -> list[int]:
    """Return the numbers of those ``users`` that there are."""
    return sorted({number for user in users if (number := user_id(user)) is not None})


def user_name(number: int) -> str | None:
    """Return the name of a user, None where the number has no account, as in a container."""
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return None
