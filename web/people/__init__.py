"""Signing in, sessions, passwords, accounts."""
