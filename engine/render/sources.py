"""The profiles as a list: for the terminal, as JSON, and as a page of the documentation."""

import json
from collections.abc import Mapping, Sequence

from engine.definitions.profile import Profile
from engine.render import markdown
from engine.render.lookup import Drawn, View
from engine.render.terminal import Draw
from engine.render.words import Words

STYLES = {"documented": "green", "seen in code": "yellow", "generic": "dim"}


def sources_view(found: Sequence[tuple[str, Profile]], words: Words, *, whole: bool) -> View:
    """A line for each profile; `whole`: with all that is known of it."""
    return View(lambda draw: _told(draw, found, words) if whole else _listed(draw, found, words))


def _listed(draw: Draw, found: Sequence[tuple[str, Profile]], words: Words) -> Drawn:
    table = draw.table(3, whole=(1,))
    table.add_row(*(draw.text(words.t(f"sources.{head}"), "bold") for head in ("system", "profile", "form", "sure")))
    for name, profile in found:
        sure = draw.text(_sure(profile, words), STYLES[profile.confidence])
        table.add_row(draw.text(profile.system), draw.text(name), draw.text(_form(profile, words)), sure)
    yield table


def _told(draw: Draw, found: Sequence[tuple[str, Profile]], words: Words) -> Drawn:
    for number, (name, profile) in enumerate(found):
        if number:
            yield draw.text("")
        yield draw.text(f"{profile.system}: {profile.title.of(words.locale)}", "bold")
        table = draw.table(1, whole=(0,))
        for head, text in _rows(name, profile, words):
            table.add_row(draw.text(words.t(f"sources.{head}"), "dim"), draw.text(text))
        yield table


def _rows(name: str, profile: Profile, words: Words) -> tuple[tuple[str, str], ...]:
    locale, ask = words.locale, profile.ask
    return (
        ("profile", name),
        ("form", _form(profile, words)),
        ("sure", _sure(profile, words)),
        ("gives", profile.gives.of(locale)),
        ("lacks", profile.lacks.of(locale)),
        ("suits", ", ".join(profile.suits)),
        ("ask", f"{ask.what.of(locale)}. {ask.how.of(locale)}"),
        ("facts", "\n".join(profile.facts)),
    )


def _form(profile: Profile, words: Words) -> str:
    return words.t(f"sources.form.{profile.reads.form}")


def _sure(profile: Profile, words: Words) -> str:
    return words.t(f"sources.sure.{profile.confidence.replace(' ', '_')}")


def sources_json(found: Sequence[tuple[str, Profile]]) -> str:
    """The same as data, in both languages."""
    return json.dumps([_data(name, profile) for name, profile in found], ensure_ascii=False, indent=2) + "\n"


def _data(name: str, profile: Profile) -> Mapping[str, object]:
    texts = {"title": profile.title, "gives": profile.gives, "lacks": profile.lacks}
    asks = {"what": profile.ask.what, "how": profile.ask.how, "without": profile.ask.without}
    return {
        "profile": name,
        "system": profile.system,
        "also_called": list(profile.also_called),
        "trade": profile.trade,
        "shape": profile.reads.form,
        "confidence": profile.confidence,
        "facts": list(profile.facts),
        "suits": list(profile.suits),
        **{key: {"ru": text.ru, "en": text.en} for key, text in texts.items()},
        "ask": {key: {"ru": text.ru, "en": text.en} for key, text in asks.items()},
    }


def sources_markdown(found: Sequence[tuple[str, Profile]], words: Words) -> str:
    """A table of the profiles, in the order given."""
    heads = ("system", "profile", "gives", "lacks", "sure")
    lines = [" | ".join(words.t(f"sources.{head}") for head in heads), " | ".join("---" for _ in heads)]
    for name, profile in found:
        gives, lacks = profile.gives.of(words.locale), profile.lacks.of(words.locale)
        cells = (profile.system, gives, lacks, _sure(profile, words))
        system, *rest = map(markdown.escape, cells)
        lines.append(" | ".join((system, f"`{name}`", *rest)))
    return "".join(f"| {line} |\n" for line in lines)
