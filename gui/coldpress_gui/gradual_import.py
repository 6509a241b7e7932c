"""Import a large package that uses Qt without stopping the window.

A package that uses Qt may only be imported by the thread of the window: two threads that ask PySide6 for a class which
it has not made yet crash the program. In one go pyqtgraph takes 0.2 s, so it is imported statement by statement,
between the window's other work.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import ModuleType

_TURN_SECONDS = 0.005


class GradualImport:
    """Imports one package. Nobody else may import it: between two turns it is half there."""

    def __init__(self, name: str, uses: Sequence[ModuleType] = ()) -> None:
        """Prepare to import ``name``, which reads every attribute of the modules that it ``uses``."""
        self._name = name
        self._steps = self._run(uses)
        self._module: ModuleType | None = None

    def turn(self) -> bool:
        """Do some milliseconds of it; tell whether there is more to do."""
        until = time.perf_counter() + _TURN_SECONDS
        while time.perf_counter() < until:
            try:
                next(self._steps)
            except StopIteration:
                return False
        return True

    def module(self) -> ModuleType:
        """Return the package, after importing at once what is left of it."""
        for _ in self._steps:
            pass
        if self._module is None:
            raise ImportError(self._name)
        return self._module

    def _run(self, uses: Sequence[ModuleType]) -> Iterator[None]:
        for used in uses:
            for attribute in dir(used):
                # PySide6 makes a class when it is first asked for: a third of the time of the import.
                getattr(used, attribute)
                yield
        yield from self._execute()

    def _execute(self) -> Iterator[None]:
        spec = importlib.util.find_spec(self._name)
        if spec is None or spec.origin is None:
            return
        module = importlib.util.module_from_spec(spec)
        sys.modules[self._name] = module
        try:
            tree = ast.parse(Path(spec.origin).read_bytes(), spec.origin)
            for statement in tree.body:
                code = compile(ast.Module([statement], []), spec.origin, "exec", dont_inherit=True)
                exec(code, vars(module))  # noqa: S102 - the package's own code, as an import would run it
                yield
        except BaseException:
            del sys.modules[self._name]
            raise
        self._module = module
