"""A torch network with its training loop."""

from collections.abc import Iterator

import torch
from torch import nn
from torch.func import functional_call

from contract.model import Model
from contract.training import Training
from runners.harness.contender.network import (
    Epoch,
    EpochMetrics,
    FloatArray,
    Network,
    TargetArray,
    Weights,
)
from runners.harness.contender.weights import weight_names
from runners.pytorch.losses import make_loss
from runners.pytorch.modules import named, tensors

TensorBatch = tuple[torch.Tensor, torch.Tensor]
"""Inputs as the module takes them, images (batch, C, H, W), and targets; on its device."""


class PyTorchNetwork(Network):
    """A network in eager torch, with the data on its device and no wait for it between steps."""

    def __init__(
        self,
        model: Model,
        training: Training,
        module: nn.Module,
        optimizer: torch.optim.Optimizer,
        memory_format: torch.memory_format,
    ) -> None:
        """Take a module that is on its device, and the optimizer over its parameters."""
        self._model = model
        self._module = module
        self._optimizer = optimizer
        self._loss = make_loss(training)
        self._classifies = training.loss == "softmax_cross_entropy"
        self._memory_format = memory_format
        self._device = next(module.parameters()).device

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the outputs of (batch, …) inputs."""
        self._module.eval()
        with torch.inference_mode():
            outputs: FloatArray = self._module(self._arrange(self._on_device(inputs))).cpu().numpy()
        return outputs

    def gradients(self, inputs: FloatArray, targets: TargetArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient with respect to every weight.

        What batch norm moves are copies of the states.
        """
        self._module.train()
        states = {name: state.clone() for name, state in self._module.named_buffers()}
        outputs = functional_call(self._module, states, (self._arrange(self._on_device(inputs)),))
        loss = self._loss(outputs, self._on_device(targets))
        found = torch.autograd.grad(loss, list(self._module.parameters()))
        return loss.item(), named(tuple(self._model.weight_shapes()), found)

    def train_step(self, inputs: FloatArray, targets: TargetArray) -> float:
        """Take one step; return the loss before it."""
        self._module.train()
        loss, _ = self._step(self._arrange(self._on_device(inputs)), self._on_device(targets))
        before: float = loss.item()
        return before

    def train_epoch(self, epoch: Epoch) -> EpochMetrics:
        """Take one step per batch."""
        self._synchronise()
        self._module.train()
        loss_sum: torch.Tensor | float = 0.0
        right_sum: torch.Tensor | float = 0
        done = 0
        for inputs, targets in self._batches(epoch):
            loss, outputs = self._step(inputs, targets)
            done += len(targets)
            loss_sum += self._read(loss.double()) * len(targets)
            if self._classifies:
                right_sum += self._read((outputs.argmax(1) == targets).sum())
            epoch.on_batch(done)
        self._synchronise()
        right = float(right_sum) / done if self._classifies else None
        return EpochMetrics(float(loss_sum) / done, right)

    def weights(self) -> Weights:
        """Return copies of the weights and states."""
        return named(weight_names(self._model), tensors(self._module))

    def _read(self, scalar: torch.Tensor) -> torch.Tensor | float:
        """Return what an epoch adds up of a scalar: it stays on the device, so no step waits."""
        return scalar

    def _batches(self, epoch: Epoch) -> Iterator[TensorBatch]:
        """Yield the samples in their order, gathered on the device."""
        inputs, targets = self._on_device(epoch.inputs), self._on_device(epoch.targets)
        for chosen in torch.split(self._on_device(epoch.order), epoch.batch_size):
            yield self._arrange(inputs[chosen]), targets[chosen]

    def _step(
        self, inputs: torch.Tensor, targets: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take one step; return loss and outputs before it, still on the device."""
        self._optimizer.zero_grad()
        outputs = self._module(inputs)
        loss = self._loss(outputs, targets)
        loss.backward()
        self._optimizer.step()
        return loss.detach(), outputs.detach()

    def _arrange(self, inputs: torch.Tensor) -> torch.Tensor:
        """Bring images from the contract's layout into torch's; channels last costs no copy."""
        if inputs.ndim == 4:
            return inputs.permute(0, 3, 1, 2).contiguous(memory_format=self._memory_format)
        return inputs

    def _on_device(self, array: FloatArray | TargetArray) -> torch.Tensor:
        return torch.from_numpy(array).to(self._device)

    def _synchronise(self) -> None:
        """Wait for the GPU, which works behind Python's back."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
