"""PyTorch as the harness sees it."""

import re
from collections.abc import Mapping

from contract.base import Device, Precision
from contract.model import Model
from contract.training import Adam, Training
from runners.harness.contender.contender import Contender
from runners.harness.contender.network import Network, Weights
from runners.harness.contender.published_numbers import PublishedNumbers
from runners.harness.contender.weights import weight_names
from runners.harness.errors import RunnerError


class PyTorchContender(Contender):
    """PyTorch in eager mode."""

    published_defaults: Mapping[str, str] = {
        "initialisation": "kernels kaiming_uniform(a=√5), biases U(±1/√fan_in)",
        "adam": "β 0.9 and 0.999, ε = 1e-8 beside the corrected root",
        "momentum": "v ← μ·v + g, the learning rate outside the velocity",
        "weight decay": "L2: added to the gradient of every weight, biases included",
        "batch norm": "keeps 0.9 of the moving averages, ε = 1e-5, unbiased moving variance",
        "loader": "DataLoader(shuffle=True, num_workers=0); images item by item through Pillow "
        "to (C, H, W) tensors of 0–1, table rows by TensorDataset",
        "loop": "zero_grad, backward, step; item() reads loss and accuracy after every batch",
        "layout": "channels first",
        "precision": "on a GPU, convolutions in TF32",
    }
    published_numbers = PublishedNumbers(
        norm_momentum=0.9,
        norm_epsilon=1e-5,
        moving_variance_is_unbiased=True,
        adam=Adam(type="adam", learning_rate=1e-3, beta_1=0.9, beta_2=0.999, epsilon=1e-8),
        epsilon_is_corrected=True,
    )

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
        import torch

        from runners.pytorch.modules import build_modules, load
        from runners.pytorch.network import PyTorchNetwork
        from runners.pytorch.optimizers import make_optimizer

        # On the CPU images stay as they come, channels last, which oneDNN is fastest with, and the
        # kernels follow them (ResNet-18: a quarter less time than in torch's own order). On a GPU
        # both take torch's own order, where cuDNN's float32 kernels are at home.
        on_cpu = self._device.type == "cpu"
        memory_format = torch.channels_last if on_cpu else torch.contiguous_format
        module = build_modules(model).to(self._device, getattr(torch, precision))
        module.to(memory_format=memory_format)
        load(module, (weights[name] for name in weight_names(model)))
        optimizer = make_optimizer(training.optimizer, module.parameters())
        return PyTorchNetwork(model, training, module, optimizer, memory_format)

    def build_published(self, model: Model, training: Training, seed: int) -> Network:
        """Build the network as torch makes it unasked, on the configured device."""
        import torch

        from runners.pytorch.modules import build_modules
        from runners.pytorch.optimizers import make_published_optimizer
        from runners.pytorch.published import PublishedPyTorchNetwork, torch_norm

        torch.backends.cudnn.allow_tf32 = True
        torch.manual_seed(seed)
        module = build_modules(model, torch_norm).to(self._device)
        optimizer = make_published_optimizer(training.optimizer, module.parameters())
        return PublishedPyTorchNetwork(model, training, module, optimizer, torch.contiguous_format)


def create() -> PyTorchContender:
    """Return the contender that this folder holds."""
    return PyTorchContender()
