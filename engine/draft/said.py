"""The words in which guesses are explained."""

from engine.render.templates import Locale, folders, messages
from engine.render.words import Words


def words_for(locale: Locale) -> Words:
    """The shipped texts in a language."""
    return Words(locale=locale, texts=messages(folders(None), locale))
