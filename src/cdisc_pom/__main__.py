"""`python -m cdisc_pom` is `cdisc-pom`."""

from cdisc_pom.cli import main

main()
