#define _GNU_SOURCE
#include "answer_reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const size_t LONGEST_HEAD = 64 * 1024;

void reader_begin(AnswerReader *reader) {
    reader->state = AT_HEAD;
    reader->status = 0;
    reader->body = 0;
    reader->left = 0;
    reader->pieces_length = 0;
}

static bool has_name(const char *line, const char *end, const char *name) {
    size_t length = strlen(name);
    return (size_t)(end - line) > length && line[length] == ':' && strncasecmp(line, name, length) == 0;
}

static int digit_of(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

// Reads a whole head, up to the end of its last line; false when it is none.
static bool read_head(AnswerReader *reader, const char *head, const char *end) {
    if (end - head < 13 || memcmp(head, "HTTP/1.", 7) != 0) return false;
    reader->status = digit_of(head[9]) * 100 + digit_of(head[10]) * 10 + digit_of(head[11]);
    if (reader->status < 100 || reader->status > 599) return false;
    reader->closes = head[7] == '0';
    reader->state = UNTIL_END;
    for (const char *line = memchr(head, '\n', (size_t)(end - head)); line && ++line < end;
         line = memchr(line, '\n', (size_t)(end - line))) {
        switch (*line | 0x20) {
        case 'c':
            if (has_name(line, end, "content-length")) {
                reader->left = strtoull(line + sizeof "content-length", NULL, 10);
                reader->state = IN_LENGTH;
            } else if (has_name(line, end, "connection")) {
                const char *value = line + sizeof "connection";
                while (*value == ' ') value++;
                if (strncasecmp(value, "close", 5) == 0) reader->closes = true;
                if (strncasecmp(value, "keep-alive", 10) == 0) reader->closes = false;
            }
            break;
        case 't':
            if (has_name(line, end, "transfer-encoding")) {
                reader->state = AT_CHUNK_SIZE;
                reader->left = 0;
            }
            break;
        default: break;
        }
    }
    if (reader->status == 204 || reader->status == 304) {
        reader->state = IN_LENGTH;
        reader->left = 0;
    }
    if (reader->state == UNTIL_END) reader->closes = true;
    return true;
}

static ReadStep take_body(AnswerReader *reader, const char *at, const char *end) {
    for (;;) {
        if (reader->state == UNTIL_END) {
            reader->body += (size_t)(end - at);
            return READ_MORE;
        }
        if (reader->state == IN_LENGTH || reader->state == IN_CHUNK) {
            size_t length = (size_t)(end - at);
            if (length > reader->left) length = reader->left;
            reader->left -= length;
            reader->body += length;
            at += length;
            if (reader->left > 0) return READ_MORE;
            // Nothing was asked for that could come after it.
            if (reader->state == IN_LENGTH) return at == end ? READ_COMPLETE : READ_MALFORMED;
            reader->state = AFTER_CHUNK;
        }
        if (at == end) return READ_MORE;
        char byte = *at++;
        switch (reader->state) {
        case AT_CHUNK_SIZE: {
            int digit = digit_of(byte);
            if (digit >= 0) {
                reader->left = reader->left * 16 + (size_t)digit;
                break;
            }
            reader->state = AFTER_CHUNK_SIZE;
        }
            // fall through
        case AFTER_CHUNK_SIZE:
            if (byte != '\n') break;
            reader->is_line_empty = true;
            reader->state = reader->left > 0 ? IN_CHUNK : IN_TRAILER;
            break;
        case AFTER_CHUNK:
            if (byte == '\n') reader->state = AT_CHUNK_SIZE;
            break;
        case IN_TRAILER:
            if (byte == '\n') {
                if (reader->is_line_empty) return at == end ? READ_COMPLETE : READ_MALFORMED;
                reader->is_line_empty = true;
            } else if (byte != '\r') {
                reader->is_line_empty = false;
            }
            break;
        default: return READ_MALFORMED;
        }
    }
}

static void keep_piece(AnswerReader *reader, const char *bytes, size_t length) {
    reader->pieces = realloc(reader->pieces, reader->pieces_length + length);
    if (!reader->pieces) {
        fprintf(stderr, "load: out of memory\n");
        exit(1);
    }
    memcpy(reader->pieces + reader->pieces_length, bytes, length);
    reader->pieces_length += length;
}

ReadStep reader_take(AnswerReader *reader, const char *bytes, size_t length) {
    if (reader->state != AT_HEAD) return take_body(reader, bytes, bytes + length);
    if (reader->pieces_length > 0) {
        keep_piece(reader, bytes, length);
        bytes = reader->pieces;
        length = reader->pieces_length;
    }
    const char *end = memmem(bytes, length, "\r\n\r\n", 4);
    if (!end) {
        if (reader->pieces_length == 0) keep_piece(reader, bytes, length);
        return length < LONGEST_HEAD ? READ_MORE : READ_MALFORMED;
    }
    if (!read_head(reader, bytes, end + 2)) return READ_MALFORMED;
    reader->head = (size_t)(end + 4 - bytes);
    return take_body(reader, end + 4, bytes + length);
}

ReadStep reader_skip(AnswerReader *reader, size_t length) {
    reader->left -= length;
    reader->body += length;
    return reader->left == 0 ? READ_COMPLETE : READ_MORE;
}

bool reader_ends_with_connection(const AnswerReader *reader) { return reader->state == UNTIL_END; }

bool reader_is_untouched(const AnswerReader *reader) { return reader->state == AT_HEAD && reader->pieces_length == 0; }
