#include "latencies.h"

#include <stddef.h>

// Values below 2 * SUB_BUCKETS have a place each; those of each further power of two share SUB_BUCKETS.
enum { SUB_BUCKETS = 1024, BUCKETS = 56 * SUB_BUCKETS };

static uint64_t counts[BUCKETS], total, largest;

static size_t bucket_of(uint64_t value) {
    if (value < 2 * SUB_BUCKETS) return value;
    unsigned shift = 53 - (unsigned)__builtin_clzll(value);
    return (size_t)shift * SUB_BUCKETS + (value >> shift);
}

static double value_of(size_t bucket) {
    if (bucket < 2 * SUB_BUCKETS) return (double)bucket;
    size_t shift = bucket / SUB_BUCKETS - 1;
    return ((double)(bucket - shift * SUB_BUCKETS) + 0.5) * (double)(1ULL << shift);
}

void latencies_add(int64_t nanoseconds) {
    uint64_t value = nanoseconds < 0 ? 0 : (uint64_t)nanoseconds;
    counts[bucket_of(value)]++;
    total++;
    if (value > largest) largest = value;
}

double latencies_quantile_us(double part) {
    uint64_t wanted = (uint64_t)(part * (double)total), seen = 0;
    for (size_t i = 0; i < BUCKETS; i++) {
        seen += counts[i];
        if (seen > wanted) return value_of(i) / 1000;
    }
    return latencies_max_us();
}

double latencies_max_us(void) { return (double)largest / 1000; }
