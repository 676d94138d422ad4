"""What the five papers say, read a second time and apart from the study files."""

from typing import NamedTuple


class Statement(NamedTuple):
    """A claim of a paper, and how its entry in the study file is known."""

    study: str
    words: str
    """All of them stand in the entry's text."""
    metric: str
    """What its comparisons are about; empty: no measurement could tell."""
    published: str
    """A part of the numbers that the paper gives."""


STATEMENTS = (
    Statement("s1", "PyTorch trains faster Chirodea", "train_seconds", ""),
    Statement("s1", "PyTorch runs faster Chirodea", "predict_100_seconds", ""),
    Statement("s1", "PyTorch slightly less accurate Chirodea", "test_accuracy", ""),
    Statement("s1", "PyTorch trains faster Vast.ai", "train_seconds", ""),
    Statement("s1", "PyTorch uses more memory Vast.ai", "peak_memory_bytes", ""),
    Statement("s1", "PyTorch uses more GPU memory Vast.ai", "gpu_peak_memory_bytes", ""),
    Statement("s2", "both 99 % CPU", "test_accuracy", "99.11 % and 99.07 %"),
    Statement("s2", "both 99 % GPU", "test_accuracy", "99.10 % and 99.00 %"),
    Statement("s2", "TensorFlow trains faster CPU", "train_seconds", "687.23 s against 824.86 s"),
    Statement("s2", "TensorFlow trains faster GPU", "train_seconds", "44.44 s against 85.89 s"),
    Statement("s2", "PyTorch predicts faster CPU", "predict_100_seconds", "0.082 s against 0.390"),
    Statement("s2", "PyTorch predicts faster GPU", "predict_100_seconds", "0.072 s against 0.252"),
    Statement("s2", "Velox lowest memory", "inference_peak_memory_bytes", "239.34 MB"),
    Statement("s2", "Velox predicts fast", "predict_100_seconds", "3.027 s, called fast"),
    Statement("s2", "GPU more memory CPU", "inference_peak_memory_bytes", "1895.656 MB"),
    Statement("s2", "TensorFlow more memory PyTorch", "inference_peak_memory_bytes", "1939.253 MB"),
    Statement("s3", "Velox less time TensorFlow", "predict_100_seconds", "0.13 s against 1.6 s"),
    Statement("s3", "Velox less time TensorFlow", "train_seconds", "0.13 s against 1.6 s"),
    Statement("s3", "TensorFlow less time PyTorch", "predict_100_seconds", "1.6 s against 2.3 s"),
    Statement("s3", "TensorFlow less time PyTorch", "train_seconds", "1.6 s against 2.3 s"),
    Statement("s3", "TensorFlow more CPU PyTorch", "cpu_percent", "51 % against 32 %"),
    Statement("s3", "TensorFlow more GPU PyTorch", "gpu_percent", "38 % against 10 %"),
    Statement("s3", "Velox manual set-up", "source_lines", ""),
    Statement("s3", "Velox manual set-up", "native_source_lines", ""),
    Statement("s3", "Velox manual distribution", "", ""),
    Statement("s3", "Velox efficient distributed", "", "never measured"),
    Statement("s4", "Keras trains faster classification", "epoch_seconds", "140 ms against 180 ms"),
    Statement("s4", "PyTorch more accurate validation", "test_accuracy", "0.980 against 0.976"),
    Statement("s4", "PyTorch more accurate training", "train_accuracy", "0.999 against 0.993"),
    Statement("s4", "Keras far lower validation MSE", "test_loss", "0.212 against 2.795"),
    Statement("s4", "Keras far lower training MSE", "train_loss", "0.0000237 against 0.8148"),
    Statement("s4", "PyTorch trains faster regression", "epoch_seconds", "0.05 ms against 2.6 ms"),
    Statement("s4", "PyTorch MSE much higher than expected should", "train_loss", "0.8148"),
    Statement("s4", "PyTorch MSE much higher than expected broadcast", "train_loss", "0.8148"),
    Statement("s5", "PyTorch trains ResNet-18 faster", "train_seconds", "18 %"),
    Statement("s5", "PyTorch infers ResNet-18 faster", "evaluate_seconds", "58.7 %"),
    Statement("s5", "PyTorch first epoch ResNet-18 faster", "first_epoch_seconds", "18.5 %"),
    Statement(
        "s5", "ResNet-18 exceeds average", "first_epoch_excess_seconds", "+2.6 s against +8.68"
    ),
    Statement("s5", "PyTorch Adam 83 %", "best_test_accuracy", "83.07 %"),
    Statement("s5", "PyTorch best accuracy ResNet-18", "best_test_accuracy", "83.07 %"),
    Statement("s5", "PyTorch more accurate equal seeds Adam", "test_accuracy", "loss function"),
    Statement("s5", "PyTorch more accurate equal seeds SGD", "test_accuracy", "loss function"),
    Statement("s5", "TensorFlow trains VGG-16 faster", "train_seconds", "58.3 %"),
    Statement("s5", "TensorFlow infers VGG-16 faster", "evaluate_seconds", "29.3 %"),
    Statement(
        "s5", "VGG-16 exceeds average", "first_epoch_excess_seconds", "+14.54 s against +17.9"
    ),
    Statement("s5", "VGG-16 very poor Adam", "best_test_accuracy", "very poor"),
    Statement("s5", "VGG-16 very poor SGD", "best_test_accuracy", "very poor"),
    Statement("s5", "fit converges faster before epoch 20", "test_accuracy", ""),
    Statement("s5", "fit best accuracy below GradientTape", "best_test_accuracy", "7.3 points"),
    Statement("s5", "VGG-16 CIFAR-10 batch norm dropout", "best_test_accuracy", "next step"),
)


