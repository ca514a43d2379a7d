"""Layers round a target's send that keep an account from harm, and the sweep."""
