"""Commands run in the folder of a small study."""

import os

import pytest
from typer.testing import CliRunner

from cdisc_pom.cli import app


@pytest.fixture
def run():
    """Runs a command; gives exit code, what it printed and what it complained of, line by line."""

    def call(*arguments, expect=None):
        result = CliRunner().invoke(
            app, list(arguments), env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200"}
        )
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        if expect is not None:
            assert result.exit_code == expect, result.output
        return result

    return call
