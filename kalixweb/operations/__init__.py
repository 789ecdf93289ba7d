"""What keeps an instance running: health checks, backup, restore, start-up.

Its modules are imported once Django is loaded, except ``first_keys``, which must come before. What
stands in the way is a refusal with one sentence.
"""
