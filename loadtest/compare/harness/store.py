"""The raw data: setup.json once, and runs.jsonl with a line for each run as it ends, so that nothing is lost."""

import json
import pathlib

from .failure import Failure

_SETUP, _RUNS = "setup.json", "runs.jsonl"


class Store:
    """Of one comparison. Makes the directory on enter."""

    def __init__(self, directory, setup):
        self._directory = pathlib.Path(directory)
        self._setup = setup

    def __enter__(self):
        self._directory.mkdir(parents=True)
        (self._directory / _SETUP).write_text(json.dumps(self._setup, indent=1) + "\n", encoding="utf-8")
        self._runs = open(self._directory / _RUNS, "w", encoding="utf-8")
        return self

    def append(self, record):
        self._runs.write(json.dumps(record) + "\n")
        self._runs.flush()

    def __exit__(self, *_):
        self._runs.close()


def read(directory):
    """The setup and the records."""
    directory = pathlib.Path(directory)
    try:
        setup = json.loads((directory / _SETUP).read_text(encoding="utf-8"))
        lines = (directory / _RUNS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise Failure(f"{directory} holds no comparison: {error.filename} is missing") from error
    return setup, [json.loads(line) for line in lines]
