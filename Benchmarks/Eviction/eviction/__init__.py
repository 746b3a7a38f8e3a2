"""What a cache of bytes keeps: policies of eviction, traces of requests, and how often each policy has what is asked for."""
