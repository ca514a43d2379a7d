"""Runs `payloads` alone, as `python -m contracts.payloads`."""

from contracts.cli.payloads import payloads

if __name__ == "__main__":
    payloads(prog_name="contracts payloads")
