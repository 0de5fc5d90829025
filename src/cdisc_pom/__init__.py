"""Excel mapping specifications in, submission-ready SDTM and ADaM out."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("cdisc_pom")
except PackageNotFoundError:  # a source tree that was never installed
    __version__ = "0+unknown"

__all__ = ["__version__"]
