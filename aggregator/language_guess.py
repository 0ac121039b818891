"""Guesses the language of a text, by its script and its commonest words.

For comparing a feed with its past and with `[policy]`: publishers omit the language, or their software
declares `en` for everything. Returns None unless it is certain.
"""

import re
from collections import Counter
from collections.abc import Iterable

import regex

ENOUGH_WORDS = 4  # of a language, or the result is None
CLEARLY = 1.5  # times as many as of the second language
MOST = 4000  # characters that are read

# Words that are common in one language and rare in the others: articles, pronouns, conjunctions.
WORDS = {
    "cs": "že jsem jsou byl jeho podle který která jak také při nebo ještě než když",
    "da": "og ikke jeg det der har også hvor efter blev noget kunne mellem selv meget",
    "de": "der die und nicht ist ich das ein mit für auf sich auch eine wird aus werden",
    "en": "the and that is was with for are this have you from not which they it we of to",
    "es": "los las una por con del pero está como más también este porque muy sobre",
    "fi": "että mutta ovat myös hän olla kuin niin mitä ovat ole sitä tämä joka",
    "fr": "les des est dans une pour qui pas sur avec plus vous cette sont nous aux",
    "hu": "hogy nem egy volt csak meg már mint vagy ezt még lehet azt ahogy",
    "id": "yang dan untuk dengan tidak dari ini dalam adalah pada akan itu juga anda",
    "it": "che della non sono per nel anche più gli alla questo dei delle una come",
    "nl": "het een van niet zijn voor met ook maar naar deze wordt bij door heeft",
    "no": "og ikke jeg det som har også hvor etter ble noe kunne mellom selv mye",
    "pl": "nie się jest na że jak przez jego ale który która oraz także już są",
    "pt": "não uma com para mais você como foi pelo são isso também muito dos das",
    "ro": "și este nu care pentru din sunt mai sau după fost aceasta într prin",
    "ru": "и не что на это как его но они для был так все она если",
    "sv": "och att det som inte för jag har med också efter där kunde mellan mycket",
    "tr": "bir ve bu için ile çok daha olarak gibi olan kadar sonra ancak değil",
    "uk": "і не що на це як його але вони для був так також якщо або є",
    "vi": "và của không là có cho được một những trong với này người các",
}
SETS = {language: frozenset(words.split()) for language, words in WORDS.items()}

# Scripts that only one common language uses, or nearly so.
SCRIPTS = {
    "ja": regex.compile(r"[\p{Hiragana}\p{Katakana}]"),
    "ko": regex.compile(r"\p{Hangul}"),
    "zh": regex.compile(r"\p{Han}"),
    "th": regex.compile(r"\p{Thai}"),
    "ar": regex.compile(r"\p{Arabic}"),
    "he": regex.compile(r"\p{Hebrew}"),
    "el": regex.compile(r"\p{Greek}"),
    "hi": regex.compile(r"\p{Devanagari}"),
}
SHARE_OF_SCRIPT = 0.2  # of the letters; Japanese has kana among its Han, and all have names in Latin


def language_of(texts: Iterable[str]) -> str | None:
    """Return the language (ISO 639-1) of most of these texts; None if it is uncertain."""
    counts = Counter(guess for text in texts if (guess := guess_language(text)))
    return counts.most_common(1)[0][0] if counts else None


def guess_language(text: str) -> str | None:
    """Return the language (ISO 639-1) of a text; None if it is too short or too mixed to tell."""
    text = text[:MOST]
    return _by_script(text) or _by_words(text)


def _by_script(text: str) -> str | None:
    if text.isascii():
        return None
    letters = sum(map(str.isalpha, text))
    for language, script in SCRIPTS.items():
        if len(script.findall(text)) > SHARE_OF_SCRIPT * max(letters, 1):
            return language
    return None


def _by_words(text: str) -> str | None:
    found = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    scores = {language: sum(found[word] for word in words & found.keys()) for language, words in SETS.items()}
    (first, most), (_, second) = Counter(scores).most_common(2)
    return first if most >= ENOUGH_WORDS and most >= CLEARLY * second else None
