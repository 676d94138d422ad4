"""Makes matplotlib's SVG fit to stand in a page, among others of its kind."""

import re
from xml.etree import ElementTree

from report.elements.figure import Figure
from report.elements.text_metrics import FONTS

_SVG = "{http://www.w3.org/2000/svg}"
ElementTree.register_namespace("", _SVG[1:-1])
ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
_NOT_SHOWN = (f"{_SVG}metadata", f"{_SVG}style")
_GROUP = f"{_SVG}g"
_COUNTED = re.compile(r"_\d+$")
"""End of an id that every picture has, and that nothing refers to."""
_FAMILY = re.compile(r"font-family: [^;]+; ?")
_DECIMALS = re.compile(r"(\.\d\d)\d+")
_NUMBERS = ("d", "x", "y")
"""Attributes whose numbers are cut to hundredths of a point."""


def inlined(svg: bytes, figure: Figure) -> str:
    """Return a figure's SVG with its caption and description, for those who do not see it.

    It scales with what it stands in, and no style of it holds for anything else.
    """
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        _tidy(element)
    _flatten(root)
    del root.attrib["width"], root.attrib["height"]
    names = {tag: f"{figure.name}-{tag}" for tag in ("title", "desc")}
    root.attrib |= {
        "role": "group" if figure.chart.is_linked else "img",  # an image has no links inside
        "aria-labelledby": " ".join(names.values()),
        "font-family": ", ".join(FONTS),
        "stroke-linejoin": "round",
    }
    for tag, text in (("desc", figure.description), ("title", figure.caption)):
        told = ElementTree.Element(_SVG + tag, {"id": names[tag]})
        told.text = text
        root.insert(0, told)
    return ElementTree.tostring(root, encoding="unicode")


def _flatten(element: ElementTree.Element) -> None:
    """Take out what no reader sees, groups included, and a style for the whole page."""
    kept: list[ElementTree.Element] = []
    for child in element:
        _flatten(child)
        if child.tag == _GROUP and not child.attrib:
            kept += child
        elif child.tag not in _NOT_SHOWN and (len(child) or child.attrib):
            kept.append(child)
    element[:] = kept


def _tidy(element: ElementTree.Element) -> None:
    """Leave of an element what counts: no blanks, no names for nothing, no needless digits.

    Links stay on the page.
    """
    element.tail = None
    if element.text and not element.text.strip():
        element.text = None
    for key, value in list(element.attrib.items()):
        if (
            key == "target"
            or (key == "id" and _COUNTED.search(value))
            or value.startswith("rotate(-0 ")
        ):
            del element.attrib[key]
        elif key == "style":
            element.set(key, _FAMILY.sub("", value))
        elif key in _NUMBERS:
            element.set(key, _DECIMALS.sub(r"\1", " ".join(value.split())))
