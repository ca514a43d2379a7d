"""Front ends that differ from the stand-in within what the contract leaves open."""
