"""A value is found at its line, however deep it lies and however many share the line."""

import pytest

from contract.toml_lines import TomlSyntaxError, line_of, parse_toml

TEXT = """\
title = "a [ that opens nothing" # and a { in a comment
[[networks]]
size = { height = 3, width = [4, 5] }
layers = [ # one a line, or several
  { type = "a ] in a string" }, { type = "second" },
  "third", 4,
  { type = "residual", layers = [
    { type = "inner" },
    { type = "inner too" }, { type = "and too" },
  ], shortcut = [
    { type = "beside" },
  ] },
  { type = "last" },
]
after = 1
[[networks.notes]]
text = 'one'
[[networks.notes]]
text = 'two'
[[networks]]
layers = []
[profiles.quick]
epochs = 2
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 1),
        (("networks", 0), 2),
        (("networks", 0, "size", "width", 1), 3),
        (("networks", 0, "layers"), 4),
        (("networks", 0, "layers", 1, "type"), 5),
        (("networks", 0, "layers", 3), 6),
        (("networks", 0, "layers", 4, "type"), 7),
        (("networks", 0, "layers", 4, "layers", 0), 8),
        (("networks", 0, "layers", 4, "layers", 2), 9),
        (("networks", 0, "layers", 4, "shortcut", 0), 11),
        (("networks", 0, "layers", 5), 13),
        (("networks", 0, "after"), 15),
        (("networks", 0, "notes", 1, "text"), 19),
        (("networks", 1), 20),
        (("profiles", "quick", "epochs"), 23),
    ],
)
def test_a_value_is_found(path, line):
    assert line_of(TEXT, path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("networks", 0, "layers", 4, "residual", "layers", 1, "conv2d", "filters"), 9),
        (("profiles", "quick", "repeats"), 22),
        (("elsewhere",), 1),
        ((), 1),
    ],
)
def test_what_is_not_there_is_looked_for_in_its_nearest_parent(path, line):
    assert line_of(TEXT, path) == line


def test_lines_belong_to_what_the_parser_reads():
    layers = parse_toml(TEXT)["networks"][0]["layers"]

    assert len(layers) == 6
    assert layers[4]["shortcut"] == [{"type": "beside"}]


@pytest.mark.parametrize(("text", "line"), [("a = 1\nb = ?\n", 2), ("a = [\n", 1)])
def test_what_is_not_toml_is_refused_by_line(text, line):
    with pytest.raises(TomlSyntaxError) as caught:
        parse_toml(text)

    assert caught.value.line == line
    assert "at line" not in str(caught.value)
