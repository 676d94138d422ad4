"""The course of training: loss, accuracy, use of the machine, confusion."""
