"""A torch network with its training loop."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import torch
from torch.nn.functional import cross_entropy

from contract.base import Precision
from contract.model import Model, Training
from runners.harness.contender import EpochMetrics, FloatArray, IntArray, Network, Weights
from runners.pytorch.modules import build_modules, canonical, load
from runners.pytorch.optimizers import make_optimizer


class PyTorchNetwork(Network):
    """A network in eager torch."""

    def __init__(
        self,
        model: Model,
        training: Training,
        weights: Weights,
        precision: Precision,
        device: torch.device,
    ) -> None:
        self._names = list(model.weight_shapes())
        self._device = device
        # On the CPU the images stay as they come, channels last, which oneDNN is fastest with;
        # on a GPU they take torch's own order, where cuDNN's float32 kernels are at home.
        on_cpu = device.type == "cpu"
        self._memory_format = torch.channels_last if on_cpu else torch.contiguous_format
        self._module = build_modules(model).to(device, getattr(torch, precision))
        load(self._module, {name: weights[name] for name in self._names})
        self._optimizer = make_optimizer(training.optimizer, self._module.parameters())

    def predict(self, inputs: FloatArray) -> FloatArray:
        """Return the logits of (batch, …) inputs."""
        self._module.eval()
        with torch.inference_mode():
            logits: FloatArray = self._forward(self._on_device(inputs)).cpu().numpy()
        return logits

    def gradients(self, inputs: FloatArray, labels: IntArray) -> tuple[float, Weights]:
        """Return the mean loss and its gradient by every weight."""
        loss, _ = self._loss(self._on_device(inputs), self._on_device(labels))
        gradients = torch.autograd.grad(loss, list(self._module.parameters()))
        return loss.item(), self._named(gradients)

    def train_step(self, inputs: FloatArray, labels: IntArray) -> float:
        """Take one step; return the loss before it."""
        loss, _ = self._step(self._on_device(inputs), self._on_device(labels))
        return loss.item()

    def train_epoch(
        self,
        inputs: FloatArray,
        labels: IntArray,
        order: IntArray,
        batch_size: int,
        on_batch: Callable[[int], None],
    ) -> EpochMetrics:
        """Take one step per batch; the sums stay on the device, so that no step waits for them."""
        self._synchronise()
        samples, targets = self._on_device(inputs), self._on_device(labels)
        loss_sum = torch.zeros((), dtype=torch.float64, device=self._device)
        correct_sum = torch.zeros((), dtype=torch.int64, device=self._device)
        done = 0
        for chosen in torch.split(self._on_device(order), batch_size):
            batch_targets = targets[chosen]
            loss, logits = self._step(samples[chosen], batch_targets)
            loss_sum += loss * len(chosen)
            correct_sum += (logits.argmax(1) == batch_targets).sum()
            done += len(chosen)
            on_batch(done)
        self._synchronise()
        return EpochMetrics(loss_sum.item() / done, correct_sum.item() / done)

    def weights(self) -> Weights:
        """Return copies of the weights."""
        return self._named(self._module.parameters())

    def _step(
        self, inputs: torch.Tensor, labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Take one step; return loss and logits before it, still on the device."""
        self._optimizer.zero_grad()
        loss, logits = self._loss(inputs, labels)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        return loss.detach(), logits.detach()

    def _loss(
        self, inputs: torch.Tensor, labels: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        self._module.train()
        logits = self._forward(inputs)
        return cross_entropy(logits, labels), logits

    def _forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the logits of inputs in the contract's layout; on the CPU no image is copied."""
        if inputs.ndim == 4:
            inputs = inputs.permute(0, 3, 1, 2).contiguous(memory_format=self._memory_format)
        logits: torch.Tensor = self._module(inputs)
        return logits

    def _named(self, tensors: Iterable[torch.Tensor]) -> Weights:
        """Return copies of tensors that stand in the order of the parameters, by weight name."""
        return dict(zip(self._names, map(canonical, tensors), strict=True))

    def _on_device(self, array: FloatArray | IntArray) -> torch.Tensor:
        return torch.from_numpy(array).to(self._device)

    def _synchronise(self) -> None:
        """Wait for the GPU, which works behind Python's back."""
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)
