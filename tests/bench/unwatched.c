// SPDX-License-Identifier: MIT
// Signs of life for nobody: these tests run what they need of the command without the process that watches it.

#include "../../bench/isolate.h"

void isolate_beat(void)
{
}
