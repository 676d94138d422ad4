"""The plan that a network becomes."""

from __future__ import annotations

from contract.model import SGD, Adam, Conv2D, Dense, Flatten, MaxPool2D, Model, ReLU
from runners.velox.network_builder import CORRECT, INPUTS, LABELS, LOGITS, LOSS, NNBuilder

MODEL = Model(
    input_shape=(6, 6, 1),
    layers=(
        Conv2D(type="conv2d", name="conv-1", filters=2, kernel_size=3),
        ReLU(type="relu"),
        MaxPool2D(type="max_pool2d", pool_size=2),
        Flatten(type="flatten"),
        Dense(type="dense", name="logits", units=3),
    ),
)
CONV_WEIGHTS = "weights_conv_1__kernel, weights_conv_1__bias"
DENSE_WEIGHTS = "weights_logits__kernel, weights_logits__bias"


def calls(projections: list[list[str]]) -> list[list[str]]:
    """Return what each projection computes, without what it passes on."""
    return [[item for item in projection if " AS " in item] for projection in projections]


def test_forward_pass_is_a_chain_of_the_layers() -> None:
    """A flatten changes no bytes, and so takes no step."""
    builder = NNBuilder(MODEL)
    builder.forward_pass()
    builder.put_out(LOGITS)
    assert calls(builder.projections()) == [
        [f"ml_conv2d({INPUTS}, {CONV_WEIGHTS}, 6, 6, 1, 3, 'valid') AS value_0"],
        ["ml_relu(value_0) AS value_1"],
        ["ml_max_pool2d(value_1, 4, 4, 2, 2) AS value_2"],
        [f"ml_dense(value_2, {DENSE_WEIGHTS}, 8) AS value_4"],
        [f"value_4 AS {LOGITS}"],
    ]


def test_a_column_is_passed_on_for_as_long_as_it_is_needed() -> None:
    """What no later step reads is dropped, so that its memory is free."""
    builder = NNBuilder(MODEL)
    builder.forward_pass()
    builder.put_out(LOGITS)
    passed = [
        {item for item in projection if " AS " not in item} for projection in builder.projections()
    ]
    dense = {"weights_logits__kernel", "weights_logits__bias"}
    assert passed == [dense, dense, dense, set(), set()]


def test_gradients_end_at_the_first_layer_with_weights() -> None:
    """Nobody asks for the gradient by the images: the largest tensor is never made."""
    builder = NNBuilder(MODEL)
    builder.forward_pass()
    columns = builder.compute_gradients()
    builder.put_out(*columns.values())
    assert set(columns) == set(MODEL.weight_shapes())
    everything = str(builder.projections())
    assert "ml_dense_gradient_input" in everything
    assert "ml_conv2d_gradient_input" not in everything


def test_training_is_one_plan_of_everything() -> None:
    """Loss and count come out beside the new weights; nothing else leaves the last projection."""
    builder = NNBuilder(MODEL)
    builder.train_conv2d(Adam(type="adam", learning_rate=0.001))
    *_, last = builder.projections()
    assert {item.split(" AS ")[-1] for item in last} == {
        LOSS,
        CORRECT,
        "updated_conv_1__kernel",
        "updated_conv_1__bias",
        "updated_logits__kernel",
        "updated_logits__bias",
    }
    assert (
        "ml_adam(weights_logits__bias, gradient_logits__bias, state_logits__bias, step, "
        "0.001, 0.9, 0.999, 1e-07) AS updated_logits__bias" in last
    )


def test_sgd_reads_no_state() -> None:
    builder = NNBuilder(MODEL)
    builder.train_conv2d(SGD(type="sgd", learning_rate=0.1))
    assert "state_" not in str(builder.projections())


def test_labels_are_read_by_the_loss_alone() -> None:
    builder = NNBuilder(MODEL)
    builder.forward_pass()
    builder.put_out(LOGITS)
    assert LABELS not in str(builder.projections())
