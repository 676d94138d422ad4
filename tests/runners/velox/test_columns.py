"""How rows reach the ML functions: nulls, encodings, filters, branches, wrong shapes."""

import numpy as np
import pyarrow as pa
import pytest

from tests.runners.velox.engine import evaluate, select

pytestmark = [pytest.mark.environment, pytest.mark.usefixtures("functions")]

REAL_ARRAY = pa.list_(pa.float32())
ROWS: list[list[float] | None] = [[-1, 2], [3], None, [], [-4, 5, -6]]
RELU: list[list[float] | None] = [[0, 2], [3], None, [], [0, 5, 0]]


def test_each_row_by_itself() -> None:
    """A null row stays null, an empty one empty."""
    table = pa.record_batch({"x": pa.array(ROWS, REAL_ARRAY)})
    assert [row["y"] for row in select(table, ["ml_relu(x) AS y"])] == RELU


def test_dictionary_encoding() -> None:
    values = pa.array([[-1, 2], [-3, 4]], REAL_ARRAY)
    encoded = pa.DictionaryArray.from_arrays(pa.array([1, 0, 1], pa.int32()), values)
    rows = select(pa.record_batch({"x": encoded}), ["ml_relu(x) AS y"])
    assert [row["y"] for row in rows] == [[0, 4], [0, 2], [0, 4]]


def test_weights_in_a_dictionary_of_one() -> None:
    """A table of samples shares its weights without a copy per row."""
    weights = pa.DictionaryArray.from_arrays(
        pa.array([0, 0, 0], pa.int32()), pa.array([[1, 10]], REAL_ARRAY)
    )
    bias = pa.DictionaryArray.from_arrays(
        pa.array([0, 0, 0], pa.int32()), pa.array([[0.5]], REAL_ARRAY)
    )
    samples = pa.array([[1, 2], [3, 4], [5, 6]], REAL_ARRAY)
    table = pa.record_batch({"x": samples, "w": weights, "b": bias})
    rows = select(table, ["ml_dense(x, w, b, 2) AS y"])
    assert [row["y"] for row in rows] == [[21.5], [43.5], [65.5]]


def test_constant_argument() -> None:
    """What no column enters is computed once, and crosses as one run over all rows."""
    table = pa.record_batch({"x": pa.array([[1, 2], [3, 4]], REAL_ARRAY)})
    ones = "repeat(CAST(1 AS REAL), CAST(2 AS INTEGER))"
    rows = select(table, [f"ml_relu_gradient(x, {ones}) AS y"])
    assert [row["y"] for row in rows] == [[1, 1], [1, 1]]


def test_encoded_elements() -> None:
    """Elements that Velox computed may be encoded themselves."""
    table = pa.record_batch({"x": pa.array([[-1, 2, -3]], REAL_ARRAY)})
    (row,) = select(table, ["ml_relu(transform(x, v -> CAST(7 AS REAL))) AS y"])
    assert row["y"] == [7, 7, 7]
    (row,) = select(table, ["ml_relu(slice(reverse(x), 2, 2)) AS y"])
    assert row["y"] == [2, 0]


def test_filtered_rows() -> None:
    table = pa.record_batch({"x": pa.array(ROWS, REAL_ARRAY), "n": pa.array(range(5))})
    rows = select(table, ["ml_relu(x) AS y"], where="n = 1 OR n = 4")
    assert [row["y"] for row in rows] == [RELU[1], RELU[4]]


def test_rows_of_another_branch_are_left_alone() -> None:
    """A row that the function was not asked for may hold what it would refuse."""
    table = pa.record_batch(
        {
            "x": pa.array([[1, 2], [3], [4, 5]], REAL_ARRAY),
            "w": pa.array([[1, 1]] * 3, REAL_ARRAY),
            "b": pa.array([[0]] * 3, REAL_ARRAY),
            "whole": pa.array([True, False, True]),
        }
    )
    rows = select(table, ["CASE WHEN whole THEN ml_dense(x, w, b, 2) ELSE x END AS y"])
    assert [row["y"] for row in rows] == [[3], [3], [9]]


