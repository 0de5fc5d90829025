"""The specification language: workbooks read, checked and written."""
