"""Pieces of hooks that several areas share."""
