"""From a plan to the findings: the target opened, the drivers run, what is ours deleted."""
