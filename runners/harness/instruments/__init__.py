"""Instruments that look at a job from a process beside it, and what stands for absent ones.

They are imported by a program that weighs little: nothing here imports more than the standard
library.
"""
