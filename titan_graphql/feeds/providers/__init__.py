"""Providers of market data: what one is, how it is found, and those that come with TITAN."""
