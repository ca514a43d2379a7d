"""Where requests go: the target's interface, and its ways in process and over HTTP."""
