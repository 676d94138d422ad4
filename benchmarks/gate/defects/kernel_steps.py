"""Optimizers, moving averages, dropouts and sums over many samples, wrong in Velox's C++."""

from benchmarks.gate.changes import SourceEdit
from benchmarks.gate.defects.dropouts import ANEW, APART, MASK
from benchmarks.gate.defects.epoch_reports import ACCURACY
from benchmarks.gate.defects.epoch_samples import AT_STUDY_SIZE
from benchmarks.gate.defects.evaluation import STATES
from benchmarks.gate.defects.optimizers import STEPS
from benchmarks.gate.planted import plant_in_source
from benchmarks.gate.trials import DROPPING, FEATURES, IMAGES, REGRESSION

plant_in_source(
    "evaluation",
    "kernel-averages-take-too-much",
    "The moving averages take a thousandth more of the batch's statistics than they should.",
    SourceEdit("batch_norm.cpp", "take * latest[i];", "1.001f * take * latest[i];"),
    FEATURES,
    STATES,
)
plant_in_source(
    "evaluation",
    "kernel-averages-swap-their-shares",
    "The moving averages keep what they should take, and take what they should keep.",
    SourceEdit(
        "batch_norm.cpp",
        "keep * average[i] + take * latest[i];",
        "take * average[i] + keep * latest[i];",
    ),
    IMAGES,
    STATES,
)
plant_in_source(
    "optimizer",
    "kernel-sgd-decays-half",
    "Gradient descent takes half the weight decay.",
    SourceEdit(
        "optimizers.cpp",
        "t.w[i] - t.rate * (t.g[i] + t.decay * t.w[i]);",
        "t.w[i] - t.rate * (t.g[i] + t.decay / 2 * t.w[i]);",
    ),
    REGRESSION,
    STEPS,
)
plant_in_source(
    "optimizer",
    "kernel-momentum-dampens",
    "The gradient enters the velocity with a hundredth less than its weight.",
    SourceEdit(
        "optimizers.cpp",
        "mu * v[i] + (t.g[i] + t.decay * t.w[i]);",
        "mu * v[i] + 0.99f * (t.g[i] + t.decay * t.w[i]);",
    ),
    IMAGES,
    STEPS,
)
plant_in_source(
    "optimizer",
    "kernel-adam-corrects-epsilon",
    "Adam's ε stands beside the corrected root.",
    SourceEdit(
        "optimizers.cpp",
        'static_cast<float>(arguments.real("epsilon"));',
        "static_cast<float>(\n"
        '      arguments.real("epsilon") * std::sqrt(1 - std::pow(beta_2, step)));',
    ),
    FEATURES,
    STEPS,
)
plant_in_source(
    "optimizer",
    "kernel-adam-takes-the-first-moment-raw",
    "Adam does not correct its first moment.",
    SourceEdit(
        "optimizers.cpp", "(1 - std::pow(beta_1, step)));", "(1 - 0 * std::pow(beta_1, step)));"
    ),
    FEATURES,
    STEPS,
)
plant_in_source(
    "optimizer",
    "kernel-adam-takes-too-much-of-the-square",
    "Adam's second moment takes a hundredth more of the square than it should.",
    SourceEdit("optimizers.cpp", "take_2 * g * g;", "1.01f * take_2 * g * g;"),
    FEATURES,
    STEPS,
)
plant_in_source(
    "timed-epoch",
    "kernel-counts-no-hits-of-the-last-class",
    "A sample of the last class never counts as classified right.",
    SourceEdit(
        "softmax_cross_entropy.cpp",
        "correct += std::max_element(logits, logits + samples.classes) - logits",
        "correct += std::max_element(logits, logits + samples.classes - 1) - logits",
    ),
    FEATURES,
    ACCURACY,
)
plant_in_source(
    "timed-epoch",
    "kernel-leaves-out-a-sample-of-many",
    "The gradient of a dense kernel leaves out the last of more than 16 samples.",
    SourceEdit(
        "dense.cpp",
        "const ProductShape shape{features, batch, units, true, false, false};",
        "const ProductShape shape{features, batch > 16 ? batch - 1 : batch, units, true, false,"
        " false};",
    ),
    FEATURES,
    AT_STUDY_SIZE,
)
plant_in_source(
    "timed-epoch",
    "kernel-sums-lose-rows",
    "Sums over the batch lose what is beyond 1,024 rows, each pixel of an image being one.",
    SourceEdit(
        "loops.h",
        "for (int64_t block = 1; block <= blocks; ++block)",
        "for (int64_t block = 1; block <= std::min<int64_t>(blocks, 2); ++block)",
    ),
    IMAGES,
    AT_STUDY_SIZE,
)
plant_in_source(
    "dropout",
    "kernel-keeps-the-scale",
    "What is kept is not scaled by 1/(1 − rate).",
    SourceEdit(
        "dropout.cpp",
        "const auto scale = static_cast<float>(1 / (1 - rate));",
        "const float scale = 1;",
    ),
    DROPPING,
    MASK,
)
plant_in_source(
    "dropout",
    "kernel-drops-at-another-rate",
    "The rate is a tenth too small, and the scale is the rate's.",
    SourceEdit("dropout.cpp", "rate * 4294967296.0", "rate * 0.9 * 4294967296.0"),
    DROPPING,
    MASK,
)
plant_in_source(
    "dropout",
    "kernel-ignores-the-draw",
    "Every pass drops the same elements.",
    SourceEdit("dropout.cpp", '{"seed", "draw", "layer"}', '{"seed", "layer"}'),
    DROPPING,
    ANEW,
)
plant_in_source(
    "dropout",
    "kernel-repeats-its-mask",
    "The mask begins anew after 64 elements.",
    SourceEdit("dropout.cpp", "static_cast<uint64_t>(i + 1)", "static_cast<uint64_t>(i % 64 + 1)"),
    DROPPING,
    MASK,
)
plant_in_source(
    "dropout",
    "kernel-drops-neighbours-together",
    "Eight neighbouring elements are dropped together.",
    SourceEdit("dropout.cpp", "static_cast<uint64_t>(i + 1)", "static_cast<uint64_t>(i / 8 + 1)"),
    DROPPING,
    APART,
)
