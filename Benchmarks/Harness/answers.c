#define _GNU_SOURCE
#include "answers.h"

#include "content.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TABLE_SIZE = 1 << 17, HEAD_SIZE = 256, TYPE_SIZE = 64 };  // the table's size is a power of two
static const size_t KEPT_BYTES = 512UL << 20;
static const long LARGEST_BODY = 64L << 20;

const char *answers_root;

static Answer table[TABLE_SIZE];
static size_t kept_count, kept_bytes;

static void *need(void *memory) {
    if (!memory) {
        fprintf(stderr, "origin: out of memory\n");
        exit(1);
    }
    return memory;
}

// Gives `answer` a head, `fields` whole lines of it, and room for a body of `size` bytes, which is returned.
static char *set_head(Answer *answer, const char *status, const char *fields, const char *control, size_t size) {
    char head[HEAD_SIZE];
    int length = snprintf(head, sizeof head,
                          "HTTP/1.1 %s\r\n%sCache-Control: %s\r\nContent-Length: %zu\r\n\r\n", status, fields,
                          control, size);
    answer->head_length = (size_t)length;
    answer->length = answer->head_length + size;
    answer->bytes = need(malloc(answer->length));
    memcpy(answer->bytes, head, answer->head_length);
    return answer->bytes + answer->head_length;
}

static const char HTML[] = "Content-Type: text/html; charset=utf-8\r\n";
// What the ESI plugin of Traffic Server wants of a template.
static const char HTML_WITH_ESI[] = "Content-Type: text/html; charset=utf-8\r\nX-Esi: 1\r\n";

static void set_text(Answer *answer, const char *status, const char *text) {
    memcpy(set_head(answer, status, "Content-Type: text/plain\r\n", "no-store", strlen(text)), text, strlen(text));
}

typedef struct {
    long number, size, delay, ttl, personal, fail;
    uint64_t seed;
} Parameters;

// Reads a whole number of digits; false when it is none or too large.
static bool read_number(const char *text, size_t length, long *number) {
    if (length == 0 || length > 10) return false;
    *number = 0;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9') return false;
        *number = *number * 10 + (text[i] - '0');
    }
    return true;
}

// Reads `name=value&…`; false for what is unknown or no number.
static bool read_query(const char *query, const char *end, Parameters *parameters) {
    struct {
        const char *name;
        long *number;
    } known[] = {{"n", &parameters->number},          {"size", &parameters->size}, {"delay", &parameters->delay},
                 {"ttl", &parameters->ttl},           {"fail", &parameters->fail}, {"personal", &parameters->personal}};
    while (query < end) {
        const char *stop = memchr(query, '&', (size_t)(end - query));
        if (!stop) stop = end;
        const char *equals = memchr(query, '=', (size_t)(stop - query));
        if (!equals) return false;
        size_t name = (size_t)(equals - query), value = (size_t)(stop - equals - 1);
        bool is_known = name == 1 && *query == 'v';
        if (is_known) parameters->seed = content_hash(parameters->seed, equals + 1, value);
        for (size_t i = 0; i < sizeof known / sizeof *known && !is_known; i++) {
            if (strlen(known[i].name) != name || memcmp(known[i].name, query, name) != 0) continue;
            if (!read_number(equals + 1, value, known[i].number)) return false;
            is_known = true;
        }
        if (!is_known) return false;
        query = stop + (stop < end);
    }
    return parameters->size <= LARGEST_BODY && parameters->fail <= 100;
}

static void make_content(Answer *answer, const char *type, const char *query, const char *end, const char *subject,
                         size_t subject_length) {
    Parameters parameters = {.size = 2048, .seed = CONTENT_HASH_START};
    if (!read_query(query, end, &parameters)) {
        set_text(answer, "400 Bad Request",
                 "the query is n, size, delay, ttl, personal and fail with whole numbers, and v with any text\n");
        return;
    }
    char control[64];
    if (parameters.ttl == 0) {
        snprintf(control, sizeof control, "no-store");
    } else {
        bool is_owned = parameters.personal && subject_length > 0;
        snprintf(control, sizeof control, "%smax-age=%ld", is_owned ? "private, " : "", parameters.ttl);
    }
    char *body = set_head(answer, "200 OK", HTML, control, (size_t)parameters.size);
    content_write(body, (size_t)parameters.size, type, parameters.number,
                  content_hash(parameters.seed, subject, subject_length));
    answer->delay_ms = parameters.delay;
    answer->fail_percent = (unsigned)parameters.fail;
    answer->is_personal = parameters.personal;
    answer->is_counted = true;
}

