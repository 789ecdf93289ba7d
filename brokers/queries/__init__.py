"""Reads, one module a subject. Lists read columns, never documents."""
