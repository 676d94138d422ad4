"""The plan that a network becomes."""

import pytest

from contract.model import Model
from contract.training import SGD, Adam, Loss
from runners.harness.contender.weights import canonical_weights
from runners.velox.buffers import Parameters
from runners.velox.columns import CORRECT, INPUTS, LOSS, OUTPUTS, STORED, TARGETS
from runners.velox.network_builder import NNBuilder

CNN = Model.model_validate(
    {
        "input_shape": (6, 6, 1),
        "layers": [
            {"type": "conv2d", "name": "conv-1", "filters": 2, "kernel_size": 3},
            {"type": "relu"},
            {"type": "max_pool2d", "pool_size": 2},
            {"type": "flatten"},
            {"type": "dense", "name": "logits", "units": 3},
        ],
    }
)
NORMALISED = Model.model_validate(
    {
        "input_shape": (8,),
        "layers": [
            {"type": "dense", "name": "first", "units": 4},
            {"type": "batch_norm", "name": "norm", "momentum": 0.9, "epsilon": 0.001},
            {"type": "dropout", "rate": 0.25},
            {"type": "dense", "name": "last", "units": 3},
        ],
    }
)
RESIDUAL = Model.model_validate(
    {
        "input_shape": (8,),
        "layers": [
            {"type": "dense", "name": "stem", "units": 4},
            {
                "type": "residual",
                "layers": [{"type": "dense", "name": "path", "units": 4}, {"type": "relu"}],
            },
        ],
    }
)
BY_BIAS = "ml_dense_gradient_bias(gradient_of_loss, 3)"
CROSS_ENTROPY: Loss = "softmax_cross_entropy"
STEM, PATH = "weights_stem__kernel", "weights_path__kernel"


def computed(builder: NNBuilder) -> list[str]:
    """Return what the plan computes, call by call, without what projections pass on."""
    return [item for projection in builder.projections() for item in projection if " AS " in item]


def predicting(model: Model) -> NNBuilder:
    """Return the builder of a prediction."""
    builder = NNBuilder(model, CROSS_ENTROPY)
    builder.forward_pass(training=False)
    builder.put_out(OUTPUTS)
    return builder


def updates(model: Model) -> list[str]:
    """Return the columns of all that a step computes anew."""
    weights = canonical_weights(model, 0)
    return Parameters(model, weights, SGD(type="sgd", learning_rate=0.1), seed=0).updates()


def training(model: Model, loss: Loss = CROSS_ENTROPY) -> NNBuilder:
    """Return the builder of a training step."""
    builder = NNBuilder(model, loss)
    builder.train_conv2d(SGD(type="sgd", learning_rate=0.1, weight_decay=0.01), updates(model))
    return builder


def test_prediction_is_one_call_in_the_next() -> None:
    """A flatten changes no bytes, and so takes no call."""
    conv = "weights_conv_1__kernel, weights_conv_1__bias"
    dense = "weights_logits__kernel, weights_logits__bias"
    convolved = f"ml_conv2d({INPUTS}, {conv}, 6, 6, 1, 3, 1, 0, 0, 0, 0)"
    pooled = f"ml_max_pool2d(ml_relu({convolved}), 4, 4, 2, 2)"
    assert predicting(CNN).projections() == [[f"ml_dense({pooled}, {dense}, 8) AS {OUTPUTS}"]]


def test_gradients_end_at_the_first_layer_with_weights() -> None:
    """Nobody asks for the gradient with respect to the images: the largest tensor is never made."""
    builder = NNBuilder(CNN, CROSS_ENTROPY)
    builder.forward_pass(training=True)
    assert set(builder.compute_gradients()) == set(CNN.weight_shapes())
    everything = str(builder.projections())
    assert "ml_dense_gradient_input" in everything
    assert "ml_conv2d_gradient_input" not in everything


def test_training_is_one_plan_of_everything() -> None:
    """Loss and count come out; weights and states are stored, when nobody reads the old ones."""
    *_, last = training(NORMALISED).projections()
    assert {item.split(" AS ")[-1] for item in last} == {LOSS, CORRECT, STORED}
    (call,) = (item for item in last if item.endswith(f" AS {STORED}"))
    assert call.startswith("ml_store(memory, ")
    assert all(f"weights_{name}" in call for name in ("first__kernel", "norm__gamma", "last__bias"))
    assert "updated_state_norm" in call


