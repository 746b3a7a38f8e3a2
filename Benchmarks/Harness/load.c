// A load client on one thread, cheap enough not to be the limit: a closed loop over keep-alive connections, or an open
// loop at a fixed rate. Prints one JSON object.
//
//   load --url http://127.0.0.1:PORT/PATH [--host HOST] --connections N (--seconds S | --requests N)
//        [--header 'Name: value']… [--paths FILE [--random]] [--rate R] [--warmup S] [--reconnect N] [--timeout S]
//
//   --paths FILE     a target a line, taken in turn or at random, with fields of its own after tabs
//   --rate R         so many requests a second, whether answers come or not; latencies count from the moment when a
//                    request was due, so that a server which stands still is charged for all who would have waited
//   --reconnect N    a new connection for every N requests
//
// `requests` are complete answers 2xx within the measured time, `bytes` those of their bodies as they were sent (chunks
// without their framing). A body whose length is known is thrown away by the kernel (MSG_TRUNC).

#define _GNU_SOURCE
#include "answer_reader.h"
#include "latencies.h"
#include "load_options.h"
#include "load_requests.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 512, INPUT_SIZE = 64 * 1024, FIRST_READ = 32 * 1024, SMALL_BODY = 2048, STATUSES = 600 };
static const int64_t SECOND = 1000000000, RETRY_AFTER = 20000000, LONGEST_WAIT = 20000000;

typedef struct {
    int fd;
    enum { CONNECTING, IDLE, BUSY, DOWN } state;
    uint64_t served;  // requests on this connection
    int64_t started;  // when the request was sent or due; when to try again, while DOWN
    char *unsent;     // of a request
    size_t unsent_length;
    AnswerReader reader;
} Connection;

static LoadOptions options;
static int poll_fd;
static Connection *connections, **idle;
static int idle_count, down_count, open_count;
static bool is_opening = true, is_measuring;
static int64_t now;

// Of the measured time.
static struct {
    uint64_t answers;  // of any status
    uint64_t requests, bytes, connect, reset, timeout, cut_short, late, statuses[STATUSES];
} result;

// What the last answer was like: a head is read with no more of the body than a small one, which leaves the rest of a
// large one to be thrown away.
static size_t expected_head = FIRST_READ, expected_body;

static void stop_with(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void *need(void *memory) {
    if (!memory) stop_with("memory");
    return memory;
}

static int64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * SECOND + time.tv_nsec;
}

static int64_t ns_of(double seconds) { return (int64_t)(seconds * (double)SECOND); }

// ---- Connections -----------------------------------------------------------------------------------------------

static void watch(Connection *connection, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = connection};
    if (epoll_ctl(poll_fd, operation, connection->fd, &event) < 0) stop_with("epoll_ctl");
}

static void count_failure(uint64_t *counter) {
    if (is_measuring && counter) ++*counter;
}

static void go_down(Connection *connection) {
    connection->state = DOWN;
    connection->started = now + RETRY_AFTER;
    down_count++;
}

static void open_connection(Connection *connection) {
    connection->served = 0;
    connection->unsent_length = 0;
    connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection->fd < 0) stop_with("socket");
    int on = 1;
    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(connection->fd, (struct sockaddr *)&options.address, sizeof options.address) < 0 &&
        errno != EINPROGRESS) {
        close(connection->fd);
        count_failure(&result.connect);
        go_down(connection);
        return;
    }
    connection->state = CONNECTING;
    connection->started = now;
    watch(connection, EPOLL_CTL_ADD, EPOLLOUT);
}

static void close_connection(Connection *connection) {
    if (connection->state == IDLE) {
        for (int i = 0; i < idle_count; i++) {
            if (idle[i] != connection) continue;
            idle[i] = idle[--idle_count];
            break;
        }
    }
    if (connection->state != CONNECTING) open_count--;
    close(connection->fd);
}

// Ends a connection that failed and opens another one in its place: at once after an answer's failure, later when the
// server refuses connections.
static void fail_connection(Connection *connection, uint64_t *counter) {
    bool was_connecting = connection->state == CONNECTING;
    close_connection(connection);
    count_failure(counter);
    if (was_connecting) {
        go_down(connection);
    } else {
        open_connection(connection);
    }
}

// ---- Requests and answers --------------------------------------------------------------------------------------

