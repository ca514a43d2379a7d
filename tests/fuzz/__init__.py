"""Searches for requests and files of 64 KiB that cost much CPU time or memory."""
