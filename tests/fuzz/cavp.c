// SPDX-License-Identifier: MIT
// NIST's response files from anywhere.

#include "../../bench/cavp.h"

#define PARSE cavp_parse
#include "vectors.inc.h"
