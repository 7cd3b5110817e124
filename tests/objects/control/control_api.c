// SPDX-License-Identifier: MIT
// A library as check.py must not let it pass: one function of the API, one that is none, no versions.

void lane_wipe(void);
void stray(void);

void lane_wipe(void)
{
}

void stray(void)
{
}
