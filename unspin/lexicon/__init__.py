"""Dictionary files → entries → compiled pairs; and the commands that extend, check and learn them."""
