// A histogram of nanoseconds whose places are 0.1 % wide.

#ifndef LATENCIES_H
#define LATENCIES_H

#include <stdint.h>

void latencies_add(int64_t nanoseconds);

// The latency that this part of all is not above, in microseconds.
double latencies_quantile_us(double part);
double latencies_max_us(void);

#endif
