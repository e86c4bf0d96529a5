"""What of the rules no rule test fires: rules, their colours, their causes."""

from collections.abc import Collection, Sequence

from engine.definitions.rule import Rule

COLOURS = ("green", "yellow", "red", "grey", "not assessable")
Fired = Collection[tuple[str, str]]
"""(kind, name): ("colour", RULE.COLOUR) and ("cause", RULE.CAUSE), of tests that passed."""


def colours_of(rule: Rule) -> tuple[str, ...]:
    """The colours a rule can have: a limit it does not have gives none, a diagnosis has that of its severity.

    Too little to say is grey; a limit taken of the client's own months has no value then, and nothing is assessable.
    """
    if rule.when is not None:
        return ("green", rule.severity or "red")
    limits = {"yellow": rule.yellow, "red": rule.red}
    too_little = "not assessable" if any(limit.own for limit in limits.values() if limit) else "grey"
    return ("green", *(colour for colour, limit in limits.items() if limit), too_little)


def not_fired(rule: Rule, fired: Fired) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The colours and the causes of a rule that no test expects."""
    colours = tuple(colour for colour in colours_of(rule) if ("colour", f"{rule.name}.{colour}") not in fired)
    causes = tuple(cause.name for cause in rule.causes if ("cause", f"{rule.name}.{cause.name}") not in fired)
    return colours, causes


def table(rules: Sequence[Rule], fired: Fired, locale: str) -> str:
    """A line for each rule with something that no test fires; empty where there is nothing to name."""
    if not fired:
        names = ", ".join(rule.name for rule in rules)
        return names and (f"все ({len(rules)}): {names}" if locale == "ru" else f"all ({len(rules)}): {names}")
    lines = []
    for rule in rules:
        colours, causes = not_fired(rule, fired)
        never = colours == colours_of(rule)
        if not colours and not causes:
            continue
        parts = [_NEVER[locale]] if never else [", ".join(_COLOURS[locale][colour] for colour in colours)]
        parts += [f"{_CAUSES[locale]}: {', '.join(causes)}"] if causes else []
        lines.append(f"{rule.name}: {'; '.join(part for part in parts if part)}")
    return "\n".join(lines)


_NEVER = {"ru": "нет теста", "en": "no test"}
_CAUSES = {"ru": "причины", "en": "causes"}
_COLOURS = {
    "ru": {
        "green": "зелёное",
        "yellow": "жёлтое",
        "red": "красное",
        "grey": "серое",
        "not assessable": "не оценить",
    },
    "en": {colour: colour for colour in COLOURS},
}
