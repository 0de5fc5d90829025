"""A workbook compiled: which column is made when, from what; and the run of it."""
