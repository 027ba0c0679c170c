"""A text and its channel → candidates, each with the probability that it is what the author wrote."""
