"""Dramatiq workers: the processes that run jobs."""
