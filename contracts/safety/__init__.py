"""What keeps a run from harming an account: layers round a target's send, and the sweep."""
