"""Names of the files and folders of a run, for all who write and all who read them."""

from __future__ import annotations

LATEST_NAME = "latest"
"""Beside the runs: a link to the newest one."""

RUN_NAME = "run.json"
JOURNAL_NAME = "journal.jsonl"
JOBS_FOLDER = "jobs"
"""One folder for each job, by its id."""
ASIDE_FOLDER = "aside"
"""What no longer counts, kept with the reason in the journal."""
STUDIES_FOLDER = "studies"
"""The study files as they were run."""
DEVELOPMENT_FOLDER = "development"
BILLS_FOLDER = "sbom"

JOB_NAME = "job.json"
EVIDENCE_NAME = "evidence.json"
EVENTS_NAME = "events.jsonl"
RESULT_NAME = "result.json"
KEY_NAME = "key.json"
LOG_NAME = "log.txt"
WEIGHTS_NAME = "weights.safetensors"
LOGITS_NAME = "logits.npy"
"""Of the trained network on the test samples."""
GIVEN_FOLDER = "given"
"""Of a transfer: weights and logits of other jobs, by the contender that trained them."""
