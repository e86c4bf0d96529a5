"""What the made-up audit saw closer: segments that are worse, reaction and result, managers like for like."""

from engine.render.sample.said import MANAGERS, Said
from engine.rules.dose import Band, Dose, Landmark
from engine.rules.finding import Finding
from engine.rules.managers import ManagerCompared
from engine.rules.scan import Found, Scan, Sight

EVENING, PAIR = "4be1907d52", "93c05aa1f8"


def scan(t: Said) -> Scan:
    """Two segments of late answers: one by itself, one within it; and nothing on quotes."""
    evening = (("weekday_hour", "fri 19"),)
    return Scan(
        comparisons=212,
        detectable=0.08,
        sights=(
            _sight("answered_in_hour", "manager", 231, 0.104),
            _sight("answered_in_hour", "source", 288, 0.093),
            _sight("quote_to_contract", "manager", 60, 0.262),
        ),
        found=(
            _found(t, evening, 61, 0.14, 0.49, -0.31, -6.1),
            _found(t, (*evening, ("source", t("Авито", "Classifieds"))), 34, 0.05, 0.48, -0.36, -5.2, parent=True),
        ),
    )


def _sight(point: str, dimension: str, n: int, difference: float) -> Sight:
    return Sight(process="web_form", control_point=point, dimension=dimension, n=n, difference=difference)


def _found(
    t: Said,
    segment: tuple[tuple[str, str], ...],
    n: int,
    value: float,
    rest: float,
    difference: float,
    z: float,
    *,
    parent: bool = False,
) -> Found:
    return Found(
        process="web_form",
        control_point="answered_in_hour",
        segment=segment,
        n=n,
        value=value,
        rest=rest,
        difference=difference,
        low=difference - 0.1,
        high=difference + 0.1,
        z=z,
        q=1e-6,
        steady=not parent,
        parent=segment[:1] if parent else None,
    )


def segments(t: Said) -> tuple[Finding, ...]:
    """The findings of the segments; they stand beneath the one on late answers."""
    found = scan(t).found
    title = t("На заявки отвечают слишком поздно", "Enquiries are answered too late")
    message = t("14 из 100, у остальных — 49 из 100.", "14 in 100, of the others 49 in 100.")
    return tuple(
        Finding(
            id=id_,
            rule="late_answers",
            title=title,
            process="web_form",
            severity="red",
            segment=one.segment,
            message=message,
            lost_cases=round(one.n * -one.difference),
            cases=("10044", "10208"),
            all_cases=round(one.n * (1 - one.value)),
        )
        for id_, one in zip((EVENING, PAIR), found, strict=True)
    )


def dose() -> tuple[Dose, ...]:
    """Quick answers go with more contracts; at the last moment it cannot be told."""
    bands = (("<= 15m", 214, 0.26), ("<= 1h", 305, 0.23), ("<= 4h", 268, 0.18), ("> 4h", 310, 0.15), ("never", 57, 0.0))
    return (
        Dose(
            process="web_form",
            control_point="reaction_time",
            outcome="quote_to_contract",
            bands=tuple(
                Band(band=name, n=n, value=value, low=max(0.0, value - 0.04), high=value + 0.05)
                for name, n, value in bands
            ),
            trend_z=-3.4,
            trend_p=0.0003,
            landmarks=(
                _landmark(900, 214, 902, 0.26, 0.16, (0.09, 0.03, 0.15)),
                _landmark(3600, 519, 560, 0.24, 0.14, (0.08, 0.04, 0.13)),
                _landmark(14400, 787, 201, 0.22, 0.16, (0.03, -0.03, 0.09)),
                _landmark(86400, 1070, 12, 0.2, 0.1, None),
            ),
            standardised_by=("source", "manager"),
        ),
    )


def _landmark(
    at: int, answered: int, waiting: int, value: float, other: float, found: tuple[float, float, float] | None
) -> Landmark:
    difference, low, high = found or (None, None, None)
    return Landmark(
        at=at,
        answered=answered,
        not_answered=waiting,
        answered_value=value,
        not_answered_value=other,
        left_out=1154 - answered - waiting,
        difference=difference,
        low=low,
        high=high,
    )


_RAW = (0.44, 0.5, 0.49, 0.24, 0.51)


def managers(t: Said) -> tuple[ManagerCompared, ...]:
    """One is worse than the others on the same cases; one has too few."""
    return tuple(
        ManagerCompared(
            process="web_form",
            control_point="answered_in_hour",
            manager=t(*name),
            n=23 if number == 4 else 230 + 7 * number,
            raw=raw,
            expected=0.46,
            standardised=raw + 0.01,
            z=-6.0 if raw < 0.3 else 0.4,
            q=None if number == 4 else 1e-6 if raw < 0.3 else 0.8,
            shrunken=0.27 if raw < 0.3 else 0.47,
            low=0.22 if raw < 0.3 else 0.42,
            high=0.32 if raw < 0.3 else 0.52,
            word="too few" if number == 4 else "worse" if raw < 0.3 else "not told apart",
            standardised_by=("source", "returning"),
        )
        for number, (name, raw) in enumerate(zip(MANAGERS, _RAW, strict=True))
    )
