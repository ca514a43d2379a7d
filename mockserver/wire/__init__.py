"""The shapes that cross the wire, as pydantic types; they hold no behaviour and know no state."""
