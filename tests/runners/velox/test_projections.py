"""A chain of projections keeps no column longer than it is read."""

from runners.velox.projections import Projections


def chain(*projections: dict[str, str], outputs: tuple[str, ...]) -> list[list[str]]:
    """Return the chain of projections that puts out columns."""
    collected = Projections()
    for definitions in projections:
        collected.add(definitions)
    collected.put_out(*outputs)
    return collected.chain()


def test_what_is_read_once_and_at_once_becomes_an_argument() -> None:
    assert chain({"a": "f(x)"}, {"b": "g(a, w)"}, {"c": "h(b)"}, outputs=("c",)) == [
        ["h(g(f(x), w)) AS c"]
    ]


def test_what_is_read_twice_is_a_column() -> None:
    """Twice by one call, or by two; otherwise it would be computed twice."""
    assert chain({"a": "f(x)"}, {"b": "g(a, a)"}, outputs=("b",)) == [
        ["f(x) AS a"],
        ["g(a, a) AS b"],
    ]
    assert chain({"a": "f(x)"}, {"b": "g(a)", "c": "h(a)"}, outputs=("b", "c")) == [
        ["f(x) AS a"],
        ["g(a) AS b", "h(a) AS c"],
    ]


def test_what_is_read_later_is_computed_in_its_place() -> None:
    """Moved to where it is read, it would keep its own arguments alive for as long."""
    assert chain({"a": "f(x)"}, {"b": "g(y)"}, {"c": "h(a, b)"}, outputs=("c",)) == [
        ["f(x) AS a", "y"],
        ["h(a, g(y)) AS c"],
    ]


def test_what_is_put_out_is_a_column() -> None:
    assert chain({"a": "f(x)"}, {"b": "g(a)"}, outputs=("a", "b")) == [
        ["f(x) AS a"],
        ["g(a) AS b", "a"],
    ]


def test_a_column_is_passed_on_for_as_long_as_it_is_needed() -> None:
    first, second, third = chain(
        {"a": "f(x)"}, {"b": "g(a)", "c": "g(a)"}, {"d": "h(b, c, b, c, w)"}, outputs=("d",)
    )
    assert first == ["f(x) AS a", "w"]
    assert second == ["g(a) AS b", "g(a) AS c", "w"]
    assert third == ["h(b, c, b, c, w) AS d"]


def test_a_name_within_another_is_no_read_of_it() -> None:
    assert chain({"a": "f(x)"}, {"b": "a(ab, a1, a)"}, outputs=("b",)) == [["a(ab, a1, f(x)) AS b"]]


def test_no_definitions_make_no_projection() -> None:
    assert chain({}, {"a": "f(x)"}, {}, outputs=("a",)) == [["f(x) AS a"]]


def test_readers_come_directly_after_what_they_read() -> None:
    collected = Projections()
    collected.add({"a": "f(x)", "b": "g(x)"})
    collected.add({"c": "h(x)"})
    collected.add_readers({"a": {"d": "r(a)"}, "b": {"e": "r(b)"}})
    collected.put_out("c", "d", "e")
    assert collected.chain() == [["r(f(x)) AS d", "r(g(x)) AS e", "h(x) AS c"]]
