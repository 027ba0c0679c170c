"""How right suggestions were, and how sure that is."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt


@dataclass(frozen=True, slots=True)
class Rate:
    """How often suggestions were right: accepted as they were; `other` counts those accepted with another text."""

    name: str
    right: int
    other: int
    wrong: int

    @property
    def total(self) -> int:
        """The number of decisions."""
        return self.right + self.other + self.wrong

    @property
    def precision(self) -> float:
        """The share of right ones."""
        return self.right / self.total

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of that share."""
        return wilson(self.right, self.total)


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927); (0, 1) without trials."""
    if not trials:
        return 0.0, 1.0
    share = successes / trials
    centre = share + z * z / (2 * trials)
    spread = z * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
