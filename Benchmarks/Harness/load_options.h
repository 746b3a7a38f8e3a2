// What the load client was told to do.

#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct {
    const char *host, *target;
    const char *paths;  // a file; NULL when `target` is all
    bool is_random;
    char fields[8192];  // whole lines
    struct sockaddr_in address;
    int connections;
    double seconds;      // 0 when `requests` ends the run
    double rate;         // 0 for a closed loop
    double warmup, timeout;
    uint64_t requests, reconnect;
} LoadOptions;

// Reads the command line; on a mistake it says so and returns the status to exit with, else 0.
int load_options_read(LoadOptions *options, int count, char **arguments);

#endif
