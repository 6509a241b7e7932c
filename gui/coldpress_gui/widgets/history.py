"""Where somebody has been, as a browser remembers its pages."""

from __future__ import annotations

_MOST = 100


class History:
    """The place now, those before it and those that were left by going back."""

    def __init__(self) -> None:
        self.current = ""
        self._past: list[str] = []
        self._future: list[str] = []

    @property
    def can_go_back(self) -> bool:
        """Whether there is a place before this one."""
        return bool(self._past)

    @property
    def can_go_forward(self) -> bool:
        """Whether somebody went back from a place."""
        return bool(self._future)

    def visit(self, place: str) -> None:
        """Go to a new place; the way forward is forgotten."""
        if self.current and place != self.current:
            self._past = [*self._past, self.current][-_MOST:]
            self._future = []
        self.current = place

    def go_back(self) -> str:
        """Go to the place before, and return it; stay where there is none."""
        return self._move(self._past, self._future)

    def go_forward(self) -> str:
        """Go to the place that was left by going back, and return it; stay where there is none."""
        return self._move(self._future, self._past)

    def _move(self, source: list[str], target: list[str]) -> str:
        if source:
            target.append(self.current)
            self.current = source.pop()
        return self.current
