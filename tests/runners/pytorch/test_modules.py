"""The contract's weights and images in torch's layout."""

import numpy as np
import pytest

from contract.model import Model
from runners.harness.contender.weights import canonical_weights, weight_names
from tests.runners.suite_models import (
    FLATTEN,
    RESIDUAL,
    SMALL_CNN,
    conv,
    dense,
    network,
    stirred_weights,
    strided,
)

pytestmark = pytest.mark.environment


@pytest.mark.parametrize("model", [SMALL_CNN, RESIDUAL])
def test_weights_and_states_make_the_round_trip(model: Model) -> None:
    from runners.pytorch.modules import build_modules, load, named, tensors

    module, weights = build_modules(model), stirred_weights(model)
    load(module, weights.values())
    for name, value in named(weight_names(model), tensors(module)).items():
        np.testing.assert_array_equal(value, weights[name], err_msg=name)


@pytest.mark.parametrize("model", [SMALL_CNN, RESIDUAL])
def test_torchs_own_batch_norm_fits_the_same_names(model: Model) -> None:
    """Its counter of batches, which the contract has not, is left out."""
    from runners.pytorch.modules import build_modules, named, tensors
    from runners.pytorch.published import torch_norm

    found = named(weight_names(model), tensors(build_modules(model, torch_norm)))
    expected = model.weight_shapes() | model.state_shapes()
    assert {name: value.shape for name, value in found.items()} == expected


def test_kernels_change_their_axes_not_their_numbers() -> None:
    from runners.pytorch.modules import build_modules, load

    model = network((5, 6, 2), conv("conv", 4, 3), FLATTEN, dense("logits", 7))
    weights = canonical_weights(model, seed=0)
    module = build_modules(model)
    load(module, weights.values())
    state = module.state_dict()
    assert state["0.weight"][3, 1, 0, 2] == weights["conv.kernel"][0, 2, 1, 3]
    assert state["2.weight"][6, 40] == weights["logits.kernel"][40, 6]


def test_only_uneven_margins_take_a_module_of_their_own() -> None:
    """At stride 2 "same" puts the odd zero below 8 rows, and one on either side of 9 columns."""
    from torch import nn

    from runners.pytorch.modules import build_modules

    padded, even = (build_modules(strided(8, padding))[0] for padding in ("same", 1))
    assert isinstance(padded, nn.Sequential)
    assert padded[0].padding == (1, 1, 0, 1)
    assert even.padding == (1, 1)


def test_flattening_copies_nothing_where_channels_are_last() -> None:
    import torch

    from runners.pytorch.layers.flatten import FlattenImage

    stored = torch.arange(2 * 4 * 5 * 3).reshape(2, 4, 5, 3)
    flat = FlattenImage()(stored.permute(0, 3, 1, 2))
    assert flat.data_ptr() == stored.data_ptr()
    assert torch.equal(flat, stored.reshape(2, -1))
