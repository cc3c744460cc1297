"""What every page is built of: frame, forms, tables, charts, formats, exports."""