static void start_request(Connection *connection, int64_t started) {
    size_t length;
    const char *request = load_requests_next(&options, &length);
    connection->state = BUSY;
    connection->started = started;
    reader_begin(&connection->reader);
    ssize_t sent = send(connection->fd, request, length, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN) {
        fail_connection(connection, &result.reset);
        return;
    }
    size_t taken = sent < 0 ? 0 : (size_t)sent;
    if (taken == length) return;
    connection->unsent = need(realloc(connection->unsent, length - taken));
    connection->unsent_length = length - taken;
    memcpy(connection->unsent, request + taken, length - taken);
    watch(connection, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
}

static void send_unsent(Connection *connection) {
    ssize_t sent = send(connection->fd, connection->unsent, connection->unsent_length, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN) fail_connection(connection, &result.reset);
        return;
    }
    connection->unsent_length -= (size_t)sent;
    memmove(connection->unsent, connection->unsent + sent, connection->unsent_length);
    if (connection->unsent_length == 0) watch(connection, EPOLL_CTL_MOD, EPOLLIN);
}

static void be_ready(Connection *connection) {
    if (options.rate > 0 || is_opening) {
        connection->state = IDLE;
        idle[idle_count++] = connection;
    } else {
        start_request(connection, now_ns());
    }
}

static void count_answer(const Connection *connection) {
    const AnswerReader *reader = &connection->reader;
    expected_head = reader->head;
    expected_body = reader->body;
    if (!is_measuring || (options.requests > 0 && result.answers >= options.requests)) return;
    result.answers++;
    if (reader->status < 200 || reader->status >= 300) {
        result.statuses[reader->status]++;
        return;
    }
    result.requests++;
    result.bytes += reader->body;
    latencies_add(now - connection->started);
}

static void finish_answer(Connection *connection) {
    count_answer(connection);
    connection->served++;
    if (connection->reader.closes || (options.reconnect > 0 && connection->served >= options.reconnect)) {
        close_connection(connection);
        open_connection(connection);
    } else {
        be_ready(connection);
    }
}

// Judges the end of a connection, or an error.
static void handle_end(Connection *connection, bool is_error) {
    if (connection->state == IDLE) {
        // The server may end a connection on which nothing is asked.
        fail_connection(connection, NULL);
    } else if (!is_error && reader_ends_with_connection(&connection->reader)) {
        finish_answer(connection);
    } else {
        bool is_untouched = reader_is_untouched(&connection->reader);
        fail_connection(connection, is_untouched ? &result.reset : &result.cut_short);
    }
}

static void receive(Connection *connection) {
    static char input[INPUT_SIZE];
    AnswerReader *reader = &connection->reader;
    for (;;) {
        bool is_skipped = connection->state == BUSY && reader->state == IN_LENGTH;
        size_t room = INPUT_SIZE;
        if (is_skipped) {
            room = reader->left;
        } else if (reader_is_untouched(reader)) {
            room = expected_head + (expected_body <= SMALL_BODY ? expected_body : 0);
            if (room > INPUT_SIZE) room = INPUT_SIZE;
        }
        ssize_t count = recv(connection->fd, is_skipped ? NULL : input, room, is_skipped ? MSG_TRUNC : 0);
        if (count < 0 && errno == EAGAIN) return;
        if (count <= 0) {
            handle_end(connection, count < 0);
            return;
        }
        if (connection->state == IDLE) {
            fail_connection(connection, &result.cut_short);
            return;
        }
        switch (is_skipped ? reader_skip(reader, (size_t)count) : reader_take(reader, input, (size_t)count)) {
        case READ_COMPLETE: finish_answer(connection); return;
        case READ_MALFORMED: fail_connection(connection, &result.cut_short); return;
        case READ_MORE:
            if ((size_t)count < room) return;
        }
    }
}

static void finish_connecting(Connection *connection) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) {
        fail_connection(connection, &result.connect);
        return;
    }
    open_count++;
    watch(connection, EPOLL_CTL_MOD, EPOLLIN);
    be_ready(connection);
}

