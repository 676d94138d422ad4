"""`ml_store`: what a plan leaves in memory that was lent to it."""

import numpy as np
import pyarrow as pa
import pytest

from runners.velox.ml_functions import MlFunctions, load
from tests.runners.velox.engine import Array, column, evaluate, select

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("contender")]


@pytest.fixture(scope="module")
def functions() -> MlFunctions:
    """The library, by which memory is lent."""
    return load()


def store(number: int, *tensors: Array) -> object:
    """Return what a call by itself returns."""
    names = [f"tensor_{index}" for index in range(len(tensors))]
    call = f"ml_store({', '.join(['number', *names])})"
    return evaluate(call, number=number, **dict(zip(names, tensors, strict=True)))


def test_tensors_fill_the_memory_one_after_the_other(functions: MlFunctions) -> None:
    """One of them is large enough to be stored by all threads."""
    memory = np.zeros(100_003, np.float32)
    lent = functions.lend(memory)
    first, second = np.arange(3, dtype=np.float32), np.arange(100_000, dtype=np.float32)
    assert store(int(lent.number), first, np.zeros(0, np.float32), second) == 100_003
    np.testing.assert_array_equal(memory, np.concatenate([first, second]))
    lent.take_back()


@pytest.mark.parametrize("size", [0, 3, 5])
def test_another_size_is_refused_and_nothing_stored(functions: MlFunctions, size: int) -> None:
    memory = np.zeros(4, np.float32)
    lent = functions.lend(memory)
    with pytest.raises(RuntimeError, match=f"ml_store: tensors have {size} .* the memory has 4"):
        store(int(lent.number), np.ones(size, np.float32))
    assert not memory.any()
    lent.take_back()


def test_memory_that_is_not_lent_is_refused(functions: MlFunctions) -> None:
    """Neither that which was taken back, nor a number that somebody made up."""
    lent = functions.lend(np.zeros(2, np.float32))
    lent.take_back()
    for number in (int(lent.number), -1, 0, 2**62):
        with pytest.raises(RuntimeError, match=f"ml_store: memory is {number}, .*not lent"):
            store(number, np.ones(2, np.float32))


def test_each_memory_has_a_number_of_its_own(functions: MlFunctions) -> None:
    """A number that was given back is given to nobody else."""
    memories = [np.zeros(1, np.float32) for _ in range(3)]
    first, second = functions.lend(memories[0]), functions.lend(memories[1])
    first.take_back()
    third = functions.lend(memories[2])
    assert len({int(lent.number) for lent in (first, second, third)}) == 3
    store(int(third.number), np.ones(1, np.float32))
    assert [memory[0] for memory in memories] == [0, 0, 1]
    second.take_back()
    third.take_back()


def test_a_null_stores_nothing(functions: MlFunctions) -> None:
    memory = np.zeros(2, np.float32)
    lent = functions.lend(memory)
    nothing = pa.array([None], pa.list_(pa.float32()))
    table = pa.record_batch({"number": pa.array([int(lent.number)]), "tensor": nothing})
    assert select(table, ["ml_store(number, tensor) AS y"]) == [{"y": None}]
    assert not memory.any()
    lent.take_back()


def test_the_rows_of_a_table_are_stored_in_memories_of_their_own(functions: MlFunctions) -> None:
    memories = [np.zeros(2, np.float32) for _ in range(3)]
    lent = [functions.lend(memory) for memory in memories]
    tensors = [np.full(2, value, np.float32) for value in (1, 2, 3)]
    numbers = pa.array([int(one.number) for one in lent])
    table = pa.record_batch({"number": numbers, "tensor": column([*tensors])})
    assert select(table, ["ml_store(number, tensor) AS y"]) == [{"y": 2}] * 3
    np.testing.assert_array_equal(memories, tensors)
    for one in lent:
        one.take_back()
