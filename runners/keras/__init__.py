"""Keras on TensorFlow, as a Keras user runs it: compile, fit, predict."""
