"""`python -m unspin.cli`, and what scripts of earlier installations call: see `unspin.__main__`"""

from unspin.cli.main import main

if __name__ == "__main__":  # worker processes import this module, too
    main()
