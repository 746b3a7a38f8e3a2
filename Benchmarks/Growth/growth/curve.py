"""One measured figure over one growing size."""

from __future__ import annotations

import dataclasses
import statistics
from typing import Any

from growth import fit as fitting
from growth import quantity


@dataclasses.dataclass(frozen=True)
class Measure:
    """What is measured: "server CPU a page", in microseconds."""

    name: str
    unit: quantity.Unit


CPU = Measure("server CPU a page", quantity.Unit.MICROSECONDS)
MEMORY = Measure("memory", quantity.Unit.BYTES)


@dataclasses.dataclass(frozen=True)
class Step:
    """The unit in which a slope is told: one fragment, or 1,024 bytes."""

    name: str
    size: int = 1


KILOBYTE = Step("KB", 1024)


@dataclasses.dataclass
class Curve:
    """The figures of a measure at each size, several a size when it was measured in rounds."""

    series: str
    measure: Measure
    step: Step
    figures: dict[int, list[float]] = dataclasses.field(default_factory=dict)
    # Pages a second at each size, where pages were asked.
    rates: dict[int, list[float]] = dataclasses.field(default_factory=dict)

    def add(self, size: int, figure: float, rate: float | None = None) -> None:
        self.figures.setdefault(size, []).append(figure)
        if rate is not None:
            self.rates.setdefault(size, []).append(rate)

    @property
    def sizes(self) -> list[int]:
        return sorted(self.figures)

    @property
    def medians(self) -> list[float]:
        return [statistics.median(self.figures[size]) for size in self.sizes]

    @property
    def fit(self) -> fitting.Fit:
        return fitting.fit(self.sizes, self.medians)

    def slope_text(self) -> str:
        """The slope as a person says it; a figure that does not grow has none."""
        fit = self.fit
        if fit.shape is fitting.Shape.FLAT:
            return "–"
        if fit.shape is fitting.Shape.LINEAR:
            return f"{self.measure.unit.text(fit.slope * self.step.size)} per {self.step.name}"
        if fit.shape is fitting.Shape.WORSE_THAN_LINEAR:
            return f"grows as the power {fit.power:.2g} of the number"
        return f"× {fit.rise:.2f} in all"

    def to_json(self) -> dict[str, Any]:
        fit = self.fit
        return {
            "series": self.series,
            "measure": self.measure.name,
            "unit": self.measure.unit.value,
            "step": self.step.name,
            "points": [
                {
                    "size": size,
                    "median": statistics.median(self.figures[size]),
                    "figures": self.figures[size],
                    "rates": self.rates.get(size, []),
                }
                for size in self.sizes
            ],
            "fit": {**dataclasses.asdict(fit), "shape": fit.shape.value},
            "slope": self.slope_text(),
        }
