"""What a finding about a segment says: `25 из 100, у остальных — 42 из 100; разница скорее всего от 8 до 21 из 100`."""

from engine.definitions.process import ControlPoint
from engine.rules import wording
from engine.rules.message import Speaker
from engine.rules.scan import Found
from engine.rules.wording import Locale


def segment_message(found: Found, point: ControlPoint, unit: str, limit: float | None, to: Speaker) -> str:
    """The segment beside the rest, by how much, and whether it stays so. Names no segment: that stands beside it."""
    here, rest = wording.share(found.value, to.locale), wording.share(found.rest, to.locale)
    text = to.either(f"{here}, у остальных — {rest}", f"{here}, of the others {rest}")
    if unit != "ratio" and limit is not None:
        kept = wording.at_most(to.said(limit, unit, point.clock == "business", genitive=True), to.locale)
        text = to.either(f"Укладываются в норматив ({kept}) {text}", f"Within the limit ({kept}): {text}")
    likely = wording.likely(difference(found, to.locale), to.locale)
    return f"{text}. {to.either('Разница', 'The difference is')} {likely}. {steadiness(found, to)}"


def difference(found: Found, locale: Locale) -> str:
    """The shrunken difference as a range of its size: `от 8 до 21 из 100`; of a range across zero its far end."""
    ends = sorted((abs(found.low), abs(found.high)))
    low = 0.0 if found.low < 0 < found.high else ends[0]
    return wording.span(low, ends[1], "ratio", locale)


def steadiness(found: Found, to: Speaker) -> str:
    """Whether it was so in both halves of the period."""
    if any(name == "half" for name, _ in found.segment):
        return to.either("Раньше было лучше: что изменилось?", "It was better before: what has changed?")
    if found.steady:
        return to.either("Так в обеих половинах периода.", "So in both halves of the period.")
    return to.either(
        "Заметно только в одной половине периода: могло уже пройти.",
        "To be seen in one half of the period only: it may be over.",
    )
