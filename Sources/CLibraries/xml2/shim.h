#pragma once

// Only the reading of memory: nothing that opens files or addresses.
#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>
