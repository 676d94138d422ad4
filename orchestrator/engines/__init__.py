"""Where jobs run: in containers, or in virtual environments on this machine."""
