// The requests of the load client, one after another.

#ifndef LOAD_REQUESTS_H
#define LOAD_REQUESTS_H

#include "load_options.h"

#include <stddef.h>

// Reads the list of paths, if there is one.
void load_requests_prepare(const LoadOptions *options);

// The next request's bytes, which hold until the next call.
const char *load_requests_next(const LoadOptions *options, size_t *length);

#endif