static bool starts_with(const char *text, size_t length, const char *start) {
    return length >= strlen(start) && memcmp(text, start, strlen(start)) == 0;
}

static void make_file(Answer *answer, const char *path, size_t length) {
    char name[PATH_MAX];
    struct stat status;
    int written = answers_root ? snprintf(name, sizeof name, "%s%.*s", answers_root, (int)length, path) : -1;
    int fd = written > 0 && written < PATH_MAX && !strstr(name, "/../") ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0 || fstat(fd, &status) < 0 || !S_ISREG(status.st_mode)) {
        if (fd >= 0) close(fd);
        set_text(answer, "404 Not Found", "there is no such file below the origin's root\n");
        return;
    }
    const char *fields = starts_with(path, length, "/t/esi-ats/") ? HTML_WITH_ESI : HTML;
    char *body = set_head(answer, "200 OK", fields, "max-age=86400", (size_t)status.st_size);
    for (off_t at = 0; at < status.st_size;) {
        ssize_t count = read(fd, body + at, (size_t)(status.st_size - at));
        if (count <= 0) {
            fprintf(stderr, "origin: %s: %s\n", name, count < 0 ? strerror(errno) : "grew shorter while it was read");
            exit(1);
        }
        at += count;
    }
    close(fd);
}

static void make(Answer *answer) {
    static const char fragments[] = "/internal/fragments/";
    const char *target = answer->key, *subject = memchr(target, 0, answer->key_length);
    size_t target_length = subject ? (size_t)(subject - target) : answer->key_length;
    subject = subject ? subject + 1 : target + target_length;
    const char *end = target + target_length, *query = memchr(target, '?', target_length);
    size_t path_length = query ? (size_t)(query - target) : target_length;
    query = query ? query + 1 : end;
    size_t subject_length = answer->key_length - (size_t)(subject - target);
    size_t type_length = path_length - (sizeof fragments - 1);
    if (starts_with(target, path_length, fragments) && type_length > 0 && type_length < TYPE_SIZE) {
        char type[TYPE_SIZE];
        memcpy(type, target + sizeof fragments - 1, type_length);
        type[type_length] = 0;
        make_content(answer, type, query, end, subject, subject_length);
    } else if (path_length == 5 && starts_with(target, path_length, "/page")) {
        make_content(answer, "page", query, end, subject, subject_length);
    } else if (starts_with(target, path_length, "/t/")) {
        make_file(answer, target, path_length);
    } else if (path_length == 16 && starts_with(target, path_length, "/internal/health")) {
        set_text(answer, "200 OK", "ok\n");
    } else {
        set_text(answer, "404 Not Found", "origin.c tells which paths there are\n");
    }
}

// Forgets everything, which is the simplest bound: what is asked for again is made again.
static void empty_table(void) {
    for (size_t i = 0; i < TABLE_SIZE; i++) {
        free(table[i].key);
        free(table[i].bytes);
    }
    memset(table, 0, sizeof table);
    kept_count = kept_bytes = 0;
}

const Answer *answer_for(const char *key, size_t length) {
    if (kept_count > TABLE_SIZE / 4 * 3 || kept_bytes > KEPT_BYTES) empty_table();
    size_t place = content_hash(CONTENT_HASH_START, key, length) & (TABLE_SIZE - 1);
    for (; table[place].key; place = (place + 1) & (TABLE_SIZE - 1)) {
        if (table[place].key_length == length && memcmp(table[place].key, key, length) == 0) return &table[place];
    }
    Answer *answer = &table[place];
    answer->key = need(malloc(length + 1));
    memcpy(answer->key, key, length);
    answer->key[length] = 0;
    answer->key_length = length;
    make(answer);
    kept_count++;
    kept_bytes += length + answer->length;
    return answer;
}

const Answer *answer_failure(void) {
    static Answer failure;
    if (!failure.bytes) set_text(&failure, "500 Internal Server Error", "asked to fail\n");
    return &failure;
}
