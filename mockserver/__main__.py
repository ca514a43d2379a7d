"""`python -m mockserver` is the command line."""

from mockserver.cli import main

if __name__ == "__main__":
    main(prog_name="mockserver")