class Number(NamedTuple):
    """A cell of a paper's table, or a point of its figure."""

    study: str
    place: str
    metric: str
    column: str
    value: float


def _row(study: str, place: str, metric: str, **values: float) -> tuple[Number, ...]:
    return tuple(
        Number(study, place, metric, column.replace("_", "-"), value)
        for column, value in values.items()
    )


NUMBERS = (
    *_row("s2", "Table, section V", "train_seconds", tf_cpu=687.23, pytorch_cpu=824.86),
    *_row("s2", "Table, section V", "train_seconds", tf_gpu=44.44, pytorch_gpu=85.89),
    *_row("s2", "Table, section V", "test_accuracy", tf_cpu=99.11, pytorch_cpu=99.07),
    *_row("s2", "Table, section V", "test_accuracy", tf_gpu=99.10, pytorch_gpu=99.00),
    *_row("s2", "Table, section V", "predict_100_seconds", tf_cpu=0.390, pytorch_cpu=0.082),
    *_row("s2", "Table, section V", "predict_100_seconds", tf_gpu=0.252, pytorch_gpu=0.072),
    *_row("s2", "Table, section V", "predict_100_seconds", velox_cpu=3.027),
    *_row("s2", "Table, section V", "inference_peak_memory_bytes", tf_cpu=1373.437),
    *_row("s2", "Table, section V", "inference_peak_memory_bytes", pytorch_cpu=1499.941),
    *_row("s2", "Table, section V", "inference_peak_memory_bytes", velox_cpu=239.34),
    *_row("s2", "Table, section V", "inference_peak_memory_bytes", tf_gpu=1939.253),
    *_row("s2", "Table, section V", "inference_peak_memory_bytes", pytorch_gpu=1895.656),
    *_row("s3", "Figure 1", "predict_100_seconds", velox=0.13, tf_gpu=1.6, pytorch_gpu=2.3),
    *_row("s3", "Figure 2", "cpu_percent", tf_gpu=51, pytorch_gpu=32),
    *_row("s3", "Figure 2", "gpu_percent", tf_gpu=38, pytorch_gpu=10),
    *_row("s4", "Table 1", "train_accuracy", keras=0.993, pytorch=0.999),
    *_row("s4", "Table 1", "test_accuracy", keras=0.976, pytorch=0.980),
    *_row("s4", "Table 1", "train_seconds", keras=140, pytorch=180),
    *_row("s4", "Table 2", "train_loss", keras=0.0000237, pytorch=0.8148),
    *_row("s4", "Table 2", "test_loss", keras=0.212, pytorch=2.795),
    *_row("s4", "Table 2", "train_seconds", keras=2.6, pytorch=0.05),
    *_row("s5", "ResNet-18", "first_epoch_excess_seconds", tf_tape=8.68, pytorch=2.6),
    *_row("s5", "ResNet-18", "best_test_accuracy", pytorch=83.07, tf_fit=72),
    *_row("s5", "VGG-16", "first_epoch_excess_seconds", tf_tape=14.54, pytorch=17.9),
)


ERRORS_AND_SURROUNDINGS = (
    ("s1", "Built In"),
    ("s1", "Since TensorFlow 2"),
    ("s2", "TensorFlow 2.15.0, PyTorch 2.2.1+cu121 and NumPy 1.25.2 ran on Colab"),
    ("s2", "consistency of hardware"),
    ("s2", "Keras is read first"),
    ("s2", "read as MiB"),
    ("s2", "a distributed framework for machine learning"),
    ("s3", "Keras is read first"),
    ("s3", "on Colab with a GPU"),
    ("s3", "monitored memory"),
    ("s4", "MacBook, M1, 16 GB"),
    ("s4", "read as seconds of the whole training"),
    ("s4", "pixel0 to pixel783"),
    ("s4", "768 records"),
    ("s4", "a data set on cars"),
    ("s4", "null values"),
    ("s5", "the first epoch is skipped"),
    ("s5", "80 thousand images; it has 60,000"),
    ("s5", "Core i7-8750H"),
    ("s5", "7.3% less than GradientTape"),
)
"""By study: words of a note on what its text has wrong, or on where and with what it measured."""
