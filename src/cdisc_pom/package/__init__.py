"""The submission folder: layout, files, manifest."""

from cdisc_pom.package.layout import standard_folder
from cdisc_pom.package.manifest import PackedFile
from cdisc_pom.package.profile import Profile, agencies, read_profile
from cdisc_pom.package.writer import Package, write_package

__all__ = [
    "Package",
    "PackedFile",
    "Profile",
    "agencies",
    "read_profile",
    "standard_folder",
    "write_package",
]
