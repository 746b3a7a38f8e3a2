#pragma once

// Only what formats commands and reads replies: the sockets belong to the event loops.
#include <hiredis/hiredis.h>
