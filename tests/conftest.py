"""Settings of all tests."""

from hypothesis import HealthCheck, settings

# How long an example takes tells what else the machine does, not whether the code is right.
settings.register_profile("plumbline", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("plumbline")
