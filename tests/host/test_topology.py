"""Jobs get whole cores first, and the first CPU last."""

import pytest

from host.topology import cores_of, steadiest, thread_siblings
from tests.host.machine_tree import cores

FAR = ("0,4", "1,5", "2,6", "3,7")
"""The second threads are numbered after all first ones, as on most machines."""
NEAR = ("0-1", "2-3", "4-5", "6-7")


@pytest.mark.parametrize(
    ("siblings", "count", "taken"),
    [
        (FAR, 1, (1,)),
        (FAR, 3, (1, 2, 3)),
        (FAR, 4, (1, 2, 3, 4)),
        (FAR, 5, (1, 2, 3, 4, 5)),
        (FAR, 8, (0, 1, 2, 3, 4, 5, 6, 7)),
        (NEAR, 1, (2,)),
        (NEAR, 3, (2, 4, 6)),
        (NEAR, 4, (1, 2, 4, 6)),
        (NEAR, 7, (1, 2, 3, 4, 5, 6, 7)),
        ((), 1, (1,)),
        ((), 2, (1, 2)),
    ],
)
def test_whole_cores_come_before_second_threads_and_the_first_cpu_comes_last(
    tmp_path, siblings, count, taken
):
    assert steadiest(range(8), count, cores(tmp_path, *siblings)) == taken


def test_only_what_is_free_is_taken(tmp_path):
    root = cores(tmp_path, *FAR)

    assert steadiest({0, 4, 5}, 2, root) == (4, 5)
    assert steadiest({0, 4}, 1, root) == (4,)
    assert steadiest({0}, 1, root) == (0,)


def test_the_threads_of_a_core_are_read_from_lists_and_spans(tmp_path):
    root = cores(tmp_path, "4-5", "0,2")

    assert (thread_siblings(5, root), thread_siblings(2, root)) == ((4, 5), (0, 2))
    assert thread_siblings(1, root) == ()


def test_each_core_of_a_jobs_cpus_is_told_once(tmp_path):
    root = cores(tmp_path, *FAR)

    assert cores_of({5, 2, 1}, root) == ((1, 5), (2, 6))
    assert cores_of({99}, root) == ()
