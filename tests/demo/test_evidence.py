"""What the shipped rules and actions lean on: every source is known here with the best grade it may carry."""

import pytest

from engine.definitions.rule import Evidence
from tests.demo.test_shipped import actions, rules

BEST = {
    # trials
    "Blæhr": "E1",
    "Ebster": "E1",
    "Gap stores": "E1",
    "Hallsworth": "E1",
    "Jackson, Schneider": "E1",
    "Li, Luo, Lu, Moriguchi": "E1",
    "Luo et al., Marketing Science": "E1",
    "Munichor": "E1",
    "Parikh": "E1",
    "Sandvik": "E1",
    "Six experiments": "E1",
    "Speed Is a Signal": "E1",
    "Tang": "E1",
    # natural experiments and models that handle selection
    "Fisher, Gallino": "E2",
    "How Much is Too Much": "E2",
    "Lu et al. 2013": "E2",
    "M&SOM 23": "E2",
    "Mani": "E2",
    "Pierce, Snow": "E2",
    "Proserpio": "E2",
    "Shortening the booking horizon": "E2",
    "Slow and sure": "E2",
    "staffing to traffic": "E2",
    "Tan, Netessine": "E2",
    "Tan, Wang, Tan": "E2",
    "open-access booking": "E2",
    "Webb, Yu": "E2",
    # large observations, mystery shopping
    "Gruen": "E3",
    "HBR 2011": "E3",
    "Kumar": "E3",
    "Marshfield": "E3",
    "Naumen": "E3",
    "Oldroyd": "E3",
    "Sabnis": "E3",
    "de Matos": "E3",
    # vendors and surveys
    "330 sellers": "E4",
    "n = 330": "E4",
    "Baymard": "E4",
    "CallRail": "E4",
    "Club Industry": "E4",
    "Comm100": "E4",
    "Dixon": "E4",
    "Gong": "E4",
    "Kitomba": "E4",
    "MGMA": "E4",
    "Maple": "E4",
    "OpenTable": "E4",
    "Phorest": "E4",
    "RJMetrics": "E4",
    "Ryski": "E4",
    "Sprout": "E4",
    "Toister": "E4",
    "Velocify": "E4",
    "Xero": "E4",
}
"""A name in the English source -> its best grade: E1 trial, E2 natural experiment, E3 observation, E4 vendor."""

ACTIONS = {action.name: action.evidence for action in actions() if action.evidence is not None}


@pytest.mark.parametrize("name", ACTIONS)
def test_an_action_claims_no_more_than_its_source(name: str) -> None:
    """A grade better than practice has a source known by name, and is no better than that source."""
    _claims_no_more(ACTIONS[name])


def _claims_no_more(evidence: Evidence) -> None:
    source = evidence.source.en
    if evidence.grade in ("E1", "E2", "E3", "E4"):
        known = [grade for name, grade in BEST.items() if name in source]
        assert known, source
        assert evidence.grade >= min(known), source
    else:
        assert evidence.grade in ("E5", "P"), source


def test_the_label_of_a_limit_fits_its_grade() -> None:
    """A published study is E3 or better, an industry norm E4, a rule of a platform P; anything weaker is agreed."""
    for rule in rules():
        norm = rule.norm
        if norm is None or norm.label == "agree with the client":
            continue
        fits = {"published study": ("E1", "E2", "E3"), "industry norm": ("E4",), "platform rule": ("P",)}
        assert norm.evidence in fits[norm.label], rule.name


def test_a_source_of_a_limit_is_known() -> None:
    """What stands beside a limit with a grade is known by name, and the grade is no better than the source's."""
    graded = [rule for rule in rules() if rule.norm and rule.norm.evidence in ("E1", "E2", "E3", "E4")]
    assert len(graded) >= 10
    for rule in graded:
        assert rule.norm is not None
        assert rule.norm.ref is not None, rule.name
        assert rule.norm.evidence is not None
        known = [grade for name, grade in BEST.items() if name in rule.norm.ref.en]
        assert known, rule.name
        assert rule.norm.evidence >= min(known), rule.name
