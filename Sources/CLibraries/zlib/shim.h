#pragma once
#include <zlib.h>

// A macro that also passes the version of the header and the size of its structure.
static inline int gateway_deflate_init(z_stream *stream, int level, int window_bits, int memory_level) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, memory_level, Z_DEFAULT_STRATEGY);
}
