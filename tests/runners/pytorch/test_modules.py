"""The contract's weights and images in torch's layout."""

import numpy as np
import pytest

from contract.model import Model
from runners.harness.weights import canonical_weights
from tests.runners.contender_suite import SMALL_CNN

pytestmark = pytest.mark.environment


def test_weights_make_the_round_trip() -> None:
    from runners.pytorch.modules import build_modules, canonical, load

    module, weights = build_modules(SMALL_CNN), canonical_weights(SMALL_CNN, seed=3)
    load(module, weights)
    for parameter, (name, value) in zip(module.parameters(), weights.items(), strict=True):
        np.testing.assert_array_equal(canonical(parameter), value, err_msg=name)


def test_kernels_change_their_axes_not_their_numbers() -> None:
    from runners.pytorch.modules import build_modules, load

    model = Model.model_validate(
        {
            "input_shape": (5, 6, 2),
            "layers": [
                {"type": "conv2d", "name": "conv", "filters": 4, "kernel_size": 3},
                {"type": "flatten"},
                {"type": "dense", "name": "logits", "units": 7},
            ],
        }
    )
    weights = canonical_weights(model, seed=0)
    module = build_modules(model)
    load(module, weights)
    state = module.state_dict()
    assert state["0.weight"][3, 1, 0, 2] == weights["conv.kernel"][0, 2, 1, 3]
    assert state["2.weight"][6, 40] == weights["logits.kernel"][40, 6]


def test_flattening_copies_nothing_where_channels_are_last() -> None:
    import torch

    from runners.pytorch.modules import FlattenImage

    stored = torch.arange(2 * 4 * 5 * 3).reshape(2, 4, 5, 3)
    flat = FlattenImage()(stored.permute(0, 3, 1, 2))
    assert flat.data_ptr() == stored.data_ptr()
    assert torch.equal(flat, stored.reshape(2, -1))
