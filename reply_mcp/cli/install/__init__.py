"""Connecting hosts: `hosts` is the table, `command` what people type; the others edit the files of hosts."""
