"""Reads files that strangers made, in a process that can be lost: no Django, no database, no network, little memory, little time.

documents/sandbox.py starts it, one process per file. It gets the file through a memory file and gives its results back through others.
"""
