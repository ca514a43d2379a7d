"""What `make bench` runs: the stand-in's speed beside a bare server's, and no test."""
