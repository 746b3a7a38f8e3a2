// Reads HTTP/1.1 answers as their bytes come.

#ifndef ANSWER_READER_H
#define ANSWER_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { READ_MORE, READ_COMPLETE, READ_MALFORMED } ReadStep;

typedef struct {
    enum {
        AT_HEAD,
        IN_LENGTH,  // a body whose length is known
        AT_CHUNK_SIZE,
        AFTER_CHUNK_SIZE,
        IN_CHUNK,
        AFTER_CHUNK,
        IN_TRAILER,
        UNTIL_END,  // a body that goes to the end of the connection
    } state;
    int status;
    bool closes;      // whether the server ends the connection after it
    uint64_t body;    // its bytes so far, without the framing of chunks
    size_t left;      // of the body, or of the chunk
    size_t head;      // the length of the head, once it is whole
    bool is_line_empty;
    char *pieces;  // the beginning of a head that came in pieces
    size_t pieces_length;
} AnswerReader;

// Begins the next answer; what the reader has allocated is kept.
void reader_begin(AnswerReader *reader);

ReadStep reader_take(AnswerReader *reader, const char *bytes, size_t length);

// Counts bytes of a body whose length is known, which nobody has looked at.
ReadStep reader_skip(AnswerReader *reader, size_t length);

// Whether the end of the connection is the end of the answer.
bool reader_ends_with_connection(const AnswerReader *reader);

// Whether nothing of the answer came yet.
bool reader_is_untouched(const AnswerReader *reader);

#endif
