"""Changing which tensors are inputs and outputs: every way to choose one ends here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from coldpress.graph.kinds import kind_of
from coldpress.graph.tensor_ref import TensorRef
from coldpress.recipe import InputChoice
from coldpress_gui.widgets.graph_facts import INPUT_KINDS

if TYPE_CHECKING:
    from coldpress.graph.graph import Graph
    from coldpress_gui.session import Session


class EndpointChoice:
    """Names may be those of operations or of tensors (``x``, ``x:0``)."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def choose(self, name: str) -> None:
        """Take a node for what it looks like: a placeholder for the input, anything else for the output."""
        graph = self._graph()
        if graph is not None and kind_of(graph[name].op) in INPUT_KINDS:
            self.use_input(name)
        else:
            self.use_output(name)

    def use_output(self, name: str) -> None:
        """Take this output and no other."""
        self._session.change(outputs=(_tensor(name),))

    def use_input(self, name: str) -> None:
        """Take this input and no other."""
        self._set_inputs((InputChoice(_tensor(name)),))

    def add_output(self, name: str) -> None:
        """Take this output too."""
        tensor = _tensor(name)
        self._session.change(outputs=(*(entry for entry in self.outputs() if entry != tensor), tensor))

    def add_input(self, name: str) -> None:
        """Take this input too."""
        tensor = _tensor(name)
        others = (choice for choice in self.inputs() if choice.tensor != tensor)
        self._set_inputs((*others, InputChoice(tensor)))

    def remove_output(self, name: str) -> None:
        """Drop an output; without any, the suggestion counts again."""
        tensor = _tensor(name)
        self._session.change(outputs=tuple(entry for entry in self.outputs() if entry != tensor))

    def remove_input(self, name: str) -> None:
        """Drop an input; without any, the suggestion counts again."""
        tensor = _tensor(name)
        self._set_inputs(tuple(choice for choice in self.inputs() if choice.tensor != tensor))

    def remove(self, name: str) -> None:
        """Take a node off whichever list it is on."""
        if _tensor(name) in self.outputs():
            self.remove_output(name)
        else:
            self.remove_input(name)

    def suggest_inputs(self) -> None:
        """Let the suggested inputs count."""
        self._session.change(inputs=())

    def suggest_outputs(self) -> None:
        """Let the suggested outputs count, and the inputs that belong to them."""
        self._session.change(outputs=(), inputs=())

    def outputs(self) -> tuple[str, ...]:
        """Return the outputs that count: the chosen ones, else the suggested ones."""
        derived, recipe = self._session.state.derived, self._session.recipe
        if recipe is not None and recipe.outputs:
            return tuple(_tensor(name) for name in recipe.outputs)
        return tuple(str(ref) for ref in derived.choices.outputs) if derived else ()

    def inputs(self) -> tuple[InputChoice, ...]:
        """Return the inputs that count: the chosen ones, else the suggested ones."""
        derived, recipe = self._session.state.derived, self._session.recipe
        if recipe is not None and recipe.inputs:
            return recipe.inputs
        return derived.choices.input_choices if derived else ()

    def _set_inputs(self, inputs: tuple[InputChoice, ...]) -> None:
        # What was said of a tensor's shape and meaning before stays said.
        known = {choice.tensor: choice for choice in self.inputs()}
        self._session.change(inputs=tuple(known.get(choice.tensor, choice) for choice in inputs))

    def _graph(self) -> Graph | None:
        model = self._session.state.model
        return model.read.graph if model and model.read else None


def _tensor(name: str) -> str:
    return str(TensorRef.parse(name))