def test_batch_norm_reads_the_batch_in_training_and_its_averages_in_evaluation() -> None:
    weights = "weights_norm__gamma, weights_norm__beta, 4, 0.001"
    trained = computed(training(NORMALISED))
    assert "ml_batch_norm_statistics(value_0, 4) AS statistics_1" in trained
    assert f"ml_batch_norm(value_0, statistics_1, {weights})" in str(trained)
    assert "ml_moving_average(state_norm, statistics_1, 0.9) AS updated_state_norm" in trained
    first = "ml_dense(inputs, weights_first__kernel, weights_first__bias, 8)"
    (evaluated,) = computed(predicting(NORMALISED))
    assert f"ml_batch_norm({first}, state_norm, {weights})" in evaluated


def test_gradients_move_no_average() -> None:
    builder = NNBuilder(NORMALISED, CROSS_ENTROPY)
    builder.forward_pass(training=True)
    builder.compute_gradients()
    assert "ml_moving_average" not in str(builder.projections())


def test_dropout_drops_in_training_alone_and_the_same_in_the_backward_pass() -> None:
    numbers = "0.25, seed, draw, 2"
    normalised = (
        "ml_batch_norm(value_0, statistics_1, weights_norm__gamma, weights_norm__beta, 4, 0.001)"
    )
    by_last = "ml_dense_gradient_input(weights_last__kernel, gradient_of_loss, 4)"
    trained = computed(training(NORMALISED))
    assert f"ml_dropout({normalised}, {numbers}) AS value_2" in trained
    assert f"ml_dropout({by_last}, {numbers}) AS gradient_2" in trained
    assert "ml_dropout" not in str(computed(predicting(NORMALISED)))


def test_both_paths_of_a_residual_are_summed_forward_and_backward() -> None:
    """The shortcut is the value itself, and so is its gradient."""
    calls = computed(training(RESIDUAL))
    forward = [
        f"ml_dense(inputs, {STEM}, weights_stem__bias, 8) AS value_0",
        f"ml_relu(ml_dense(value_0, {PATH}, weights_path__bias, 4)) AS value_3",
        f"ml_add(value_3, value_0) AS {OUTPUTS}",
    ]
    assert calls[: len(forward)] == forward
    of_path = f"ml_dense_gradient_input({PATH}, gradient_3, 4)"
    back = [
        "ml_relu_gradient(value_3, gradient_of_loss) AS gradient_3",
        f"ml_add({of_path}, gradient_of_loss) AS gradient_1",
    ]
    assert [call for call in calls if call in back] == back
    updated = f"ml_sgd({STEM}, ml_dense_gradient_kernel(inputs, gradient_1, 8, 4), 0.1, 0.01)"
    assert updated in calls[-1]


def test_regression_counts_nothing_right() -> None:
    calls = computed(training(RESIDUAL, "mean_squared_error"))
    assert f"ml_mean_squared_error({OUTPUTS}, {TARGETS}) AS {LOSS}" in calls
    assert "ml_count_correct" not in str(calls)


@pytest.mark.parametrize(
    ("optimizer", "call"),
    [
        (
            SGD(type="sgd", learning_rate=0.1, weight_decay=0.01),
            f"ml_sgd(weights_logits__bias, {BY_BIAS}, 0.1, 0.01)",
        ),
        (
            Adam(type="adam", learning_rate=0.001),
            f"ml_adam(weights_logits__bias, {BY_BIAS}, optimizer_logits__bias, step, "
            "0.001, 0.0, 0.9, 0.999, 1e-07)",
        ),
    ],
    ids=["sgd", "adam"],
)
def test_a_weight_is_updated_where_its_gradient_is_made(optimizer: SGD | Adam, call: str) -> None:
    """So that the gradient is an argument, and free after the call."""
    builder = NNBuilder(CNN, CROSS_ENTROPY)
    builder.train_conv2d(optimizer, updates(CNN))
    assert f"{call} AS updated_weights_logits__bias" in computed(builder)


def test_sgd_remembers_nothing() -> None:
    assert "optimizer_" not in str(training(CNN).projections())


def test_targets_are_read_by_the_loss_alone() -> None:
    assert TARGETS not in str(predicting(CNN).projections())
