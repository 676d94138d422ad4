"""One exporter per format, each behind the same small interface."""
