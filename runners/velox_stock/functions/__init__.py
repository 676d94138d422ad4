"""The ML functions in stock expressions, by the names that `runners.velox.lowering` calls."""

from __future__ import annotations

from runners.velox_stock.functions import (
    batch_norm,
    conv2d,
    dense,
    elementwise,
    losses,
    optimizers,
    pooling,
    store,
)
from runners.velox_stock.functions.base import Function

FUNCTIONS: dict[str, Function] = {
    "ml_dense": dense.dense,
    "ml_dense_without_bias": dense.dense_without_bias,
    "ml_dense_gradient_kernel": dense.dense_gradient_kernel,
    "ml_dense_gradient_bias": dense.gradient_bias,
    "ml_dense_gradient_input": dense.dense_gradient_input,
    "ml_conv2d": conv2d.conv2d,
    "ml_conv2d_without_bias": conv2d.conv2d_without_bias,
    "ml_conv2d_gradient_kernel": conv2d.conv2d_gradient_kernel,
    "ml_conv2d_gradient_bias": dense.gradient_bias,
    "ml_conv2d_gradient_input": conv2d.conv2d_gradient_input,
    "ml_max_pool2d": pooling.max_pool2d,
    "ml_max_pool2d_gradient": pooling.max_pool2d_gradient,
    "ml_global_avg_pool2d": pooling.global_avg_pool2d,
    "ml_global_avg_pool2d_gradient": pooling.global_avg_pool2d_gradient,
    "ml_relu": elementwise.relu,
    "ml_relu_gradient": elementwise.relu_gradient,
    "ml_add": elementwise.add,
    "ml_dropout": elementwise.dropout,
    "ml_batch_norm_statistics": batch_norm.batch_norm_statistics,
    "ml_batch_norm": batch_norm.batch_norm,
    "ml_batch_norm_gradient_gamma": batch_norm.batch_norm_gradient_gamma,
    "ml_batch_norm_gradient_beta": dense.gradient_bias,
    "ml_batch_norm_gradient_input": batch_norm.batch_norm_gradient_input,
    "ml_moving_average": batch_norm.moving_average,
    "ml_softmax_cross_entropy": losses.softmax_cross_entropy,
    "ml_count_correct": losses.count_correct,
    "ml_softmax_cross_entropy_gradient": losses.softmax_cross_entropy_gradient,
    "ml_mean_squared_error": losses.mean_squared_error,
    "ml_mean_squared_error_gradient": losses.mean_squared_error_gradient,
    "ml_sgd": optimizers.sgd,
    "ml_momentum": optimizers.momentum,
    "ml_adam": optimizers.adam,
    "ml_store": store.store,
}
