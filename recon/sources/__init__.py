"""Record keeping: files of any known format to canonical lines and located problems."""
