"""When a server is warm."""

_FALL = 0.97  # a run that costs less than this much of the cheapest before it: still getting faster
_STEADY = 2  # runs in a row that are no faster


class Warmth:
    """Follows the CPU time a message from run to run: a server is warm when it stands still.

    A just-in-time compiler that shares one CPU with what it compiles takes anything from seconds to half a minute, so no
    fixed time does: too short and what is measured is the compiler, too long and a comparison takes hours.
    """

    def __init__(self, *, least_s, most_s, now):
        self._now = now
        self._least = now() + least_s
        self._most = now() + most_s
        self._cheapest = None
        self._steady = 0

    def is_reached(self, cpu_us_per_message):
        """Whether the server needs no further run, after one that cost this much."""
        if self._cheapest is None or cpu_us_per_message < _FALL * self._cheapest:
            self._cheapest = cpu_us_per_message
            self._steady = 0
        else:
            self._steady += 1
        now = self._now()
        return now >= self._most or (now >= self._least and self._steady >= _STEADY)
