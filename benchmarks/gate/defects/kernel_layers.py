"""Layers and losses that compute something else, in Velox's C++."""

from benchmarks.gate.changes import SourceEdit
from benchmarks.gate.defects.framework_layers import LAYER, LOSS, ZERO
from benchmarks.gate.planted import plant_in_source
from benchmarks.gate.trials import FEATURES, IMAGES, REGRESSION, RESIDUAL, SHIFTED

plant_in_source(
    "network",
    "kernel-relu-leaks",
    "The ReLU lets a thousandth of what is negative pass.",
    SourceEdit(
        "relu.cpp", "y[i] = x[i] < 0 ? 0 : x[i];", "y[i] = x[i] < 0 ? 0.001f * x[i] : x[i];"
    ),
    FEATURES,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-relu-gradient-is-scaled",
    "The gradient of a ReLU is a thousandth too large.",
    SourceEdit("relu.cpp", "y[i] > 0 ? gradient : 0;", "y[i] > 0 ? 1.001f * gradient : 0;"),
    FEATURES,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-pool-gradient-goes-to-the-corner",
    "The gradient of a window's maximum goes to its first pixel.",
    SourceEdit(
        "max_pool2d.cpp",
        "const bool is_largest = pixel[c] == largest[c];",
        "const bool is_largest = position == 0 || (largest[c] != largest[c] && pixel[c] > 0);",
    ),
    IMAGES,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-average-gradient-is-diluted",
    "The gradient of a global average is shared by a pixel more than there are.",
    SourceEdit("global_avg_pool2d.cpp", "+ c] / pixels;", "+ c] / (pixels + 1);"),
    RESIDUAL,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-sum-favours-a-path",
    "One of two paths enters a sum a thousandth too small.",
    SourceEdit("add.cpp", "sum[i] = left[i] + right[i];", "sum[i] = left[i] + 0.999f * right[i];"),
    RESIDUAL,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-bias-gradient-leaves-out-a-pixel",
    "The gradient of a convolution's bias leaves out the last pixel of the batch.",
    SourceEdit(
        "conv2d.cpp",
        "sum_rows(output_gradient, pixels, filters",
        "sum_rows(output_gradient, pixels - 1, filters",
    ),
    SHIFTED,
    ZERO,
)
plant_in_source(
    "network",
    "kernel-dense-gradient-leaves-out-a-sample",
    "The gradient of a dense kernel leaves out the last sample of the batch.",
    SourceEdit(
        "dense.cpp",
        "const ProductShape shape{features, batch, units, true, false, false};",
        "const ProductShape shape{features, std::max<int64_t>(1, batch - 1), units, true, false,"
        " false};",
    ),
    FEATURES,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-loss-gradient-is-diluted",
    "The gradient of the cross-entropy is divided by a little more than the batch.",
    SourceEdit("softmax_cross_entropy.cpp", "- target) / count);", "- target) / (count + 0.01));"),
    FEATURES,
    LOSS,
)
plant_in_source(
    "network",
    "kernel-squared-error-gradient-is-halved",
    "The gradient of the squared error is half of what it should be.",
    SourceEdit("mean_squared_error.cpp", "2 / static_cast<double>", "1 / static_cast<double>"),
    REGRESSION,
    LOSS,
)
plant_in_source(
    "network",
    "kernel-variance-is-unbiased",
    "Batch norm goes by the variance with Bessel's correction.",
    SourceEdit(
        "batch_norm.cpp",
        "static_cast<float>(squares[c] / static_cast<double>(rows));",
        "static_cast<float>(squares[c] / static_cast<double>(rows > 1 ? rows - 1 : 1));",
    ),
    FEATURES,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-norm-gradient-holds-the-mean",
    "The gradient of a batch norm takes the batch's mean for a constant.",
    SourceEdit("batch_norm.cpp", "(dy[i] - shift[c] -", "(dy[i] - 0 * shift[c] -"),
    IMAGES,
    LAYER,
)
plant_in_source(
    "network",
    "kernel-gamma-gradient-is-not-normalised",
    "The gradient of γ takes the variance without ε.",
    SourceEdit(
        "batch_norm.cpp",
        "gradient[c] = static_cast<float>(sums[c] * normaliser.inverse_deviation[c]);",
        "gradient[c] = static_cast<float>(sums[c] / std::sqrt(mean[inputs.channels + c]));",
    ),
    IMAGES,
    LAYER,
)
