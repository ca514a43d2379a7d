"""The control plane: everything under /_mock, and the published document; it never meets the data
plane.
"""
