"""A contender's description is checked, and tells what is its own."""

import pytest

from contract.contender import ContenderError, discover_contenders
from contract.environment import THREAD_VARIABLES, thread_environment

MINIMAL = """
name = "newcomer"
title = "Newcomer"
environment = "newcomer"
image = "newcomer"
description = "-"
source = ["runners/newcomer"]
abilities.layers = ["dense"]
"""


def describe(runners, folder, more=""):
    path = runners / folder / "contender.toml"
    path.parent.mkdir()
    path.write_text(MINIMAL + more)
    return path


def test_a_contender_needs_no_colour_and_no_variables_of_its_own(tmp_path):
    describe(tmp_path, "newcomer")

    info, folder = discover_contenders(tmp_path)["newcomer"]

    assert folder == tmp_path / "newcomer"
    assert info.colour is None
    assert (info.notable_packages, info.thread_variables, info.recorded_variables) == ((), (), ())


@pytest.mark.parametrize(
    "wrong",
    [
        'colour = "red"',
        'colour = "#d1495b"',
        'colour = "#D1495B00"',
        'thread_variables = ["tf threads"]',
        'recorded_variables = [""]',
    ],
)
def test_what_is_no_colour_or_no_variable_is_refused_by_line(tmp_path, wrong):
    path = describe(tmp_path, "newcomer", wrong)

    with pytest.raises(ContenderError, match=f"{path}:9: {wrong.split(' ')[0]}"):
        discover_contenders(tmp_path)


def test_two_contenders_of_one_name_are_refused_and_both_files_named(tmp_path):
    first, second = describe(tmp_path, "a"), describe(tmp_path, "b")

    with pytest.raises(ContenderError, match=f"{second}: the name 'newcomer' is taken by {first}"):
        discover_contenders(tmp_path)


def test_a_contenders_own_pools_are_sized_as_all_others():
    found = thread_environment(3, ("TF_NUM_INTRAOP_THREADS",))

    assert found == dict.fromkeys((*THREAD_VARIABLES, "TF_NUM_INTRAOP_THREADS"), "3")
