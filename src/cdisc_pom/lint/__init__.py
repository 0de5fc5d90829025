"""Static checks of a study's workbooks: everything that can be known before any data is read.

`cdisc_pom.lint.study.lint_study` is the way in; this package itself stays empty, so that the
command line can name its commands without loading what they need.
"""
