"""What was said, on disk: the journal, the library over all journals, and the exports."""
