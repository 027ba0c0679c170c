"""The moderator's desk: a queue of articles in the browser, and a memory of every decision."""
