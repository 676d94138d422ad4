"""The tasks of a job: train, predict, take turns, verify, transfer, score, make mistakes."""
