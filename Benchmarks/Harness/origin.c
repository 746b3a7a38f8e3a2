// The origin behind everything that is measured: an HTTP/1.1 server on one thread whose answers are told by the path.
//
//   origin PORT [ROOT]      port 0 takes a free one; prints `listening PORT` when it answers
//
//   /internal/fragments/TYPE?size=S[&n=I][&delay=MS][&ttl=SECONDS][&personal=1][&fail=PERCENT][&v=TEXT]
//   /page?…                 the same, as type "page"
//   /t/…                    a file below ROOT
//   /count, /count/reset    how many fragments and pages were asked for
//   /internal/health        200
//   POST anything           {"redirect": "/"}, what a gateway wants in answer to a form
//
// A personal fragment is another one for each subject of `Gateway-Identity`, whose signature is not checked, and
// `private`; without an identity it is the one that everybody shares.
// A whole answer is made once and kept, so that serving it is one read and one write. Answers carry no `Date`: a kept
// one would grow old, and caches would count it as age; they take the time of arrival instead.

#define _GNU_SOURCE
#include "answers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { INPUT_SIZE = 16 * 1024, KEY_SIZE = INPUT_SIZE, EVENTS = 256, NOT_WAITING = -1 };

typedef struct {
    int fd;
    size_t input_length;
    size_t body_left;  // of a request's body, still to be dropped
    long timer;        // its place in the heap, or NOT_WAITING
    int64_t due;
    char *waiting_key;  // of the answer that is held back
    size_t waiting_key_length;
    char *output;  // what the socket did not take
    size_t output_length, output_sent;
    bool is_head, is_post, closes, is_closed;
    char input[INPUT_SIZE];
} Connection;

static int poll_fd;
static unsigned long count_served;

// Connections that ended in this round of events, which may still name them.
static Connection *ended[EVENTS * 2];
static size_t ended_count;

