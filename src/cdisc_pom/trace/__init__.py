"""Where a value comes from: from a figure to analysis records, to SDTM, to raw file and line."""
