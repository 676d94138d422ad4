"""A statement has one meaning on each device, and says which of its readings that is."""

import pytest
from pydantic import ValidationError

from contract.statement import Reading, Statement
from contract.study import StudyError, load_study
from contract.versions import with_statements
from tests.contract.examples import STUDY_FILE

TEXT = STUDY_FILE.read_text()
HOLDS = "test_loss[keras] < test_loss[pytorch]"
READING = {"sense": "as it stands", "workload": "w", "holds": HOLDS, "primary": True}
STATEMENT = {"id": "S2.1", "text": "It is so", "place": "p. 1", "published": "no number"}


def statement(*readings, **settings):
    found = tuple(READING | reading for reading in readings)
    return Statement.model_validate(STATEMENT | {"readings": found} | settings, strict=True)


def test_a_reading_may_be_untestable_and_then_compares_nothing():
    told = READING | {"holds": "", "untestable": "Nobody could measure it."}

    assert Reading.model_validate(told).comparisons("cpu") == ()


@pytest.mark.parametrize("ways", [{"holds": ""}, {"untestable": "It is not."}])
def test_a_reading_is_either_judged_or_says_why_not(ways):
    with pytest.raises(ValidationError, match="give either `holds` or `untestable`"):
        Reading.model_validate(READING | ways)


@pytest.mark.parametrize(
    ("holds", "message"),
    [
        (
            "train_seconds[keras, verify] < train_seconds[pytorch, verify]",
            "train_seconds is measured by train, not by verify",
        ),
        ("best_test_accuracy[keras, predict] > 0.9", "is measured by train, not by predict"),
        ("peak_memory_bytes[keras, turns] < 9", "is measured by train or predict, not by turns"),
        ("step_seconds[keras] < 1", "step_seconds is measured by turns, not by train"),
        (
            "2 * test_loss[keras] < test_loss[keras on w]",
            "test_loss of keras is compared with itself",
        ),
        ("test_loss[keras] < test_loss[keras, cuda]", "test_loss of keras is compared with itself"),
        ("packages[keras] < packages[keras]", "packages of keras is compared with itself"),
    ],
)
def test_a_reading_compares_what_measurements_can_decide(holds, message):
    with pytest.raises(ValidationError, match=message):
        Reading.model_validate(READING | {"holds": holds})


def test_a_contender_may_be_compared_with_its_other_numbers():
    holds = "first_epoch_seconds[keras] > steady_epoch_seconds[keras] and "
    holds += "peak_memory_bytes[keras] > peak_memory_bytes[keras, predict]"

    Reading.model_validate(READING | {"holds": holds})


def test_a_reading_compares_on_the_device_that_is_asked():
    (found,) = Reading.model_validate(READING).comparisons("cuda")

    assert (found.left.workload, found.left.device) == ("w", "cuda")


@pytest.mark.parametrize(("needs_own", "protocol"), [(True, "published"), (False, "matched")])
def test_a_reading_asks_for_jobs_of_the_protocol_that_can_show_it(needs_own, protocol):
    reading = Reading.model_validate(READING | {"needs_own_defaults": needs_own})

    assert [tuple(one) for one in reading.asked("cpu")] == [
        ("w", "keras", "cpu", protocol, "train"),
        ("w", "pytorch", "cpu", protocol, "train"),
    ]


def test_what_is_counted_once_asks_for_no_job():
    counted = READING | {"holds": "source_lines[keras] < source_lines[pytorch]"}

    assert list(Reading.model_validate(counted).asked("cpu")) == []


def test_the_primary_reading_of_a_device_comes_first():
    beside, on_cpu = {"primary": False}, {"devices": ("cpu",), "because": "so"}
    on_gpu = {"devices": ("cuda",), "because": "so", "sense": "of the GPU"}

    found = statement(beside, on_cpu, on_gpu)

    assert [reading.sense for reading in found.on("cuda")] == ["of the GPU", "as it stands"]
    assert found.devices == ("cpu", "cuda")