static void stop_with(const char *what) {
    fprintf(stderr, "origin: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *need(void *memory) {
    if (!memory) stop_with("memory");
    return memory;
}

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

// ---- Answers that wait: a binary heap by the time when they are due --------------------------------------------

static Connection **heap;
static long heap_count, heap_room;

static void heap_set(long place, Connection *connection) {
    heap[place] = connection;
    connection->timer = place;
}

static void heap_sift(long place, Connection *connection) {
    while (place > 0 && heap[(place - 1) / 2]->due > connection->due) {
        heap_set(place, heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    for (;;) {
        long child = place * 2 + 1;
        if (child >= heap_count) break;
        if (child + 1 < heap_count && heap[child + 1]->due < heap[child]->due) child++;
        if (heap[child]->due >= connection->due) break;
        heap_set(place, heap[child]);
        place = child;
    }
    heap_set(place, connection);
}

static void heap_add(Connection *connection) {
    if (heap_count == heap_room) {
        heap_room = heap_room ? heap_room * 2 : 1024;
        heap = need(realloc(heap, (size_t)heap_room * sizeof *heap));
    }
    heap_count++;
    heap_sift(heap_count - 1, connection);
}

static void heap_remove(Connection *connection) {
    long place = connection->timer;
    connection->timer = NOT_WAITING;
    Connection *last = heap[--heap_count];
    if (last != connection) heap_sift(place, last);
}

// ---- Connections -----------------------------------------------------------------------------------------------

static void end(Connection *connection) {
    if (connection->is_closed) return;
    connection->is_closed = true;
    if (connection->timer != NOT_WAITING) heap_remove(connection);
    close(connection->fd);
    ended[ended_count++] = connection;
}

static void free_ended(void) {
    for (size_t i = 0; i < ended_count; i++) {
        free(ended[i]->waiting_key);
        free(ended[i]->output);
        free(ended[i]);
    }
    ended_count = 0;
}

static void send_bytes(Connection *connection, const char *bytes, size_t length) {
    ssize_t sent = send(connection->fd, bytes, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        end(connection);
        return;
    }
    size_t taken = sent < 0 ? 0 : (size_t)sent;
    if (taken < length) {
        // The table may forget the answer before the socket takes the rest.
        connection->output_length = length - taken;
        connection->output_sent = 0;
        connection->output = need(malloc(connection->output_length));
        memcpy(connection->output, bytes + taken, connection->output_length);
    } else if (connection->closes) {
        end(connection);
    }
}

static void send_rest(Connection *connection) {
    ssize_t sent = send(connection->fd, connection->output + connection->output_sent,
                        connection->output_length - connection->output_sent, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) end(connection);
        return;
    }
    connection->output_sent += (size_t)sent;
    if (connection->output_sent < connection->output_length) return;
    free(connection->output);
    connection->output = NULL;
    if (connection->closes) end(connection);
}

// Whether this request is among the `percent` that fail.
static bool fails(unsigned percent) {
    static uint64_t state = 88172645463325252ULL;  // xorshift64
    if (percent == 0) return false;
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state % 100 < percent;
}

static void respond(Connection *connection, const Answer *answer) {
    if (fails(answer->fail_percent)) answer = answer_failure();
    send_bytes(connection, answer->bytes, connection->is_head ? answer->head_length : answer->length);
}

static void respond_plain(Connection *connection, const char *status, const char *type, const char *body) {
    char text[512];
    int length = snprintf(text, sizeof text,
                          "HTTP/1.1 %s\r\nContent-Type: %s\r\nCache-Control: no-store\r\nContent-Length: %zu\r\n\r\n%s",
                          status, type, strlen(body), body);
    send_bytes(connection, text, (size_t)length);
}

static void refuse(Connection *connection, const char *status, const char *why) {
    connection->closes = true;
    respond_plain(connection, status, "text/plain", why);
}

// ---- Requests --------------------------------------------------------------------------------------------------

// The value of a field line when it has this name, without the spaces around it; NULL when it has another.
static const char *field_value(const char *line, const char *line_end, const char *name, size_t *length) {
    size_t name_length = strlen(name);
    if ((size_t)(line_end - line) <= name_length || line[name_length] != ':') return NULL;
    if (strncasecmp(line, name, name_length) != 0) return NULL;
    const char *value = line + name_length + 1;
    while (value < line_end && *value == ' ') value++;
    *length = (size_t)(line_end - value);
    return value;
}

static int base64url_digit(char digit) {
    if (digit >= 'A' && digit <= 'Z') return digit - 'A';
    if (digit >= 'a' && digit <= 'z') return digit - 'a' + 26;
    if (digit >= '0' && digit <= '9') return digit - '0' + 52;
    return digit == '-' ? 62 : digit == '_' ? 63 : -1;
}

// Writes the claim `sub` of a compact JWS to `out`; returns its length, 0 when there is none.
static size_t read_subject(const char *token, size_t length, char *out, size_t room) {
    char payload[2048];
    size_t size = 0;
    unsigned bits = 0, count = 0;
    const char *dot = memchr(token, '.', length);
    if (!dot) return 0;
    for (const char *at = dot + 1; at < token + length && size < sizeof payload - 1; at++) {
        int digit = base64url_digit(*at);
        if (digit < 0) break;
        bits = bits << 6 | (unsigned)digit;
        count += 6;
        if (count < 8) continue;
        count -= 8;
        payload[size++] = (char)(bits >> count);
    }
    payload[size] = 0;
    static const char claim[] = "\"sub\":\"";
    const char *start = strstr(payload, claim);
    if (!start) return 0;
    start += sizeof claim - 1;
    size_t subject = strcspn(start, "\"");
    if (subject > room) subject = room;
    memcpy(out, start, subject);
    return subject;
}

typedef struct {
    const char *target;
    size_t target_length;
    const char *identity;  // NULL when there is none
    size_t identity_length;
} Request;

// Reads the head of a request that ends at `end`; false when it was refused.
static bool read_head(Connection *connection, const char *end, Request *request) {
    const char *line = connection->input, *line_end = memchr(line, '\r', (size_t)(end - line));
    const char *space = memchr(line, ' ', (size_t)(line_end - line));
    const char *second = space ? memchr(space + 1, ' ', (size_t)(line_end - space - 1)) : NULL;
    if (!second) {
        refuse(connection, "400 Bad Request", "no request line\n");
        return false;
    }
    *request = (Request){.target = space + 1, .target_length = (size_t)(second - space - 1)};
    connection->is_head = space - line == 4 && memcmp(line, "HEAD", 4) == 0;
    connection->is_post = space - line == 4 && memcmp(line, "POST", 4) == 0;
    for (line = line_end + 2; line < end; line = line_end + 2) {
        line_end = memchr(line, '\r', (size_t)(end + 2 - line));
        const char *value;
        size_t length;
        switch (*line | 0x20) {
        case 'c':
            if ((value = field_value(line, line_end, "content-length", &length))) {
                connection->body_left = strtoul(value, NULL, 10);
            } else if ((value = field_value(line, line_end, "connection", &length))) {
                connection->closes = length == 5 && strncasecmp(value, "close", 5) == 0;
            }
            break;
        case 'g':
            if ((value = field_value(line, line_end, "gateway-identity", &length))) {
                request->identity = value;
                request->identity_length = length;
            }
            break;
        case 't':
            if (field_value(line, line_end, "transfer-encoding", &length)) {
                refuse(connection, "411 Length Required", "bodies need a Content-Length here\n");
                return false;
            }
            break;
        default: break;
        }
    }
    return true;
}

static void wait_to_respond(Connection *connection, const char *key, size_t length, long delay_ms) {
    connection->waiting_key = need(malloc(length));
    memcpy(connection->waiting_key, key, length);
    connection->waiting_key_length = length;
    connection->due = now_ns() + delay_ms * 1000000;
    heap_add(connection);
}

static void handle(Connection *connection, const Request *request) {
    if (connection->is_post) {
        respond_plain(connection, "200 OK", "application/json", "{\"redirect\": \"/\"}");
        return;
    }
    if (request->target_length >= 6 && memcmp(request->target, "/count", 6) == 0) {
        char text[32];
        bool is_reset = request->target_length == 12 && memcmp(request->target, "/count/reset", 12) == 0;
        if (is_reset) count_served = 0;
        snprintf(text, sizeof text, "%lu\n", count_served);
        respond_plain(connection, "200 OK", "text/plain", text);
        return;
    }
    const char *key = request->target;
    size_t length = request->target_length;
    const Answer *answer = answer_for(key, length);
    char personal_key[KEY_SIZE];
    if (answer->is_personal && request->identity && length + 1 < KEY_SIZE) {
        memcpy(personal_key, key, length);
        personal_key[length++] = 0;
        length += read_subject(request->identity, request->identity_length, personal_key + length, KEY_SIZE - length);
        key = personal_key;
        answer = answer_for(key, length);
    }
    if (answer->is_counted) count_served++;
    if (answer->delay_ms > 0) {
        wait_to_respond(connection, key, length, answer->delay_ms);
    } else {
        respond(connection, answer);
    }
}

static bool is_busy(const Connection *connection) {
    return connection->is_closed || connection->timer != NOT_WAITING || connection->output;
}

static void drop_input(Connection *connection, size_t length) {
    connection->input_length -= length;
    memmove(connection->input, connection->input + length, connection->input_length);
}

// Takes as many requests out of the input as can be answered now.
static void handle_input(Connection *connection) {
    while (!is_busy(connection) && connection->input_length > 0) {
        if (connection->body_left > 0) {
            size_t dropped = connection->body_left < connection->input_length ? connection->body_left
                                                                             : connection->input_length;
            connection->body_left -= dropped;
            drop_input(connection, dropped);
            continue;
        }
        const char *end = memmem(connection->input, connection->input_length, "\r\n\r\n", 4);
        if (!end) {
            if (connection->input_length == INPUT_SIZE) {
                refuse(connection, "431 Request Header Fields Too Large", "the head is longer than 16 KB\n");
            }
            return;
        }
        Request request;
        if (!read_head(connection, end, &request)) return;
        handle(connection, &request);
        if (!connection->is_closed) drop_input(connection, (size_t)(end + 4 - connection->input));
    }
}

// Reads until there is nothing left, since the socket reports new bytes once only. That is when less came than there
// was room for, unless the end of the stream is still to be read.
static void read_input(Connection *connection, bool has_end) {
    while (!connection->is_closed && connection->input_length < INPUT_SIZE) {
        size_t room = INPUT_SIZE - connection->input_length;
        ssize_t count = recv(connection->fd, connection->input + connection->input_length, room, 0);
        if (count == 0 || (count < 0 && errno != EAGAIN)) {
            end(connection);
            return;
        }
        if (count < 0) return;
        connection->input_length += (size_t)count;
        handle_input(connection);
        if ((size_t)count < room && !has_end) return;
    }
}

static void accept_connections(int listener) {
    for (;;) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd < 0) {
            if (errno == EAGAIN || errno == ECONNABORTED) return;
            stop_with("accept");
        }
        int on = 1;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        Connection *connection = need(malloc(sizeof *connection));
        memset(connection, 0, offsetof(Connection, input));
        connection->fd = fd;
        connection->timer = NOT_WAITING;
        struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = connection};
        if (epoll_ctl(poll_fd, EPOLL_CTL_ADD, fd, &event) < 0) stop_with("epoll_ctl");
    }
}

