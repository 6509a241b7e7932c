"""What the page of inputs and outputs knows of the graph: worked out in the background, the quick part first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from coldpress.graph.kinds import Kind, kind_of
from coldpress_gui.widgets.graph_facts import GraphFacts, Hide, gather, with_types
from coldpress_gui.widgets.histogram import ValueStatistics, statistics_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from coldpress.graph.graph import Graph
    from coldpress_gui.session import Session, State
    from coldpress_gui.tasks import Task


class GraphStudy(QObject):
    """Follows the session; ``facts`` is None as long as nothing is known of the graph that is open."""

    began = Signal()
    """Another graph was opened; what was known is forgotten."""
    gathered = Signal(object)
    """``GraphFacts``: the tree can be shown."""
    refined = Signal(object)
    """``GraphFacts`` of the same graph, with dtypes and shapes."""
    values_read = Signal(str, object)
    """The name of a variable, and its ``ValueStatistics`` (None where it holds no numbers)."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._graph: Graph | None = None
        self._hidden: frozenset[Hide] = frozenset()
        self._tasks: dict[str, Task] = {}
        self.facts: GraphFacts | None = None

    def hear(self, state: State) -> None:
        """Begin anew where another graph was opened."""
        graph = state.model.read.graph if state.model and state.model.read else None
        if graph is not self._graph:
            self._graph, self.facts = graph, None
            self.began.emit()
            self._gather()

    def hide(self, hidden: frozenset[Hide]) -> None:
        """Leave kinds of node out of the tree."""
        if hidden != self._hidden:
            self._hidden = hidden
            self._gather()

    def read_values(self, name: str) -> None:
        """Read the values of a variable, if the node is one; they may be many."""
        model = self._session.state.model
        if model is None or model.checkpoint is None or self._graph is None or name not in self._graph:
            return
        checkpoint = model.checkpoint
        place = model.match.saved.get(name) if model.match else None
        key = getattr(place, "key", name) if place is not None else name
        if kind_of(self._graph[name].op) is not Kind.VARIABLE or key not in checkpoint:
            return

        def work(_listener: object, _cancel: object) -> ValueStatistics | None:
            return statistics_of(checkpoint.read(key))

        self._start("values", work, lambda found: self.values_read.emit(name, found))

    def stop(self) -> None:
        """Cancel whatever is under way."""
        for task in self._tasks.values():
            task.cancel()

    def _gather(self) -> None:
        """Make the tree ready, the types after it."""
        model, hidden = self._session.state.model, self._hidden
        if model is None or model.read is None:
            return
        graph = model.read.graph
        suggested = [entry.tensor.node for entry in model.read.endpoints.outputs]
        self._start("facts", lambda _l, cancel: gather(graph, suggested, hidden, cancel), self._gathered)

    def _gathered(self, facts: GraphFacts) -> None:
        if facts.graph is not self._graph:
            return
        self.facts = facts
        self.gathered.emit(facts)
        self._start("types", lambda _l, cancel: with_types(facts, cancel), self._refined)

    def _refined(self, facts: GraphFacts) -> None:
        if facts.graph is self._graph:
            self.facts = facts
            self.refined.emit(facts)

    def _start(self, name: str, work: Any, done: Callable[[Any], None]) -> None:
        if name in self._tasks:
            self._tasks[name].cancel()
        task = self._session.tasks.run(work, alone=True)
        self._tasks[name] = task
        task.succeeded.connect(lambda result: done(result) if self._tasks.get(name) is task else None)
        task.failed.connect(self._session.crashed)
        task.finished.connect(lambda: self._tasks.pop(name, None) if self._tasks.get(name) is task else None)
