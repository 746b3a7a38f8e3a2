#pragma once

// Only the primitives that seal, derive and compare: certificates and TLS have no use here.
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
