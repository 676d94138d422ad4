"""The tasks of a job: train, predict, verify, transfer, score a table, make mistakes."""
