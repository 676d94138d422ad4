"""A line of code is one that the machine would miss."""

from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from orchestrator.records.development.source_lines import count_lines, native_lines, python_lines


def python(text):
    return python_lines(dedent(text))


def test_blanks_comments_and_docstrings_are_no_code():
    assert (
        python(
            '''
            """What the module does,

            at some length.
            """

            # Why so.
            import math  # for pi


            def area(radius):
                """Return it."""
                return math.pi * radius**2
            '''
        )
        == 3
    )


def test_a_statement_counts_with_all_its_lines():
    assert python('total = sum(\n    # each\n    [1,\n     2]\n)\ntext = """one\ntwo"""\n') == 6


def test_strings_that_are_used_are_code():
    assert python('print("# no comment")\nx = "alone"\n') == 2


@given(st.lists(st.sampled_from(["x = 1", "# note", "", '"""said"""', "   "])))
def test_only_statements_add_up(lines):
    assert python_lines("\n".join(lines) + "\n") == lines.count("x = 1")


def test_comments_of_cpp_are_no_code_and_what_only_looks_like_one_is():
    text = """
    // a note
    #include <cmath>  // for sqrt
    /* of several
       lines */ int first = 1; /* and again
    */
    const char* url = "http://host/*";
    char quote = '"';  // "
    auto raw = R"x(
      // inside a literal
    )x";
    int large = 1'000'000;  // it's large
    """
    assert native_lines(text) == 8


def test_files_are_counted_by_their_language(tmp_path):
    for name, content in {
        "a.py": "x = 1  # one\n",
        "b.h": "// nothing\nint x;\n",
        "c.md": "prose\n",
        "Makefile": "all:\n",
    }.items():
        (tmp_path / name).write_text(content)

    assert {path.name: count_lines(path) for path in tmp_path.iterdir()} == {
        "a.py": 1,
        "b.h": 1,
        "c.md": 0,
        "Makefile": 0,
    }
