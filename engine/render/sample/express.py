"""What a made-up page of `voronka express` says beside its audit."""

from collections.abc import Mapping

from engine.audit import Audit
from engine.render.express import Express, GuessShown, TableShown, WhatIf, express_of
from engine.render.words import Words


def express_page(audit: Audit, texts: Mapping[str, str]) -> Express:
    """Guesses of every kind, one of them tried otherwise."""
    words = Words(locale=audit.locale, currency=audit.currency, texts=texts)
    guesses = tuple(
        GuessShown(
            role=words.t("express.role.case"),
            chosen="ID",
            level=level,
            sure=words.t(f"draft.sure.{level}"),
            why=words.t("draft.why.name"),
            others="Key" if level == "low" else "",
        )
        for level in ("high", "middle", "low")
    )
    rows = ((words.t("express.cases"), "100", "98"), (words.t("express.won"), "40", "40"))
    question = words.t("express.if.start", other="Changed", chosen="Created")
    doubts = (WhatIf(question=question, rows=rows),)
    why = words.t("draft.aside.no_key")
    tables = (TableShown(name="deals.xlsx: Notes", role=words.t("express.table.aside"), why=why),)
    return express_of(audit, words, ("deals.xlsx",), guesses, doubts, tables)
