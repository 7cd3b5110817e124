// SPDX-License-Identifier: MIT
// Files of Wycheproof's vectors from anywhere.

#include "../../bench/wycheproof.h"

#define PARSE wycheproof_parse
#include "vectors.inc.h"
