"""Makes matplotlib's SVG fit to stand in a page, among others of its kind."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from report.elements.figure import Figure
from report.elements.text_metrics import FONTS

_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
ElementTree.register_namespace("", _SVG)
ElementTree.register_namespace("xlink", _XLINK)
_HREF = f"{{{_XLINK}}}href"
_REFERENCE = re.compile(r"(?<=url\(#)[^)]+")
_FAMILY = re.compile(r"font-family: [^;]+; ?")
_NOT_SHOWN = (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style")
_LONG = re.compile(r"(\.\d\d)\d+")
_NUMBERS = ("d", "x", "y")
"""Attributes whose numbers are cut to hundredths of a point."""


def inlined(svg: bytes, figure: Figure) -> str:
    """Return a figure's SVG with its caption and description, for those who do not see it.

    Its ids begin with the figure's name; it scales with what it stands in, and no style of it holds
    for anything else.
    """
    name = figure.name
    root = ElementTree.fromstring(svg)
    _drop(root)
    used = {reference for element in root.iter() for reference in _references(element)}
    for element in root.iter():
        _tidy(element, name, used)
    root.attrib.pop("width")
    root.attrib.pop("height")
    root.attrib |= {
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
        "font-family": ", ".join(FONTS),
        "stroke-linejoin": "round",
    }
    for index, (tag, text) in enumerate((("title", figure.caption), ("desc", figure.description))):
        told = ElementTree.Element(f"{{{_SVG}}}{tag}", {"id": f"{name}-{tag}"})
        told.text = text
        root.insert(index, told)
    return ElementTree.tostring(root, encoding="unicode")


def _drop(element: ElementTree.Element) -> None:
    """Take out what no reader sees, and a style that would hold for the whole page."""
    for child in list(element):
        _drop(child)
        is_empty = len(child) == 0 and not child.attrib.keys() - {"id"} and not child.text
        if child.tag in _NOT_SHOWN or is_empty:
            element.remove(child)


def _references(element: ElementTree.Element) -> set[str]:
    found = {match for value in element.attrib.values() for match in _REFERENCE.findall(value)}
    target = element.get(_HREF)
    return found | {target[1:]} if target else found


def _tidy(element: ElementTree.Element, name: str, used: set[str]) -> None:
    element.tail = None
    if element.text and not element.text.strip():
        element.text = None
    for key, value in list(element.attrib.items()):
        if key == "id":
            if value in used:
                element.set(key, f"{name}-{value}")
            else:
                del element.attrib[key]
        elif key == _HREF:
            element.set(key, f"#{name}-{value[1:]}")
        elif key == "style":
            element.set(key, _FAMILY.sub("", value))
        elif key == "transform" and value.startswith("rotate(-0 "):
            del element.attrib[key]
        elif key in _NUMBERS:
            element.set(key, _LONG.sub(r"\1", " ".join(value.split())))
        else:
            element.set(key, _REFERENCE.sub(lambda match: f"{name}-{match[0]}", value))
