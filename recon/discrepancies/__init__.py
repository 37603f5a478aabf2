"""What differs, by how much exactly, why, and what people usually do about it."""
