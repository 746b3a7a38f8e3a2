"""How the cost of a page grows with fragments, bytes, entries, routes, hosts and connections."""
