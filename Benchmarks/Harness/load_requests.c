#define _GNU_SOURCE
#include "load_requests.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REQUEST_SIZE = 32 * 1024 };

static struct {
    const char *text;
    uint32_t *lines;  // where each begins, counted in bytes
    size_t count, next, length;
} paths;

static void stop(const char *what, const char *why) {
    fprintf(stderr, "load: %s: %s\n", what, why);
    exit(2);
}

void load_requests_prepare(const LoadOptions *options) {
    if (!options->paths) return;
    int fd = open(options->paths, O_RDONLY | O_CLOEXEC);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) < 0) stop(options->paths, strerror(errno));
    if (status.st_size == 0 || status.st_size > UINT32_MAX) stop(options->paths, "is empty or longer than 4 GB");
    paths.length = (size_t)status.st_size;
    paths.text = mmap(NULL, paths.length, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (paths.text == MAP_FAILED) stop(options->paths, strerror(errno));
    close(fd);
    size_t room = 0;
    for (const char *line = paths.text, *end = paths.text + paths.length; line < end;) {
        if (paths.count == room) {
            room = room ? room * 2 : 1024;
            paths.lines = realloc(paths.lines, room * sizeof *paths.lines);
            if (!paths.lines) stop(options->paths, strerror(errno));
        }
        paths.lines[paths.count++] = (uint32_t)(line - paths.text);
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        line = line_end ? line_end + 1 : end;
    }
}

static size_t next_path(bool is_random) {
    static uint64_t state = 88172645463325252ULL;  // xorshift64: the same order in each run
    if (!is_random) {
        size_t place = paths.next;
        paths.next = place + 1 < paths.count ? place + 1 : 0;
        return place;
    }
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % paths.count;
}

static size_t put(char *request, size_t at, const char *bytes, size_t length) {
    if (at + length > REQUEST_SIZE) stop("a request", "is longer than 32 KB");
    memcpy(request + at, bytes, length);
    return at + length;
}

static size_t put_text(char *request, size_t at, const char *text) { return put(request, at, text, strlen(text)); }

// Writes the head of a request whose target and own fields, after tabs, are `line`.
static size_t write_request(const LoadOptions *options, char *request, const char *line, size_t length) {
    const char *end = line + length, *tab = memchr(line, '\t', length);
    size_t at = put_text(request, 0, "GET ");
    at = put(request, at, line, tab ? (size_t)(tab - line) : length);
    at = put_text(request, at, " HTTP/1.1\r\nHost: ");
    at = put_text(request, at, options->host);
    at = put_text(request, at, "\r\n");
    at = put_text(request, at, options->fields);
    while (tab) {
        const char *field = tab + 1;
        tab = memchr(field, '\t', (size_t)(end - field));
        at = put(request, at, field, tab ? (size_t)(tab - field) : (size_t)(end - field));
        at = put_text(request, at, "\r\n");
    }
    return put_text(request, at, "\r\n");
}

const char *load_requests_next(const LoadOptions *options, size_t *length) {
    static char request[REQUEST_SIZE];
    static size_t constant_length;
    if (!options->paths) {
        if (!constant_length) {
            constant_length = write_request(options, request, options->target, strlen(options->target));
        }
        *length = constant_length;
        return request;
    }
    const char *line = paths.text + paths.lines[next_path(options->is_random)];
    size_t rest = paths.length - (size_t)(line - paths.text);
    const char *line_end = memchr(line, '\n', rest);
    *length = write_request(options, request, line, line_end ? (size_t)(line_end - line) : rest);
    return request;
}
