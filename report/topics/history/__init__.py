"""Earlier runs beside this one."""
