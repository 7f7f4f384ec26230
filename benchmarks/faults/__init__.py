"""The fault suite: real faults done to a real installation, each with what was done to whom, and PASS or FAIL."""
