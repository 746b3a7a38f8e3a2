#pragma once

// Only the encoder: nothing here reads what others have compressed.
#include <brotli/encode.h>
