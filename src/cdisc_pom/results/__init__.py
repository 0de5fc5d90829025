"""Tables and figures, and their comparison with published ones."""
