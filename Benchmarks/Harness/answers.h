// What the origin answers, told by the address alone, and kept once it was made.

#ifndef ANSWERS_H
#define ANSWERS_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    char *key;  // NULL in a free place of the table
    size_t key_length;
    char *bytes;  // head and body
    size_t length, head_length;
    long delay_ms;
    unsigned fail_percent;
    bool is_counted, is_personal;
} Answer;

// Files of `/t/…` are read below this folder; NULL when there is none.
extern const char *answers_root;

// The answer to a key: the target of a request, and after a zero byte the subject for whom a personal one is.
//
// It holds until the next call, which may empty a full table.
const Answer *answer_for(const char *key, size_t length);

// An answer that is the same for everything it is given to.
const Answer *answer_failure(void);

#endif
