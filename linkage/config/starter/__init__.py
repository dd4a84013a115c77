"""A first configuration, guessed from the files themselves: what ``link init`` writes."""

from linkage.config.starter.guesses import Guess, guess
from linkage.config.starter.writing import example, starter

__all__ = ["Guess", "example", "guess", "starter"]