@pytest.mark.parametrize(
    ("readings", "message"),
    [
        (({"primary": False},), "0 readings are primary on cpu"),
        (({"because": "a"}, {"because": "b"}), "2 readings are primary on cpu"),
        (({"devices": ("cuda",)}, {"devices": ("cpu",), "primary": False}), "0 readings"),
        (({}, {"primary": False}), "why is it primary among several"),
        ((), "give either `readings` or `same_as`"),
    ],
)
def test_exactly_one_reading_decides_on_a_device_and_says_why(readings, message):
    with pytest.raises(ValidationError, match=message):
        statement(*readings)


@pytest.mark.parametrize(
    ("holds", "settings", "message"),
    [
        (HOLDS, {"published_on": ("cpu",)}, "cuda is not among the devices"),
        (f"{HOLDS} and {HOLDS}", {}, "one comparison between two measurements"),
        ("test_loss[keras] < 1", {}, "one comparison between two measurements"),
    ],
)
def test_a_published_ratio_is_that_of_one_comparison(holds, settings, message):
    with pytest.raises(ValidationError, match=message):
        statement({"holds": holds}, published_ratio={"cuda": 0.5}, **settings)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ('id = "S2.2"', 'id = "S2.1"', "S2.1 stands twice"),
        ('id = "S2.2"', 'id = "S3.2"', "S3.2 does not begin with S2."),
        ('same_as = ["S2.4"', 'same_as = ["S2.14"', "S2.14 is no statement before it"),
        ('same_as = ["S2.4"', 'same_as = ["S2.11"', "S2.11 is no statement before it"),
        ("< train_seconds[pytorch]", "< train_second[pytorch]", "train_second["),
        (
            "train_seconds[keras] <",
            "train_seconds[caffe] <",
            "caffe: not among the study's contenders",
        ),
        ("train_seconds[keras] <", "train_seconds[keras on another] <", "no workload 'another'"),
        ("train_seconds[keras] <", "source_lines[keras, cpu] <", "expected ]"),
        ("> 0.99 and", "> 0.99 or", "expected and"),
    ],
)
def test_a_wrong_statement_is_refused_at_its_line(tmp_path, before, after, message):
    text = TEXT.replace(before, after, 1)
    line = next(n for n, row in enumerate(text.splitlines(), start=1) if after in row)
    if "twice" in message:  # the second of the two is the one too many
        line = text.splitlines().index(after, line) + 1
    path = tmp_path / "study.toml"
    path.write_text(text)

    with pytest.raises(StudyError) as caught:
        load_study(path)

    assert f"study.toml:{line}:" in str(caught.value)
    assert message in str(caught.value)


CLAIM = """
[[claims]]
text = "TensorFlow trains faster than PyTorch on the GPU"
place = "Table, section V"
workload = "mnist-cnn"
published = "44.44 s against 85.89 s"
holds = "train_seconds[tensorflow, cuda] < train_seconds[pytorch, cuda]"
needs_paper_profile = true

[[claims]]
text = "It scales"
place = "section VI"
workload = "mnist-cnn"
published = "no number"
untestable = "The kit runs on one machine."
"""


def test_claims_of_an_earlier_study_file_are_read_as_statements(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(TEXT[: TEXT.index("[[statements]]")] + CLAIM)

    faster, scales = load_study(path).statements

    assert (faster.id, faster.text) == ("S2.1", "TensorFlow trains faster than PyTorch on the GPU")
    assert (faster.devices, faster.published_on) == (("cuda",), ("cuda",))
    (reading,) = faster.readings
    assert (reading.primary, reading.needs_paper_profile) == (True, True)
    assert scales.readings[0].untestable == "The kit runs on one machine."
    assert scales.devices == ("cpu", "cuda")


def test_a_claim_that_compares_two_devices_needs_the_gpu():
    holds = "train_seconds[keras, cuda] < train_seconds[keras, cpu]"
    claim = {"text": "a", "place": "b", "published": "c", "workload": "w", "holds": holds}

    (found,) = with_statements({"id": "s2", "claims": (claim,)})["statements"]

    assert Statement.model_validate(found).devices == ("cuda",)


def test_a_study_file_has_statements_or_claims(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text(TEXT + CLAIM)

    with pytest.raises(StudyError, match="claims"):
        load_study(path)
