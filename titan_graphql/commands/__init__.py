"""One file per command of the titan command line."""
