// SPDX-License-Identifier: MIT
// The page that CMake put together, as bytes in the program, with a 0 at the end.
// An assembler takes a megabyte in no time; a C compiler takes seconds for an array.

#include "embed.h"

#include <stddef.h>

#ifdef LANE_REPORT_PAGE
__asm__(".pushsection .rodata\n"
	".globl report_page_bytes\n"
	".hidden report_page_bytes\n"
	"report_page_bytes:\n"
	".incbin \"" LANE_REPORT_PAGE "\"\n"
	".byte 0\n"
	".popsection\n");
extern const char report_page_bytes[] __attribute__((visibility("hidden")));

const char *report_page(void)
{
	return report_page_bytes;
}
#else
const char *report_page(void)
{
	return NULL;
}
#endif
