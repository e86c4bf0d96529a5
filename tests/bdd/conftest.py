"""A small workspace to run features in."""

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.bdd import (
    audited,
    collector,
    counts,
    ruletests,
    running,
    steps_judged,
    steps_log,
    steps_model,
    summary,
    writing,
)
from engine.bdd.listing import steps_table
from engine.engines.duckdb import Engine

VORONKA = """\
format: 1
client: Мебель на заказ
locale: {locale}
time_zone: Europe/Moscow
calendars:
  office: {{hours: {{mon-fri: "09:00-18:00"}}, holidays: RU}}
"""
PROCESS = """\
process: web_form
title: {ru: Заявка с сайта, en: Web form}
channel: web_form
calendar: office
initial: received
states:
  - {name: received,  title: {ru: Заявка поступила, en: Received}, responsible: менеджер}
  - {name: contacted, title: {ru: Дозвонились, en: Contacted}}
  - {name: quoted,    title: {ru: Расчёт отправлен, en: Quoted}}
  - {name: won,  title: {ru: Оплата, en: Paid}, final: true, outcome: won}
  - {name: lost, title: {ru: Отказ, en: Lost}, final: true, outcome: lost}
marks:
  - {name: call_attempt, title: {ru: Попытка дозвона, en: Call attempt}}
happy_path: [received, contacted, quoted, won]
transitions:
  - {trigger: reach,   source: received,  dest: contacted}
  - {trigger: quote,   source: contacted, dest: quoted}
  - {trigger: pay,     source: quoted,    dest: won}
  - {trigger: give_up, source: "*", dest: lost}
control_points:
  reaction_time: {kpi: elapsed, from: received, to: contacted, quantile: 0.9, of: all, clock: business}
  in_15m:        {kpi: within, from: received, to: contacted, limit: 15m, clock: business}
  win_rate:      {kpi: conversion, from: received, to: won, within: 60d}
  attempts:      {kpi: count, of: call_attempt}
"""
RULES = """\
rules:
  - {name: slow_reaction, title: Долго не отвечаем, control_point: reaction_time, yellow: "> 15m", red: "> 1h"}
  - {name: few_in_time, control_point: in_15m, red: "< 90%", where: "source != 'partner'"}
  - {name: few_wins, control_point: win_rate, red: "< 20%"}
"""
ACTIONS = """\
actions:
  - name: auto_reply
    title: {ru: Автоответ, en: Automatic reply}
    steps: [{ru: Настроить, en: Set it up}]
    responsible: РОП
    effort: {hours: 4}
    due_in: 1w
"""

Site = Callable[..., Path]

Engine().close()  # pytester forgets modules that a test imports, and DuckDB cannot be loaded twice
KEPT = (counts, steps_model, steps_judged, steps_log, audited, collector, ruletests, summary, writing, steps_table())


@pytest.fixture
def site(pytester: pytest.Pytester) -> Site:
    """Makes a workspace in the folder of the test: `site(NAME=text or bytes)` are its feature files."""

    def make(locale: str = "ru", **features: str | bytes) -> Path:
        root = pytester.path
        for folder in ("processes", "rules/actions", "features"):
            (root / folder).mkdir(parents=True, exist_ok=True)
        (root / "voronka.yaml").write_text(VORONKA.format(locale=locale), encoding="utf-8")
        (root / "processes/web_form.yaml").write_text(PROCESS, encoding="utf-8")
        (root / "rules/limits.yaml").write_text(RULES, encoding="utf-8")
        (root / "rules/actions/all.yaml").write_text(ACTIONS, encoding="utf-8")
        for name, text in features.items():
            content = text if isinstance(text, bytes) else text.encode()
            (root / "features" / f"{name}.feature").write_bytes(content)
        return root

    return make


Run = Callable[..., pytest.RunResult]


@pytest.fixture
def bdd(pytester: pytest.Pytester) -> Run:
    """Runs the features of the folder of the test as `voronka test` does."""

    def run(*args: str) -> pytest.RunResult:
        return pytester.runpytest_inprocess(*running.arguments(pytester.path, *args))

    return run


@pytest.fixture(autouse=True)
def _shown_as_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """On CI pytest says every failure a second time, at length; what a person sees is what is tested."""
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
