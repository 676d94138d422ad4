"""Layers, losses, optimizers and batch norms that compute something else, in Velox's C++."""

from benchmarks.gate.changes import SourceEdit
from benchmarks.gate.defects.epoch_reports import ACCURACY
from benchmarks.gate.defects.epoch_samples import AT_STUDY_SIZE
from benchmarks.gate.defects.evaluation import STATES
from benchmarks.gate.defects.network_layers import LAYER, LOSS, ZERO
from benchmarks.gate.defects.optimizers import STEPS
from benchmarks.gate.planted import DefectClass, plant_in_source
from benchmarks.gate.trials import FEATURES, IMAGES, REGRESSION, RESIDUAL, SHIFTED


def _plant(
    defect_class: DefectClass,
    name: str,
    wrong: str,
    edit: tuple[str, str, str],
    trial: str,
    evidence: str,
) -> None:
    plant_in_source(defect_class, name, SourceEdit(*edit), trial, wrong, evidence)


_plant(
    "network",
    "kernel-relu-leaks",
    "The ReLU lets a thousandth of what is negative pass.",
    ("relu.cpp", "y[i] = x[i] < 0 ? 0 : x[i];", "y[i] = x[i] < 0 ? 0.001f * x[i] : x[i];"),
    FEATURES,
    LAYER,
)
_plant(
    "network",
    "kernel-relu-gradient-is-scaled",
    "The gradient of a ReLU is a thousandth too large.",
    ("relu.cpp", "y[i] > 0 ? gradient : 0;", "y[i] > 0 ? 1.001f * gradient : 0;"),
    FEATURES,
    LAYER,
)
_plant(
    "network",
    "kernel-pool-gradient-goes-to-the-corner",
    "The gradient of a window's maximum goes to its first pixel.",
    (
        "max_pool2d.cpp",
        "const bool is_largest = pixel[c] == largest[c];",
        "const bool is_largest = position == 0 || (largest[c] != largest[c] && pixel[c] > 0);",
    ),
    IMAGES,
    LAYER,
)
_plant(
    "network",
    "kernel-average-gradient-is-diluted",
    "The gradient of a global average is shared by a pixel more than there are.",
    ("global_avg_pool2d.cpp", "+ c] / pixels;", "+ c] / (pixels + 1);"),
    RESIDUAL,
    LAYER,
)
_plant(
    "network",
    "kernel-sum-favours-a-path",
    "One of two paths enters a sum a thousandth too small.",
    ("add.cpp", "sum[i] = left[i] + right[i];", "sum[i] = left[i] + 0.999f * right[i];"),
    RESIDUAL,
    LAYER,
)
_plant(
    "network",
    "kernel-bias-gradient-leaves-out-a-pixel",
    "The gradient of a convolution's bias leaves out the last pixel of the batch.",
    (
        "conv2d.cpp",
        "sum_rows(output_gradient, pixels, filters",
        "sum_rows(output_gradient, pixels - 1, filters",
    ),
    SHIFTED,
    ZERO,
)
_plant(
    "network",
    "kernel-dense-gradient-leaves-out-a-sample",
    "The gradient of a dense kernel leaves out the last sample of the batch.",
    (
        "dense.cpp",
        "const ProductShape shape{features, batch, units, true, false, false};",
        "const ProductShape shape{features, std::max<int64_t>(1, batch - 1), units, true, false,"
        " false};",
    ),
    FEATURES,
    LAYER,
)
_plant(
    "network",
    "kernel-loss-gradient-is-diluted",
    "The gradient of the cross-entropy is divided by a little more than the batch.",
    ("softmax_cross_entropy.cpp", "- target) / count);", "- target) / (count + 0.01));"),
    FEATURES,
    LOSS,
)
_plant(
    "network",
    "kernel-squared-error-gradient-is-halved",
    "The gradient of the squared error is half of what it should be.",
    ("mean_squared_error.cpp", "2 / static_cast<double>", "1 / static_cast<double>"),
    REGRESSION,
    LOSS,
)
_plant(
    "network",
    "kernel-variance-is-unbiased",
    "Batch norm goes by the variance with Bessel's correction.",
    (
        "batch_norm.cpp",
        "static_cast<float>(squares[c] / static_cast<double>(rows));",
        "static_cast<float>(squares[c] / static_cast<double>(rows > 1 ? rows - 1 : 1));",
    ),
    FEATURES,
    LAYER,
)
_plant(
    "network",
    "kernel-norm-gradient-holds-the-mean",
    "The gradient of a batch norm takes the batch's mean for a constant.",
    ("batch_norm.cpp", "(dy[i] - shift[c] -", "(dy[i] - 0 * shift[c] -"),
    IMAGES,
    LAYER,
)
_plant(
    "network",
    "kernel-gamma-gradient-is-not-normalised",
    "The gradient of γ takes the variance without ε.",
    (
        "batch_norm.cpp",
        "gradient[c] = static_cast<float>(sums[c] * normaliser.inverse_deviation[c]);",
        "gradient[c] = static_cast<float>(sums[c] / std::sqrt(mean[inputs.channels + c]));",
    ),
    IMAGES,
    LAYER,
)
_plant(
    "evaluation",
    "kernel-averages-take-too-much",
    "The moving averages take a thousandth more of the batch's statistics than they should.",
    ("batch_norm.cpp", "take * latest[i];", "1.001f * take * latest[i];"),
    FEATURES,
    STATES,
)
_plant(
    "evaluation",
    "kernel-averages-swap-their-shares",
    "The moving averages keep what they should take, and take what they should keep.",
    (
        "batch_norm.cpp",
        "keep * average[i] + take * latest[i];",
        "take * average[i] + keep * latest[i];",
    ),
    IMAGES,
    STATES,
)
_plant(
    "optimizer",
    "kernel-sgd-decays-half",
    "Gradient descent takes half the weight decay.",
    (
        "optimizers.cpp",
        "t.w[i] - t.rate * (t.g[i] + t.decay * t.w[i]);",
        "t.w[i] - t.rate * (t.g[i] + t.decay / 2 * t.w[i]);",
    ),
    REGRESSION,
    STEPS,
)
_plant(
    "optimizer",
    "kernel-momentum-dampens",
    "The gradient enters the velocity with a hundredth less than its weight.",
    (
        "optimizers.cpp",
        "mu * v[i] + (t.g[i] + t.decay * t.w[i]);",
        "mu * v[i] + 0.99f * (t.g[i] + t.decay * t.w[i]);",
    ),
    IMAGES,
    STEPS,
)
_plant(
    "optimizer",
    "kernel-adam-corrects-epsilon",
    "Adam's ε stands beside the corrected root.",
    (
        "optimizers.cpp",
        'static_cast<float>(arguments.real("epsilon"));',
        "static_cast<float>(\n"
        '      arguments.real("epsilon") * std::sqrt(1 - std::pow(beta_2, step)));',
    ),
    FEATURES,
    STEPS,
)
_plant(
    "optimizer",
    "kernel-adam-takes-the-first-moment-raw",
    "Adam does not correct its first moment.",
    ("optimizers.cpp", "(1 - std::pow(beta_1, step)));", "(1 - 0 * std::pow(beta_1, step)));"),
    FEATURES,
    STEPS,
)
_plant(
    "optimizer",
    "kernel-adam-takes-too-much-of-the-square",
    "Adam's second moment takes a hundredth more of the square than it should.",
    ("optimizers.cpp", "take_2 * g * g;", "1.01f * take_2 * g * g;"),
    FEATURES,
    STEPS,
)
_plant(
    "timed-epoch",
    "kernel-counts-no-hits-of-the-last-class",
    "A sample of the last class never counts as classified right.",
    (
        "softmax_cross_entropy.cpp",
        "correct += std::max_element(logits, logits + samples.classes) - logits",
        "correct += std::max_element(logits, logits + samples.classes - 1) - logits",
    ),
    FEATURES,
    ACCURACY,
)
_plant(
    "timed-epoch",
    "kernel-leaves-out-a-sample-of-many",
    "The gradient of a dense kernel leaves out the last of more than 16 samples.",
    (
        "dense.cpp",
        "const ProductShape shape{features, batch, units, true, false, false};",
        "const ProductShape shape{features, batch > 16 ? batch - 1 : batch, units, true, false,"
        " false};",
    ),
    FEATURES,
    AT_STUDY_SIZE,
)
_plant(
    "timed-epoch",
    "kernel-sums-lose-rows",
    "Sums over the batch lose what is beyond 1,024 rows, each pixel of an image being one.",
    (
        "loops.h",
        "for (int64_t block = 1; block <= blocks; ++block)",
        "for (int64_t block = 1; block <= std::min<int64_t>(blocks, 2); ++block)",
    ),
    IMAGES,
    AT_STUDY_SIZE,
)
