"""What a machine is: control groups and the use of its CPUs."""
