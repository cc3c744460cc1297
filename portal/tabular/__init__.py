"""Tables that people bring: from the bytes of a CSV or Excel file to rows, columns, values and faults in words.

reading: bytes → rows. columns: which row names the columns. cells: what a cell says. mapping: columns matched once and
remembered. uploads: a file between its preview and its import. How an app uses it: docs/tabular.md.
"""