def test_scalar_results_by_row() -> None:
    table = pa.record_batch(
        {
            "x": pa.array([[1, 2], None, [4, 3, 1, 9]], REAL_ARRAY),
            "labels": pa.array([[1], [0], [0, 0]], pa.list_(pa.int64())),
        }
    )
    rows = select(table, ["ml_count_correct(x, labels, 2) AS right"])
    assert [row["right"] for row in rows] == [1, None, 1]


EMPTY = np.zeros(0, np.float32)
KERNEL = np.ones((2, 2, 1, 3), np.float32)
BIAS = np.ones(3, np.float32)


NO_MARGINS = "0, 0, 0, 0"


def test_empty_batch_passes_the_layers() -> None:
    sizes = f"4, 4, 1, 2, 1, {NO_MARGINS}"
    found = evaluate(f"ml_conv2d(x, k, b, {sizes})", x=EMPTY, k=KERNEL, b=BIAS)
    assert found.size == 0
    assert evaluate("ml_dense(x, k, b, 4)", x=EMPTY, k=KERNEL, b=BIAS).size == 0
    assert evaluate("ml_max_pool2d(x, 4, 4, 1, 2)", x=EMPTY).size == 0
    assert evaluate("ml_global_avg_pool2d(x, 4, 4, 1)", x=EMPTY).size == 0
    assert evaluate("ml_dropout(x, 0.5, 1, 1, 1)", x=EMPTY).size == 0
    statistics = np.ones(6, np.float32)
    call = "ml_batch_norm(x, s, b, b, 3, 1e-5)"
    assert evaluate(call, x=EMPTY, s=statistics, b=BIAS).size == 0


def test_empty_batch_gives_weights_no_gradient() -> None:
    call = f"ml_conv2d_gradient_kernel(x, dy, 3, 4, 4, 1, 2, 1, {NO_MARGINS})"
    np.testing.assert_array_equal(evaluate(call, x=EMPTY, dy=EMPTY), np.zeros(12))
    call = "ml_dense_gradient_kernel(x, dy, 4, 3)"
    np.testing.assert_array_equal(evaluate(call, x=EMPTY, dy=EMPTY), np.zeros(12))
    np.testing.assert_array_equal(evaluate("ml_conv2d_gradient_bias(dy, 3)", dy=EMPTY), [0, 0, 0])


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("ml_conv2d(x, k, b, 5, 4, 1, 2, 1, 0, 0, 0, 0)", "ml_conv2d: images has 32 elements"),
        ("ml_conv2d(x, k, b, 4, 4, 1, 3, 1, 0, 0, 0, 0)", r"ml_conv2d: kernel .* \(3, 3, 1\)"),
        ("ml_conv2d(x, k, k, 4, 4, 1, 2, 1, 0, 0, 0, 0)", r"bias .* shape \(3,\) needs 3"),
        ("ml_conv2d(x, k, b, 4, 4, 1, 2, 0, 0, 0, 0, 0)", "ml_conv2d: stride is 0; at least 1"),
        ("ml_conv2d(x, k, b, 4, 4, 1, 2, 1, 0, 0, -1, 0)", "bottom is -1; at least 0 is needed"),
        ("ml_conv2d(x, k, b, 4, 4, 1, 9, 1, 4, 4, 0, 4)", "kernel_size exceeds the images with"),
        ("ml_conv2d(x, k, b, 0, 4, 1, 2, 1, 0, 0, 0, 0)", "ml_conv2d: height is 0"),
        ("ml_dense(x, k, b, 5)", r"ml_dense: kernel has 12 elements.*\(5,\)"),
        ("ml_relu_gradient(x, k)", r"ml_relu_gradient: output_gradient .* shape \(32,\)"),
        ("ml_add(x, k)", r"ml_add: right has 12 elements; shape \(32,\) needs 32"),
        ("ml_max_pool2d(x, 4, 4, 1, 5)", "ml_max_pool2d: pool_size exceeds the images"),
        ("ml_global_avg_pool2d(x, 3, 3, 1)", r"images has 32 elements, .* shape \(9, 1\)"),
        ("ml_batch_norm(x, b, b, b, 1, 0.1)", r"ml_batch_norm: statistics .* shape \(2, 1\)"),
        ("ml_batch_norm_statistics(x, 3)", "ml_batch_norm_statistics: inputs has 32 elements, no"),
        ("ml_batch_norm_statistics(e, 3)", "inputs has no sample to take statistics of"),
        ("ml_moving_average(x, k, 0.9)", r"ml_moving_average: latest has 12 elements"),
        ("ml_softmax_cross_entropy(x, labels, 16)", "ml_softmax_cross_entropy: labels has 99"),
        ("ml_softmax_cross_entropy(x, labels, 8)", "ml_softmax_cross_entropy: labels has 2 elem"),
        ("ml_softmax_cross_entropy(e, labels, 8)", "logits has no sample to take a mean over"),
        ("ml_mean_squared_error(x, k)", r"ml_mean_squared_error: targets .* shape \(32,\)"),
        ("ml_mean_squared_error(e, e)", "outputs has no value to take a mean over"),
        ("ml_adam(x, x, b, 1, 0.1, 0.0, 0.9, 0.9, 0.1)", r"ml_adam: state .* shape \(2, 32\)"),
    ],
)
def test_wrong_arguments_are_named(call: str, complaint: str) -> None:
    images = np.ones((2, 4, 4, 1), np.float32)
    with pytest.raises(RuntimeError, match=complaint):
        evaluate(call, x=images, k=KERNEL, b=BIAS, e=EMPTY, labels=np.array([3, 99]))


