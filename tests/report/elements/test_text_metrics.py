"""How wide a text will be."""

from __future__ import annotations

from report.elements.text_metrics import width, wrapped


def test_wide_titles_are_broken_between_words() -> None:
    lines = wrapped("ResNet-18 on CIFAR-10, Adam, before", 9, 100)
    assert " ".join(lines) == "ResNet-18 on CIFAR-10, Adam, before"
    assert len(lines) == 2
    assert all(width(line, 9) <= 100 for line in lines)


def test_a_word_wider_than_the_room_stays_whole() -> None:
    assert wrapped("Donaudampfschifffahrt", 9, 10) == ["Donaudampfschifffahrt"]
