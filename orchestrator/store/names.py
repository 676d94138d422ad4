"""Names of the files in a job's folder."""

from __future__ import annotations

LOG_NAME = "log.txt"
JOB_NAME = "job.json"
EVIDENCE_NAME = "evidence.json"
