"""The processes of one installation: what runs, how it is started, watched and ended."""
