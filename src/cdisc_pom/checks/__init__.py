"""Schemas from the workbook and their findings."""
