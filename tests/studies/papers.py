"""What the five papers say, read a second time and apart from the study files."""

from typing import NamedTuple


class Stated(NamedTuple):
    """A sentence of a paper, and how its entry in the study file is known."""

    id: str
    words: str
    """All of them stand in the entry's text."""
    metric: str
    """What its primary readings compare; empty: no measurement could tell, or it repeats others."""
    published: str
    """A part of the numbers that the paper gives."""


STATEMENTS = (
    Stated("S1.1", "PyTorch trains faster", "step_seconds", ""),
    Stated("S1.2", "PyTorch runs faster", "predict_100_turn_seconds", ""),
    Stated("S1.3", "PyTorch slightly less accurate", "test_accuracy", ""),
    Stated("S1.4", "speed traded precision", "", ""),
    Stated("S1.5", "TensorFlow models defined before executed", "", ""),
    Stated("S1.6", "PyTorch trains faster CUDA", "", ""),
    Stated("S1.7", "PyTorch more memory", "gpu_peak_memory_bytes peak_memory_bytes", ""),
    Stated("S1.8", "TensorFlow efficient memory", "", ""),
    Stated("S1.9", "PyTorch rapid development", "source_lines", ""),
    Stated("S1.10", "TensorFlow deployments production", "", ""),
    Stated("S1.11", "PyTorch additional tools deployment", "", ""),
    Stated("S1.12", "TensorFlow visualisation TensorBoard", "", ""),
    Stated("S1.13", "train several machines", "", ""),
    Stated("S2.1", "TensorFlow PyTorch both 99 %", "test_accuracy", "99.11 % and 99.07 %"),
    Stated("S2.2", "TensorFlow trains faster", "step_seconds", "44.44 s against 85.89 s"),
    Stated("S2.3", "PyTorch predicts faster", "predict_100_turn_seconds", "0.082 s against 0.390"),
    Stated("S2.4", "Velox by far lowest memory", "inference_peak_memory_bytes", "239.34 MiB"),
    Stated("S2.5", "Velox predicts fast", "predict_100_turn_seconds", "3.027 s"),
    Stated("S2.6", "GPU more memory CPU", "inference_peak_memory_bytes", "1895.656 MiB"),
    Stated("S2.7", "TensorFlow more memory GPU", "inference_peak_memory_bytes", "1939.253 MiB"),
    Stated("S2.8", "PyTorch more memory CPU", "inference_peak_memory_bytes", "1499.941 MiB"),
    Stated("S2.9", "GPU trains faster CPU", "train_seconds", "44.44 s against 687.23 s"),
    Stated("S2.10", "GPU predicts faster CPU", "predict_100_seconds", "0.252 s against 0.390 s"),
    Stated("S2.11", "Memory traded speed GPU", "", ""),
    Stated("S2.12", "Velox resources scarce", "peak_memory_bytes", ""),
    Stated("S2.13", "Velox low memory rapid", "", ""),
    Stated("S2.14", "support documentation community", "", ""),
    Stated(
        "S3.1",
        "Velox less time TensorFlow",
        "predict_100_seconds predict_100_turn_seconds",
        "0.13 s against 1.6 s",
    ),
    Stated(
        "S3.2",
        "Velox less time PyTorch",
        "predict_100_seconds predict_100_turn_seconds",
        "0.13 s against 2.3 s",
    ),
    Stated(
        "S3.3", "TensorFlow less time PyTorch", "predict_100_turn_seconds", "1.6 s against 2.3 s"
    ),
    Stated("S3.4", "TensorFlow more CPU", "cpu_percent step_cpu_seconds", "51 % against 32 %"),
    Stated("S3.5", "TensorFlow more GPU", "gpu_percent", "38 % against 10 %"),
    Stated("S3.6", "TensorFlow use contributes speed", "", ""),
    Stated("S3.7", "Static faster dynamic", "", ""),
    Stated("S3.8", "Static additional set-up", "first_epoch_excess_seconds", ""),
    Stated("S3.9", "GPU reduces training", "train_seconds", ""),
    Stated("S3.10", "Velox more manual configuration", "source_lines", ""),
    Stated("S3.11", "Velox hard install", "", "repeated attempts"),
    Stated("S3.12", "Velox long to learn", "", ""),
    Stated("S3.13", "Velox manual distribution", "", ""),
    Stated("S3.14", "Velox efficient distributed", "", "never measured"),
    Stated("S3.15", "PyTorch TensorFlow distributed", "", ""),
    Stated("S3.16", "PyTorch lacks speed Velox", "", ""),
    Stated("S3.17", "TensorFlow more resources", "", ""),
    Stated("S4.1", "Keras trains faster classification", "step_seconds", "140 ms against 180 ms"),
    Stated("S4.2", "PyTorch more accurate validation", "test_accuracy", "0.980 against 0.976"),
    Stated("S4.3", "PyTorch more accurate training", "train_accuracy", "0.999 against 0.993"),
    Stated("S4.4", "Keras far lower validation MSE", "test_loss", "0.212 against 2.795"),
    Stated("S4.5", "Keras far lower training MSE", "train_loss", "0.0000237 against 0.8148"),
    Stated("S4.6", "PyTorch much less time regression", "train_seconds", "0.05 ms against 2.6"),
    Stated("S4.7", "PyTorch training MSE much higher expected", "train_loss", "0.8148"),
    Stated("S4.8", "PyTorch validation MSE much higher expected", "test_loss", "2.795"),
    Stated("S4.9", "wrong calculation mean", "train_loss", ""),
    Stated("S4.10", "Layers defined incorrectly", "", ""),
    Stated("S5.1", "PyTorch trains ResNet-18 faster", "step_seconds", "18 %"),
    Stated("S5.2", "PyTorch infers ResNet-18 faster", "predict_100_turn_seconds", "58.7 %"),
    Stated("S5.3", "PyTorch first epoch ResNet-18 faster", "first_epoch_seconds", "18.5 %"),
    Stated("S5.4", "ResNet-18 exceeds average", "first_epoch_excess_seconds", "+2.6 s against +8"),
    Stated("S5.5", "PyTorch converges faster either optimizer", "train_loss", ""),
    Stated("S5.6", "TensorFlow converges slowly", "", ""),
    Stated("S5.7", "PyTorch Adam 83 %", "best_test_accuracy", "83.07 %"),
    Stated("S5.8", "PyTorch Adam best all four", "best_test_accuracy", "83.07 %"),
    Stated("S5.9", "TensorFlow below PyTorch both", "best_test_accuracy", "83.07 %"),
    Stated("S5.10", "PyTorch more accurate equal seeds", "train_accuracy", "loss function"),
    Stated("S5.11", "loss functions differ", "", ""),
    Stated("S5.12", "fit faster before epoch 20", "test_accuracy", ""),
    Stated("S5.13", "fit best accuracy below GradientTape", "best_test_accuracy", "7.3 %"),
    Stated("S5.14", "fit more accurate GradientTape VGG-16", "best_test_accuracy", ""),
    Stated("S5.15", "TensorFlow trains VGG-16 faster", "step_seconds", "58.3 %"),
    Stated("S5.16", "TensorFlow infers VGG-16 faster", "predict_100_turn_seconds", "29.3 %"),
    Stated("S5.17", "VGG-16 exceeds average", "first_epoch_excess_seconds", "+14.54 s against +17"),
    Stated("S5.18", "training accuracy VGG-16 very poor", "train_accuracy", "very poor"),
    Stated("S5.19", "Small pictures little data VGG-16", "", ""),
    Stated("S5.20", "Plain VGG-16 CIFAR-10 badly", "best_test_accuracy", "very bad"),
    Stated("S5.21", "VGG-16 CIFAR-10 batch norm dropout", "best_test_accuracy", "next step"),
    Stated("S5.22", "ResNet-18 more accurate recipe", "best_test_accuracy", "weight decay 1e-4"),
    Stated("S5.23", "TensorFlow VGG-16 PyTorch ResNet-18", "", ""),
    Stated("S5.24", "Static dynamic graphs", "", ""),
)


