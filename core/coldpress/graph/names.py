"""What names tell: scopes of gradients, of towers, of savers. Names only help; structure decides."""

from __future__ import annotations

import re
from dataclasses import dataclass

_GRADIENTS = re.compile(r"(^|/)(gradients|gradient_tape)(_\d+)?/")
_TOWER = re.compile(r"(^|/)((?:clone|tower|replica|model_tower|gpu|worker_tower)(?:_|:)?(\d*))(?=/)", re.IGNORECASE)
_REPEATED = re.compile(r"_\d+(?=/|$)")
_HOUSEKEEPING = re.compile(r"(^|/)(save|report_uninitialized_(variables|resources)|Initializer|init(_\d+)?)(_\d+)?/")


@dataclass(frozen=True, slots=True)
class Tower:
    """A copy of the model for one device: the scope as written (``clone_1``), its number, and what the copies share.

    ``rest`` is the name without the tower and without the numbers that TensorFlow appends to repeated scopes.
    """

    scope: str
    number: int
    rest: str


def is_gradient(name: str) -> bool:
    """Tell whether a name lies in a scope that ``tf.gradients`` opens."""
    return _GRADIENTS.search(name) is not None


def is_housekeeping(name: str) -> bool:
    """Tell whether a name lies in a scope of a saver or of initialization."""
    return _HOUSEKEEPING.search(name) is not None


def tower_of(name: str) -> Tower | None:
    """Return the tower that a name lies in (slim: ``clone_0``, tutorials: ``tower_0``, strategies: ``replica_1``)."""
    match = _TOWER.search(name)
    if match is None:
        return None
    rest = name[: match.start(2)] + name[match.end(2) + 1 :]
    return Tower(match.group(2), int(match.group(3) or 0), _REPEATED.sub("", rest))


def scope_of(name: str) -> str:
    """Return the name scope of a node, empty at the top."""
    return name.rpartition("/")[0]
