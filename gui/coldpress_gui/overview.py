"""What rail and ribbon say about the state: how each step stands, and the figures known so far."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from coldpress_gui.steps import StepId, StepState
from coldpress_gui.widgets.ribbon import Stage
from coldpress_gui.words import counts, size

if TYPE_CHECKING:
    from coldpress_gui.session import State

translate = QCoreApplication.translate


def step_titles() -> tuple[str, ...]:
    """Return the names of the steps."""
    return (
        translate("Overview", "Model files"),
        translate("Overview", "Eval graph"),
        translate("Overview", "Inputs and outputs"),
        translate("Overview", "Shapes and types"),
        translate("Overview", "Convert"),
        translate("Overview", "Result"),
    )


def state_words(state: StepState) -> str:
    """Return a step's state in words, since colour alone says nothing to some."""
    return {
        "locked": translate("Overview", "not yet"),
        "open": translate("Overview", "to be done"),
        "done": translate("Overview", "done"),
        "warning": translate("Overview", "needs a look"),
        "error": translate("Overview", "something is wrong"),
        "stale": translate("Overview", "to be done again"),
    }[state]


def step_figures(state: State) -> dict[StepId, str]:
    """Return the line below each step's name."""
    figures = dict.fromkeys(StepId, "")
    recipe, model, derived = state.recipe, state.model, state.derived
    if model is not None and recipe is not None:
        prefix = model.checkpoint.prefix if model.checkpoint else recipe.source
        figures[StepId.FILES] = Path(prefix).name
    if model is not None and model.read is not None and derived is not None:
        changes = len(derived.eval_graph.changes)
        figures[StepId.EVAL_GRAPH] = counts.changes(changes) if changes else translate("Overview", "as it is")
        figures[StepId.ENDPOINTS] = translate("Overview", "{inputs} in · {outputs} out").format(
            inputs=len(derived.choices.inputs), outputs=len(derived.choices.outputs)
        )
        figures[StepId.TYPES] = str(derived.choices.inference_type)
    if state.outcome is not None:
        figures[StepId.CONVERT] = _seconds(state)
        figures[StepId.RESULT] = _verdict(state)
    return figures


def _seconds(state: State) -> str:
    if state.outcome is None:
        return ""
    seconds = sum(step.seconds for step in state.outcome.steps)
    return translate("Overview", "{seconds} s").format(seconds=f"{seconds:.1f}")


def _verdict(state: State) -> str:
    if state.outcome is None:
        return ""
    if state.outcome_stale:
        return translate("Overview", "out of date")
    if state.outcome.verdict == "verified":
        return translate("Overview", "verified")
    return translate("Overview", "not verified")


def stages(state: State, current: int) -> tuple[Stage, ...]:
    """Return the boxes of the ribbon."""
    empty = translate("Overview", "not made yet")
    stale = state.outcome_stale
    at = _stage_of(current)
    rows = (
        (translate("Overview", "Checkpoint · graph"), _source(state), translate("Overview", "nothing open"), False),
        (translate("Overview", "Eval graph"), _eval_graph(state), empty, False),
        (translate("Overview", "Frozen graph"), _frozen(state), empty, stale),
        (".tflite", _result(state), empty, stale),
    )
    return tuple(
        Stage(title, figures, nothing, current=number == at, stale=old and bool(figures))
        for number, (title, figures, nothing, old) in enumerate(rows)
    )


def _stage_of(step: int) -> int:
    return {StepId.FILES: 0, StepId.EVAL_GRAPH: 1, StepId.ENDPOINTS: 1, StepId.TYPES: 2, StepId.CONVERT: 2}.get(
        StepId(step), 3
    )


def _source(state: State) -> str:
    if state.model is None:
        return ""
    parts = []
    if state.model.checkpoint is not None:
        parts.append(counts.variables(len(state.model.checkpoint.variables)))
    if state.model.read is not None:
        parts.append(counts.nodes(len(state.model.read.graph)))
    return " · ".join(parts)


def _eval_graph(state: State) -> str:
    if state.derived is None:
        return ""
    result = state.derived.eval_graph
    return f"{counts.nodes(len(result.graph))} · {counts.changes(len(result.changes))}"


def _frozen(state: State) -> str:
    frozen = state.outcome.frozen if state.outcome else None
    if frozen is None:
        return ""
    return f"{counts.constants(frozen.constants)} · {size(frozen.bytes)}"


def _result(state: State) -> str:
    if state.outcome is None:
        return ""
    return f"{state.outcome.choices.inference_type} · {size(state.outcome.checked.nbytes)}"
