#pragma once
#include <curl/curl.h>
// What ends a wait of the multi handle; Swift's Glibc leaves it out.
#include <sys/eventfd.h>

// Swift imports no variadic function: each use has a wrapper with its type.

typedef size_t (*gateway_curl_data_callback)(char *bytes, size_t size, size_t count, void *context);
typedef int (*gateway_curl_prereq_callback)(void *context, char *remote, char *local, int remote_port, int local_port);

static inline CURLcode gateway_curl_set_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode gateway_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode gateway_curl_set_string(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode gateway_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode gateway_curl_set_headers(CURL *handle, struct curl_slist *value) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, value);
}
static inline CURLcode gateway_curl_set_data_callback(CURL *handle, CURLoption option, gateway_curl_data_callback value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode gateway_curl_set_prereq_callback(CURL *handle, gateway_curl_prereq_callback value) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}
static inline CURLcode gateway_curl_get_pointer(CURL *handle, CURLINFO info, void **value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLcode gateway_curl_get_long(CURL *handle, CURLINFO info, long *value) {
    return curl_easy_getinfo(handle, info, value);
}
static inline CURLMcode gateway_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// Values behind macros and unions that Swift does not see.
static inline CURLcode gateway_curl_message_result(const CURLMsg *message) { return message->data.result; }
static inline size_t gateway_curl_pause_write(void) { return CURL_WRITEFUNC_PAUSE; }
static inline size_t gateway_curl_pause_read(void) { return CURL_READFUNC_PAUSE; }
static inline size_t gateway_curl_abort_read(void) { return CURL_READFUNC_ABORT; }
static inline CURLcode gateway_curl_global_init(void) { return curl_global_init(CURL_GLOBAL_ALL); }
