"""A new study: workbooks prefilled from the guides and from what the raw forms look like."""
