"""Start of the command line; the commands are in `cli`. Ctrl-C is heard from the first import on."""

from __future__ import annotations

import sys

#: Exit code after Ctrl-C, as shells know it.
INTERRUPTED = 130


def main() -> None:
    """Entry point of the ``salesanalysis`` command; a user's mistake ends in one message, not a traceback."""
    try:
        _run()
    except KeyboardInterrupt:  # before or after the command itself, which turns it into the exit code
        _stop()
    except SystemExit as done:
        if done.code == INTERRUPTED:
            _stop()
        raise


def _run() -> None:
    # None makes a module one that is not installed, and jsonschema does without: checking notebooks needs no
    # grammar of internationalised addresses, and building it at import takes 0.7 s.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    import typer

    from .cli import app
    from .core.errors import SalesAnalysisError

    try:
        app()
    except SalesAnalysisError as error:
        typer.secho("Error: ", fg="red", bold=True, err=True, nl=False)
        typer.echo(str(error), err=True)
        sys.exit(2)


def _stop() -> None:
    sys.stderr.write("Stopped by you.\n")
    # Ctrl-C in the middle of an `exec` (a dataclass being made) leaves CPython's mark of an unhandled
    # interrupt, and `python -m` would then die of SIGINT instead of giving the code; this clears it.
    exec("")
    sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
