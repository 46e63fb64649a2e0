"""Connecting hosts: `hosts` is the table, `formats` and its neighbors edit their files, `command` is what people type."""
