#pragma once

// Only the primitives that seal, derive, compare and check signatures: certificates and TLS have no use here.
#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/param_build.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

// A macro of several, which Swift does not see.
static const int gateway_openssl_public_key = EVP_PKEY_PUBLIC_KEY;