MOST = 2**31 - 1
"""What an Arrow list holds."""


@pytest.mark.parametrize(
    ("call", "complaint"),
    [
        ("ml_conv2d_gradient_bias(e, 4611686018427387904)", "filters is 4611686018427387904; at"),
        ("ml_max_pool2d_gradient(e, e, e, 1, 1, 2147483648, 1)", "channels is 2147483648; at most"),
        ("ml_global_avg_pool2d(b, most, most, most)", r"images of shape \(2147483647, 2147483647,"),
        ("ml_global_avg_pool2d_gradient(b, most, 1, 1)", r"the result of shape \(3, 2147483647,"),
        ("ml_dense(e, e, b, most)", "kernel has 0 elements, which do not fill"),
        ("ml_dense_gradient_kernel(e, e, most, most)", "the result of shape .* would exceed"),
        ("ml_batch_norm(e, e, e, e, most, 0.1)", r"statistics of shape \(2, 2147483647\) would"),
        (f"ml_conv2d(b, b, b, 1, 1, 1, 1, 1, most, most, {MOST}, 0)", "images with their margins"),
    ],
)
def test_sizes_beyond_all_memory_are_refused(call: str, complaint: str) -> None:
    """Their product must not overflow to one that fits."""
    with pytest.raises(RuntimeError, match=f"{call.partition('(')[0]}: {complaint}"):
        evaluate(call, b=BIAS, e=EMPTY, most=MOST)


@pytest.mark.parametrize(
    "elements",
    [
        "x",
        "transform(x, v -> CAST(NULL AS REAL))",
        "transform(x, v -> if(v > CAST(1 AS REAL), v, CAST(NULL AS REAL)))",
        "reverse(x)",
        "repeat(CAST(NULL AS REAL), CAST(3 AS INTEGER))",
    ],
)
def test_null_element_is_refused(elements: str) -> None:
    """However Velox encodes it."""
    table = pa.record_batch({"x": pa.array([[1, None, 3]], REAL_ARRAY)})
    with pytest.raises(RuntimeError, match="ml_relu: inputs has a null element"):
        select(table, [f"ml_relu({elements}) AS y"])


def test_null_pointer_to_an_element_is_refused() -> None:
    """What a null points at is garbage, here far outside the dictionary."""
    places = np.array([0, 2**30, 1], np.int32)
    buffers = [pa.py_buffer(b"\x05"), pa.py_buffer(places)]
    pointers = pa.Array.from_buffers(pa.int32(), 3, buffers)
    elements = pa.DictionaryArray.from_arrays(pointers, pa.array([-1, 2], pa.float32()))
    table = pa.record_batch({"x": pa.ListArray.from_arrays(pa.array([0, 3], pa.int32()), elements)})
    with pytest.raises(RuntimeError, match="ml_relu: inputs has a null element"):
        select(table, ["ml_relu(x) AS y"])


def test_engine_works_on_after_a_refusal() -> None:
    with pytest.raises(RuntimeError):
        evaluate("ml_dense(x, x, x, 5)", x=BIAS)
    np.testing.assert_array_equal(evaluate("ml_relu(x)", x=BIAS), [1, 1, 1])
