"""Guides for readers of the data, generated from the workbooks."""
