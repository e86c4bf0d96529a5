"""Where a source knows only who the manager is today, every table by manager says so (D21)."""

from dataclasses import replace

from engine.kpis.fact import Fact
from engine.render.sample import sample
from engine.render.templates import folders, prepare


def _noted(fact: Fact) -> Fact:
    by_manager = any(dimension == "manager" for dimension, _ in fact.segment)
    return replace(fact, note="manager=today") if by_manager else fact


def test_a_table_by_manager_says_that_it_is_todays() -> None:
    """In both languages, and in no other table."""
    for locale, words in (("ru", "по сегодняшнему менеджеру"), ("en", "by today’s manager")):
        audit = sample(locale)  # type: ignore[arg-type]
        noted = replace(audit, facts=tuple(_noted(fact) for fact in audit.facts))
        before = [table.dimension for table in prepare(audit, folders(None)).report.segments]
        after = [table.dimension for table in prepare(noted, folders(None)).report.segments]
        assert before
        assert not any(words in dimension for dimension in before)
        assert [words in dimension for dimension in after] == ["енедж" in d or "anager" in d for d in before]
