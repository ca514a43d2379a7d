"""The servers that the stand-in is measured beside: how each is had, fed and started."""