class Ratio(NamedTuple):
    """Two printed numbers, or a percentage, as a ratio: first ÷ second."""

    id: str
    device: str
    first: float
    second: float


RATIOS = (
    Ratio("S2.2", "cpu", 687.23, 824.86),
    Ratio("S2.2", "cuda", 44.44, 85.89),
    Ratio("S2.3", "cpu", 0.082, 0.390),
    Ratio("S2.3", "cuda", 0.072, 0.252),
    Ratio("S2.7", "cuda", 1939.253, 1895.656),
    Ratio("S2.8", "cpu", 1499.941, 1373.437),
    Ratio("S3.1", "cuda", 0.13, 1.6),
    Ratio("S3.2", "cuda", 0.13, 2.3),
    Ratio("S3.3", "cuda", 1.6, 2.3),
    Ratio("S3.5", "cuda", 38, 10),
    Ratio("S4.1", "cuda", 140, 180),
    Ratio("S4.2", "cuda", 0.980, 0.976),
    Ratio("S4.3", "cuda", 0.999, 0.993),
    Ratio("S4.4", "cuda", 0.212, 2.795),
    Ratio("S4.5", "cuda", 0.0000237, 0.8148),
    Ratio("S4.6", "cuda", 0.05, 2.6),
    Ratio("S5.1", "cuda", 100 - 18, 100),
    Ratio("S5.2", "cuda", 100 - 58.7, 100),
    Ratio("S5.3", "cuda", 100 - 18.5, 100),
    Ratio("S5.15", "cuda", 100 - 58.3, 100),
    Ratio("S5.16", "cuda", 100 - 29.3, 100),
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
    ("s2", "TensorFlow 2.15.0, PyTorch 2.2.1+cu121, NumPy 1.25.2"),
    ("s2", "TensorFlow and PyTorch on Colab"),
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
"""By study: words on what its text has wrong, or on where and with what it measured."""
