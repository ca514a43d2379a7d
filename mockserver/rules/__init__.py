"""What the vendor refuses: one pure function a rule, with evidence, source and level."""

from mockserver.rules.catalog import ALL, BY_ID
from mockserver.rules.rule import Evidence, Level, Rule
from mockserver.rules.verdicts import PROFILES, Verdicts, levels

__all__ = ["ALL", "BY_ID", "PROFILES", "Evidence", "Level", "Rule", "Verdicts", "levels"]
