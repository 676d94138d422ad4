"""Jobs in virtual environments on this machine."""
