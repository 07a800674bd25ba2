"""Runs one model for a Weighhouse server, in a process of its own. Needs the standard library; numpy where tensors are used."""
