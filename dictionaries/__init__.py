"""The dictionaries that come with unspin; see README.md beside this file."""
