"""From a plan to the findings: open the target, run the drivers, delete what is ours."""
