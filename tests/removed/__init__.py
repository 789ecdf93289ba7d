"""Takes one detection away and looks whether a test notices: ``python -m tests.removed``."""
