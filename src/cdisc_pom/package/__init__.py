"""The submission folder: layout, files, manifest."""
