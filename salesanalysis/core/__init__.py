"""Errors, periods, schema, settings, results and languages: what every other layer stands on."""
