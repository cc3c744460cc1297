"""Indicators computed from facts: plan (definitions), read (grouped sums), evaluate.

`read_indicators` answers any number of asks with the same number of queries.
"""

from reporting.engine.indicators.asks import Ask, FactsRef, Reading
from reporting.engine.indicators.evaluate import facts_behind, read_indicators

__all__ = ["Ask", "FactsRef", "Reading", "facts_behind", "read_indicators"]
