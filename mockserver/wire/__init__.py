"""What crosses the wire: shapes as pydantic types, and content codings; nothing knows state."""