static void handle_event(Connection *connection, uint32_t events) {
    if (connection->state == DOWN) return;
    if (connection->state == CONNECTING) {
        finish_connecting(connection);
        return;
    }
    if (events & EPOLLOUT && connection->unsent_length > 0) send_unsent(connection);
    if (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(connection);
}

// ---- The run ---------------------------------------------------------------------------------------------------

static void reopen_down(void) {
    for (int i = 0; i < options.connections && down_count > 0; i++) {
        if (connections[i].state != DOWN || connections[i].started > now) continue;
        down_count--;
        open_connection(&connections[i]);
    }
}

static void end_overdue(void) {
    int64_t oldest = now - ns_of(options.timeout);
    for (int i = 0; i < options.connections; i++) {
        Connection *connection = &connections[i];
        if (connection->state == IDLE || connection->state == DOWN || connection->started > oldest) continue;
        fail_connection(connection, connection->state == CONNECTING ? &result.connect : &result.timeout);
    }
}

// Sends what is due by now in an open loop; returns when the next request is due, 0 when no connection is free.
static int64_t send_due(int64_t began, uint64_t *sent) {
    while (idle_count > 0) {
        int64_t due = began + ns_of((double)*sent / options.rate);
        if (due > now) return due;
        ++*sent;
        start_request(idle[--idle_count], due);
    }
    return 0;
}

// Goes on until a moment, until all connections are open while that is what is waited for, or until there were enough
// answers. Returns how many requests an open loop sent.
static uint64_t run_until(int64_t end) {
    uint64_t sent = 0;
    int64_t began = now_ns(), next_check = 0;
    while ((now = now_ns()) < end) {
        if (is_opening && open_count == options.connections) break;
        if (is_measuring && options.requests > 0 && result.answers >= options.requests) break;
        int64_t due = options.rate > 0 && !is_opening ? send_due(began, &sent) : 0;
        int64_t wait = (due > 0 && due < end ? due : end) - now;
        if (wait > LONGEST_WAIT) wait = LONGEST_WAIT;
        struct timespec patience = {.tv_sec = 0, .tv_nsec = wait};
        struct epoll_event events[EVENTS];
        int ready = epoll_pwait2(poll_fd, events, EVENTS, &patience, NULL);
        if (ready < 0 && errno != EINTR) stop_with("epoll_pwait2");
        now = now_ns();
        for (int i = 0; i < ready; i++) handle_event(events[i].data.ptr, events[i].events);
        if (down_count > 0) reopen_down();
        if (now > next_check) {
            end_overdue();
            next_check = now + SECOND / 2;
        }
    }
    return sent;
}

// Opens all connections before the first request, for as long as a server takes which lost some of their beginnings in
// a full queue, and not that long when there is none.
static void open_all(void) {
    now = now_ns();
    for (int i = 0; i < options.connections; i++) open_connection(&connections[i]);
    run_until(now + SECOND);
    if (open_count > 0) run_until(now_ns() + 10 * SECOND);
    is_opening = false;
    if (options.rate > 0) return;
    while (idle_count > 0) start_request(idle[--idle_count], now_ns());
}

static double cpu_seconds(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void print_result(double seconds, double cpu) {
    printf("{\"requests\": %lu, \"bytes\": %lu, \"seconds\": %.6f, \"rate\": %.1f, ", result.requests, result.bytes,
           seconds, (double)result.requests / seconds);
    printf("\"errors\": {\"status\": {");
    const char *comma = "";
    for (int i = 0; i < STATUSES; i++) {
        if (!result.statuses[i]) continue;
        printf("%s\"%d\": %lu", comma, i, result.statuses[i]);
        comma = ", ";
    }
    printf("}, \"connect\": %lu, \"reset\": %lu, \"timeout\": %lu, \"short\": %lu, \"late\": %lu}, ", result.connect,
           result.reset, result.timeout, result.cut_short, result.late);
    printf("\"latency_us\": {\"p50\": %.1f, \"p90\": %.1f, \"p99\": %.1f, \"p999\": %.1f, \"max\": %.1f}, ",
           latencies_quantile_us(0.5), latencies_quantile_us(0.9), latencies_quantile_us(0.99),
           latencies_quantile_us(0.999), latencies_max_us());
    printf("\"connections\": %d, \"cpu\": %.4f}\n", open_count, cpu / seconds);
}

int main(int count, char **arguments) {
    int status = load_options_read(&options, count, arguments);
    if (status != 0) return status;
    load_requests_prepare(&options);
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    connections = need(calloc((size_t)options.connections, sizeof *connections));
    idle = need(calloc((size_t)options.connections, sizeof *idle));
    poll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (poll_fd < 0) stop_with("epoll_create1");
    open_all();
    if (options.warmup > 0) run_until(now_ns() + ns_of(options.warmup));
    is_measuring = true;
    double cpu = cpu_seconds();
    int64_t began = now_ns();
    uint64_t sent = run_until(options.seconds > 0 ? began + ns_of(options.seconds) : INT64_MAX);
    double seconds = (double)(now_ns() - began) / 1e9;
    uint64_t due = (uint64_t)(seconds * options.rate);
    result.late = due > sent ? due - sent : 0;
    print_result(seconds, cpu_seconds() - cpu);
    return 0;
}
