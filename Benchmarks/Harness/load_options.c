#define _GNU_SOURCE
#include "load_options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int refuse(const char *why) {
    fprintf(stderr, "load: %s; load.c tells what is understood\n", why);
    return 2;
}

static int read_url(LoadOptions *options, char *url) {
    static const char scheme[] = "http://";
    if (strncmp(url, scheme, sizeof scheme - 1) != 0) return refuse("--url begins with http://");
    char *authority = url + sizeof scheme - 1, *slash = strchr(authority, '/');
    options->target = slash ? strdup(slash) : "/";
    if (slash) *slash = 0;
    char *colon = strchr(authority, ':');
    int port = colon ? atoi(colon + 1) : 0;
    if (port < 1 || port > UINT16_MAX) return refuse("--url has a port");
    if (!options->host) options->host = strdup(authority);
    *colon = 0;
    options->address = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    if (inet_pton(AF_INET, authority, &options->address.sin_addr) != 1) return refuse("--url has an IPv4 address");
    return 0;
}

int load_options_read(LoadOptions *options, int count, char **arguments) {
    static const struct option known[] = {
        {"url", 1, 0, 'u'},      {"host", 1, 0, 'h'},   {"connections", 1, 0, 'c'}, {"seconds", 1, 0, 's'},
        {"requests", 1, 0, 'n'}, {"header", 1, 0, 'H'}, {"paths", 1, 0, 'p'},       {"random", 0, 0, 'x'},
        {"rate", 1, 0, 'r'},     {"warmup", 1, 0, 'w'}, {"reconnect", 1, 0, 'k'},   {"timeout", 1, 0, 't'},
        {0}};
    *options = (LoadOptions){.connections = 1, .timeout = 30};
    char *url = NULL;
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
        case 'u': url = optarg; break;
        case 'h': options->host = optarg; break;
        case 'c': options->connections = atoi(optarg); break;
        case 's': options->seconds = atof(optarg); break;
        case 'n': options->requests = strtoull(optarg, NULL, 10); break;
        case 'H':
            if (strlen(options->fields) + strlen(optarg) + 3 > sizeof options->fields) {
                return refuse("the headers are too long");
            }
            strcat(strcat(options->fields, optarg), "\r\n");
            break;
        case 'p': options->paths = optarg; break;
        case 'x': options->is_random = true; break;
        case 'r': options->rate = atof(optarg); break;
        case 'w': options->warmup = atof(optarg); break;
        case 'k': options->reconnect = strtoull(optarg, NULL, 10); break;
        case 't': options->timeout = atof(optarg); break;
        default: return 2;  // getopt has told what it does not know
        }
    }
    if (!url || optind != count) return refuse("--url is needed, and nothing stands beside the options");
    if (options->connections < 1) return refuse("--connections is 1 or more");
    if ((options->seconds > 0) == (options->requests > 0)) return refuse("give either --seconds or --requests");
    return read_url(options, url);
}
