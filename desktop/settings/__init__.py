"""What the user chose: schema, store and credentials."""
