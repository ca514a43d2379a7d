"""Sends payloads to a target and judges the answers."""
