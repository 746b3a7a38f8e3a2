"""What a workload has to reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from harness import BenchmarkError

from .results import Row, Verdict


@dataclass(frozen=True)
class Ratio:
    """The first subject's pages a second are so many times another's."""

    against: str
    at_least: float


@dataclass(frozen=True)
class Limit:
    """A value has a bound."""

    what: str
    bound: float
    unit: str
    is_at_least: bool = False


Goal = Ratio | Limit


def judge(goals: Sequence[Goal], rows: Sequence[Row], values: Mapping[str, float]) -> list[Verdict]:
    """Each goal with what was measured of it."""
    rates = {row.subject: row.rate for row in rows}
    costs = {row.subject: row.server_us for row in rows}
    verdicts = []
    for goal in goals:
        known: Mapping[str, float] = rates if isinstance(goal, Ratio) else values
        name = goal.against if isinstance(goal, Ratio) else goal.what
        if name not in known:
            raise BenchmarkError(
                f"a goal needs {name!r}; measured were {', '.join(known) or 'none'}"
            )
        if isinstance(goal, Ratio):
            what, value = f"pages/s against {name}", rows[0].rate / rates[name]
            cpu_ratio = costs[name] / rows[0].server_us
            verdicts.append(Verdict(what, value, goal.at_least, True, "×", cpu_ratio))
        else:
            value = values[name]
            verdicts.append(Verdict(name, value, goal.bound, goal.is_at_least, goal.unit))
    return verdicts