static void fire_timers(void) {
    int64_t now = heap_count > 0 ? now_ns() : 0;
    while (heap_count > 0 && heap[0]->due <= now && ended_count < EVENTS) {
        Connection *connection = heap[0];
        heap_remove(connection);
        respond(connection, answer_for(connection->waiting_key, connection->waiting_key_length));
        free(connection->waiting_key);
        connection->waiting_key = NULL;
        bool was_full = connection->input_length == INPUT_SIZE;
        handle_input(connection);
        if (was_full) read_input(connection, true);
    }
}

static int listen_on(uint16_t port, uint16_t *bound) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    if (listener < 0) stop_with("socket");
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, length) < 0) stop_with("bind");
    if (listen(listener, 4096) < 0) stop_with("listen");
    if (getsockname(listener, (struct sockaddr *)&address, &length) < 0) stop_with("getsockname");
    *bound = ntohs(address.sin_port);
    return listener;
}

int main(int count, char **arguments) {
    char *rest;
    unsigned long port = count >= 2 ? strtoul(arguments[1], &rest, 10) : 0;
    if (count < 2 || count > 3 || *rest || port > UINT16_MAX) {
        fprintf(stderr, "usage: origin PORT [ROOT]\n");
        return 2;
    }
    answers_root = count == 3 ? arguments[2] : NULL;
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    uint16_t bound;
    int listener = listen_on((uint16_t)port, &bound);
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
    if (poll_fd < 0 || epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &event) < 0) stop_with("epoll");
    printf("listening %u\n", bound);
    fflush(stdout);
    for (;;) {
        struct epoll_event events[EVENTS];
        struct timespec patience, *timeout = NULL;
        if (heap_count > 0) {
            int64_t left = heap[0]->due - now_ns();
            if (left < 0) left = 0;
            patience = (struct timespec){.tv_sec = left / 1000000000, .tv_nsec = left % 1000000000};
            timeout = &patience;
        }
        int ready = epoll_pwait2(poll_fd, events, EVENTS, timeout, NULL);
        if (ready < 0 && errno != EINTR) stop_with("epoll_pwait2");
        for (int i = 0; i < ready; i++) {
            Connection *connection = events[i].data.ptr;
            if (!connection) {
                accept_connections(listener);
                continue;
            }
            if (connection->is_closed) continue;
            if (connection->output) send_rest(connection);
            if (connection->is_closed) continue;
            handle_input(connection);
            read_input(connection, events[i].events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
        }
        fire_timers();
        free_ended();
    }
}
