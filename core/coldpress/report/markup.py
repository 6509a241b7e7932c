"""HTML and SVG as a tree: what is put into it as text stays text, whatever it holds.

Built and written by ``xml.etree.ElementTree``, which escapes every text and attribute.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, tostring

if TYPE_CHECKING:
    from collections.abc import Iterable

Child = Element | str | None

_NOT_IN_A_DOCUMENT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
"""Characters that no HTML document may hold; a graph's names may."""


def tag(name: str, /, *children: Child, **attributes: str | float) -> Element:
    """Return an element; None among the children is left out.

    ``css`` stands for ``class``, and ``_`` in an attribute's name for ``-``.
    """
    names = {key: "class" if key == "css" else key.replace("_", "-") for key in attributes}
    element = Element(name, {names[key]: _clean(_written(value)) for key, value in attributes.items()})
    return put(element, children)


def put(element: Element, children: Iterable[Child]) -> Element:
    """Append children to an element, and return it."""
    for child in children:
        if child is None:
            continue
        if isinstance(child, Element):
            element.append(child)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + _clean(child)
        else:
            element.text = (element.text or "") + _clean(child)
    return element


def document(root: Element) -> str:
    """Return a whole HTML document."""
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def _written(value: str | float) -> str:
    """Return an attribute's value; numbers are rounded to what a drawing needs."""
    return value if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


def _clean(text: str) -> str:
    return _NOT_IN_A_DOCUMENT.sub("\ufffd", text)
