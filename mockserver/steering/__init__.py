"""What surrounds the data plane: layers of plain ASGI, and how what they do is written down."""
