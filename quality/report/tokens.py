"""The colours of the page, light and dark, and which stand on which: written here and nowhere else.

Paper is white: the dark scheme is for screens alone.
"""

from collections.abc import Mapping

LIGHT: Mapping[str, str] = {
    "ink": "#0b0c0c",
    "paper": "#ffffff",
    "muted": "#505a5f",
    "panel": "#f3f2f1",
    "grid": "#b1b4b6",
    "link": "#1a65a6",
    "visited": "#4c2c92",
    "focus": "#ffdd00",
    "on-focus": "#0b0c0c",
    "blue": "#12436d",
    "orange": "#f46a25",
    "heat-0": "#f4f7fa",
    "heat-1": "#cfdfed",
    "heat-2": "#93b7d6",
    "heat-3": "#2f6a9a",
    "heat-4": "#12436d",
}

DARK: Mapping[str, str] = {
    "ink": "#f3f2f1",
    "paper": "#12161a",
    "muted": "#b1b4b6",
    "panel": "#1f262c",
    "grid": "#5a6670",
    "link": "#8ab8e6",
    "visited": "#c4a6f0",
    "focus": "#ffdd00",
    "on-focus": "#0b0c0c",
    "blue": "#cfe4fa",
    "orange": "#d4500a",
    "heat-0": "#1b2229",
    "heat-1": "#1f3a52",
    "heat-2": "#2c5f88",
    "heat-3": "#7db4e6",
    "heat-4": "#cfe4fa",
}

SCHEMES: Mapping[str, Mapping[str, str]] = {"light": LIGHT, "dark": DARK}

TEXT_ON: tuple[tuple[str, str], ...] = (
    ("ink", "paper"),
    ("ink", "panel"),
    ("on-focus", "focus"),
    ("muted", "paper"),
    ("muted", "panel"),
    ("link", "paper"),
    ("link", "panel"),
    ("visited", "paper"),
    ("paper", "blue"),
    ("paper", "ink"),
    ("ink", "heat-0"),
    ("ink", "heat-1"),
    ("ink", "heat-2"),
    ("paper", "heat-3"),
    ("paper", "heat-4"),
)
"""Text colour and ground: 4.5 to 1 or more (WCAG 1.4.3)."""

MARKS_ON: tuple[tuple[str, str], ...] = (
    ("blue", "paper"),
    ("orange", "paper"),
    ("ink", "paper"),
    ("blue", "orange"),
)
"""Marks that carry meaning and their ground: 3 to 1 or more (WCAG 1.4.11)."""

HEAT_LIMITS: tuple[float, ...] = (0.01, 0.05, 0.10, 0.25)
"""Where one shade of the heatmap ends, the same in every run so that runs compare."""


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours (WCAG 2.2, relative luminance).

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def custom_properties() -> str:
    """Return the colours as CSS custom properties, for the top of the style sheet."""
    light, dark = (
        "".join(f"--{name}:{value};" for name, value in scheme.items()) for scheme in (LIGHT, DARK)
    )
    return (
        f":root{{color-scheme:light;{light}}}"
        f"@media screen and (prefers-color-scheme:dark){{:root{{color-scheme:dark;{dark}}}}}"
    )


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
