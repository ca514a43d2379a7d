"""Everything a world remembers: reference data, refunds and their indexes, clock, ids and limits."""
