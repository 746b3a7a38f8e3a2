#define _GNU_SOURCE
#include "content.h"

#include <stdio.h>
#include <string.h>

// A card of at most this many bytes has room for its markup, whatever its words.
enum { SMALLEST_CARD = 480, LARGEST_CARD = 900, TYPE_LENGTH = 24, SLUG_SIZE = 40, TITLE_SIZE = 60 };

static const char *const WORDS[] = {
    "market",  "garden",  "organic", "bread",   "weekly",  "fresh",   "local",    "season",  "orchard", "apple",
    "honey",   "wooden",  "basket",  "delivery", "cheese", "farmer",  "morning",  "kitchen", "pottery", "linen",
    "the",     "of",      "and",     "with",    "from",    "our",     "every",    "is",      "made",    "by",
    "hand",    "small",   "batch",   "selected", "quality", "natural", "simple",  "taste",   "autumn",  "winter",
    "summer",  "spring",  "harvest", "village", "members", "share",   "order",    "before",  "Friday",  "pick",
    "up",      "at",      "the",     "corner",  "shop",    "or",      "have",     "it",      "brought", "to",
    "your",    "door",    "roasted", "coffee",  "beans",   "smoked",  "salmon",   "river",   "mountain", "goat",
    "butter",  "cream",   "vinegar", "walnut",  "chestnut", "mushroom", "tomato", "pepper",  "basil",   "thyme",
    "a",       "an",      "in",      "on",      "for",     "this",    "that",     "new",     "old",     "best",
    "recipe",  "workshop", "evening", "people", "meet",    "learn",   "cook",     "together", "table",  "long",
};
enum { WORD_COUNT = sizeof WORDS / sizeof *WORDS };

uint64_t content_hash(uint64_t hash, const void *bytes, size_t length) {
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < length; i++) hash = (hash ^ byte[i]) * 1099511628211ULL;
    return hash;
}

// splitmix64
static uint64_t next(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15ULL;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

static const char *word(uint64_t *random) { return WORDS[next(random) % WORD_COUNT]; }

// Words up to exactly `size` bytes; the last one is cut where it has to be.
static void write_words(char *out, size_t size, uint64_t *random) {
    size_t at = 0;
    while (at < size) {
        if (at > 0) out[at++] = ' ';
        const char *text = word(random);
        for (; *text && at < size; text++) out[at++] = *text;
    }
    // A space at the end would be lost in some comparisons; a letter is not.
    if (size > 0 && out[size - 1] == ' ') out[size - 1] = 's';
}

static void write_card(char *out, size_t size, const char *type, long number, unsigned index, uint64_t *random) {
    char slug[SLUG_SIZE], title[TITLE_SIZE], head[SMALLEST_CARD];
    snprintf(slug, sizeof slug, "%s-%s", word(random), word(random));
    snprintf(title, sizeof title, "%s %s %s", word(random), word(random), word(random));
    unsigned pence = (unsigned)(next(random) % 9000 + 250);
    int length = snprintf(
        head, sizeof head,
        "<article class=\"card\" id=\"%.*s-%ld-%u\"><a class=\"card-link\" href=\"/products/%s\">"
        "<img src=\"/images/%s-320.jpg\" width=\"320\" height=\"240\" alt=\"%s\"></a>"
        "<h3 class=\"card-title\">%s</h3><p class=\"card-price\">&pound;%u.%02u</p><p class=\"card-text\">",
        TYPE_LENGTH, type, number, index, slug, slug, title, title, pence / 100, pence % 100);
    static const char tail[] = "</p></article>";
    size_t text = size - (size_t)length - (sizeof tail - 1);
    memcpy(out, head, (size_t)length);
    write_words(out + length, text, random);
    memcpy(out + length + text, tail, sizeof tail - 1);
}

void content_write(char *out, size_t size, const char *type, long number, uint64_t seed) {
    uint64_t random = content_hash(content_hash(seed, type, strlen(type)), &number, sizeof number);
    if (size < 7) {
        write_words(out, size, &random);
        return;
    }
    if (size < SMALLEST_CARD) {
        memcpy(out, "<p>", 3);
        write_words(out + 3, size - 7, &random);
        memcpy(out + size - 4, "</p>", 4);
        return;
    }
    unsigned index = 0;
    while (size > LARGEST_CARD + SMALLEST_CARD) {
        size_t card = SMALLEST_CARD + next(&random) % (LARGEST_CARD - SMALLEST_CARD);
        write_card(out, card, type, number, index++, &random);
        out += card;
        size -= card;
    }
    write_card(out, size, type, number, index, &random);
}
