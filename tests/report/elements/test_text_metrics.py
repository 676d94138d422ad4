"""How wide a text will be."""

from report.elements.text_metrics import clipped, width, wrapped


def test_wide_titles_are_broken_between_words() -> None:
    lines = wrapped("ResNet-18 on CIFAR-10, Adam, before", 9, 100)
    assert " ".join(lines) == "ResNet-18 on CIFAR-10, Adam, before"
    assert len(lines) == 2
    assert all(width(line, 9) <= 100 for line in lines)


def test_a_word_wider_than_the_room_stays_whole() -> None:
    assert wrapped("Donaudampfschifffahrt", 9, 10) == ["Donaudampfschifffahrt"]


def test_a_text_wider_than_its_room_ends_in_an_ellipsis() -> None:
    cut = clipped("Inference time, printed as a ratio", 8, 80)
    assert cut.startswith("Inference time")
    assert cut.endswith("…")
    assert width(cut, 8) <= 80


def test_a_text_that_fits_is_left_alone() -> None:
    assert clipped("PyTorch, CPU", 8, 80) == "PyTorch, CPU"
