"""Who points to whom, and what matters by it. Pure: the store fetches what is linked, this decides."""
