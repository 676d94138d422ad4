"""PyTorch as the harness sees it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model, Training
from runners.harness.contender import Contender, Network, RunnerError, Weights


class PyTorchContender(Contender):
    """PyTorch in eager mode."""

    precisions: tuple[Precision, ...] = ("float32", "float64")
    unavailable: Mapping[Precision, str] = {}

    def configure(self, device: Device, threads: int, seed: int) -> None:
        """Import torch, size its pools, seed it; TF32 is off, so that float32 means float32.

        Raises RunnerError where a GPU is asked for and torch sees none.
        """
        import torch

        if device == "cuda" and not torch.cuda.is_available():
            raise RunnerError(
                f"PyTorch {torch.__version__} sees no CUDA device",
                "run with --device cpu, or give the job an NVIDIA GPU with its driver and the "
                "packages of images/pytorch/requirements-cuda.lock",
            )
        torch.set_num_threads(threads)
        if torch.get_num_interop_threads() != threads:  # torch takes this once in a process
            torch.set_num_interop_threads(threads)
        torch.manual_seed(seed)
        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        self._device = torch.device(device)

    def thread_pools(self) -> dict[str, int]:
        """Return torch's two pools, and those of OpenMP and MKL that its operators run on."""
        import torch

        below = re.findall(
            r"(omp|mkl)_get_max_threads\(\) : (\d+)", torch.__config__.parallel_info()
        )
        return {
            "torch_intra_op": torch.get_num_threads(),
            "torch_inter_op": torch.get_num_interop_threads(),
            **{library: int(threads) for library, threads in below},
        }

    def gpu(self) -> str | None:
        """Return the GPU's name; None on a CPU."""
        import torch

        on_gpu = self._device.type == "cuda"
        return torch.cuda.get_device_name(self._device) if on_gpu else None

    def build(
        self, model: Model, training: Training, weights: Weights, precision: Precision
    ) -> Network:
        """Build the network on the configured device."""
        from runners.pytorch.network import PyTorchNetwork

        return PyTorchNetwork(model, training, weights, precision, self._device)


def create() -> PyTorchContender:
    """Return the contender that this folder holds."""
    return PyTorchContender()
