"""The registry of mapping and derivation algorithms, one module a family."""
