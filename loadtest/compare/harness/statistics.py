"""Medians with their spread, ratios in pairs, and the order of runs."""

import statistics
from typing import NamedTuple, Optional


class Spread(NamedTuple):
    """The median of several figures with the least and the greatest."""

    median: float
    least: float
    most: float
    count: int


def spread(values) -> Optional[Spread]:
    """None when there is no value: a missing figure is never a 0."""
    known = [value for value in values if value is not None]
    if not known:
        return None
    return Spread(statistics.median(known), min(known), max(known), len(known))


def paired_ratios(ours, theirs):
    """Ratios of figures that were taken in the same round.

    Both are dictionaries from round to figure; a round that one of them lacks (a void run) is left out.
    """
    return [ours[key] / theirs[key] for key in sorted(ours.keys() & theirs.keys()) if theirs[key]]


def order(names, round_index):
    """The names forwards in even rounds and backwards in odd ones (ABBA), so that a drift of the machine hits all."""
    return list(names) if round_index % 2 == 0 else list(reversed(names))
