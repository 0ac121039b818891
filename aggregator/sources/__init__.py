"""What the admin wrote: the feed-source file, read, checked, watched and edited."""
