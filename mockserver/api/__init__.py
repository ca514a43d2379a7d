"""The data plane: the vendor's surface, one module a family, each with its Route lines."""
