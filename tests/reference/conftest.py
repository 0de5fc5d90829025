"""The reference study, built once a session in several ways."""

import pyreadstat
import pytest
from variants import ADAM, SDTM, Variants


@pytest.fixture(scope="session")
def variants(tmp_path_factory):
    made = Variants(tmp_path_factory.mktemp("reference"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def build(variants):
    """The build that a newcomer gets."""
    return variants.build("plain")


@pytest.fixture(scope="session")
def xpt(build):
    """Frames and attributes of transport files, as a foreign reader sees them."""
    read = {}

    def frame(name, *, meta=False):
        folder = build / (ADAM if name.startswith("AD") else SDTM)
        if name not in read:
            read[name] = pyreadstat.read_xport(folder / f"{name.lower()}.xpt")
        return read[name] if meta else read[name][0]

    return frame
