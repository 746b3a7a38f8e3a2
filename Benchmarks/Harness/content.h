// The HTML that the origin answers with.

#ifndef CONTENT_H
#define CONTENT_H

#include <stddef.h>
#include <stdint.h>

// Writes exactly `size` bytes of well-formed HTML, the same ones for the same type, number and seed: product cards
// with English words, so that compressing them says something about real pages.
void content_write(char *out, size_t size, const char *type, long number, uint64_t seed);

// FNV-1a over `length` bytes, going on from `hash`; `CONTENT_HASH_START` begins one.
#define CONTENT_HASH_START 1469598103934665603ULL
uint64_t content_hash(uint64_t hash, const void *bytes, size_t length);

#endif
