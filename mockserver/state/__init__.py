"""Everything a world remembers: reference data, refunds and indexes, clock, ids, limits."""
