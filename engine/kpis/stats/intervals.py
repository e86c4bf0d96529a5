"""95 % intervals as SQL macros: Wilson with a fractional n, Poisson, Student, the log-scale ones of money (D3, D19)."""

import math

from engine.engines.duckdb import Engine

Z = 1.959963984540054
_TABULATED = 60

# An interval of counts: the score interval of a Poisson mean (Wilson's argument for a rate).
_MACROS = """
create or replace temp macro wilson_low(p, n) as
  case when n > 0 then greatest(0, (p + {zz} / (2 * n) - {z} * sqrt(greatest(p * (1 - p) / n, 0) + {zz} / (4 * n * n)))
    / (1 + {zz} / n)) end;
create or replace temp macro wilson_high(p, n) as
  case when n > 0 then least(1, (p + {zz} / (2 * n) + {z} * sqrt(greatest(p * (1 - p) / n, 0) + {zz} / (4 * n * n)))
    / (1 + {zz} / n)) end;
create or replace temp macro poisson_low(x) as greatest(0, x + {zz} / 2 - {z} * sqrt(x + {zz} / 4));
create or replace temp macro poisson_high(x) as x + {zz} / 2 + {z} * sqrt(x + {zz} / 4);
create or replace temp macro student(df) as
  case
    when df < 1 then null
    when df <= {tabulated} then {table}[df::integer]
    else {z} + {c1} / df + {c2} / df ** 2 + {c3} / df ** 3 + {c4} / df ** 4
  end;
create or replace temp macro spread(n, sum_x, sum_xx) as
  case when n > 1 then sqrt(greatest(sum_xx - sum_x * sum_x / n, 0) / (n - 1)) end;
create or replace temp macro log_mean_half(n, sum_x, sum_xx) as
  student(n - 1) * spread(n, sum_x, sum_xx) / (sum_x / n * sqrt(n));
create or replace temp macro log_sum_half(sum_x, sum_xx) as {z} * sqrt(sum_xx) / sum_x;
create or replace temp macro ratio_error(k, sum_x, sum_y, sum_xx, sum_yy, sum_xy) as
  case when k > 1 and sum_x > 0 then sqrt(k / (k - 1) * greatest(
    sum_yy - 2 * (sum_y / sum_x) * sum_xy + (sum_y / sum_x) ** 2 * sum_xx, 0)) / sum_x end;
create or replace temp macro effective_n(f, variance, known) as
  case when variance > 1e-15 and f > 1e-12 and f < 1 - 1e-12 then f * (1 - f) / variance else known end
"""


def create_macros(engine: Engine) -> None:
    """Make the macros of this module in the engine.

    `wilson_low/high(p, n)`; `poisson_low/high(x)`; `student(df)`: t at 97.5 %; `log_mean_half(n, sum, sum of squares)`
    and `log_sum_half(sum, sum of squares)`: multiply and divide by exp of it (D19);
    `ratio_error(k, sums and products)`: standard error of y per x; `effective_n(f, variance, known)` (D3).
    """
    if not engine.first_time(__name__):
        return
    z, z3, z5, z7, z9 = (Z**power for power in (1, 3, 5, 7, 9))
    values = {
        "z": repr(Z),
        "zz": repr(Z * Z),
        "tabulated": _TABULATED,
        "table": "[" + ", ".join(repr(student(df)) for df in range(1, _TABULATED + 1)) + "]",
        # Cornish and Fisher's expansion of t; beyond 60 degrees of freedom the error is below 1e-9.
        "c1": repr((z3 + z) / 4),
        "c2": repr((5 * z5 + 16 * z3 + 3 * z) / 96),
        "c3": repr((3 * z7 + 19 * z5 + 17 * z3 - 15 * z) / 384),
        "c4": repr((79 * z9 + 776 * z7 + 1482 * z5 - 1920 * z3 - 945 * z) / 92160),
    }
    for macro in _MACROS.split(";\n"):
        engine.execute(macro.format(**values))


def student(df: int) -> float:
    """Quantile of Student's t at 97.5 %, by bisection on its closed form for whole degrees of freedom."""
    low, high = 0.0, 13.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _inside(middle, df) < 0.95 else (low, middle)
    return (low + high) / 2


def _inside(t: float, df: int) -> float:
    """P(|T| <= t) for whole degrees of freedom (finite trigonometric sums)."""
    theta = math.atan(t / math.sqrt(df))
    cos2 = math.cos(theta) ** 2
    term, total = 1.0, 1.0
    odd = df % 2
    for step in range(1, (df - odd) // 2):
        term *= cos2 * (2 * step - 1 + odd) / (2 * step + odd)
        total += term
    if odd:
        tail = math.sin(theta) * math.cos(theta) * total if df > 1 else 0.0
        return 2 / math.pi * (theta + tail)
    return math.sin(theta) * total
