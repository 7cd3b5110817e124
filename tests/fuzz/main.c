// SPDX-License-Identifier: MIT
// A target without libFuzzer: on the files of its command line (an input that was
// found, once more), or on what AFL++ hands it.

#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static void run_file(const char *path)
{
	enum { max = 1 << 20 };
	FILE *file = fopen(path, "rb");
	uint8_t *data = malloc(max);
	fuzz_must(file != NULL && data != NULL, "%s: cannot be read", path);
	LLVMFuzzerTestOneInput(data, fread(data, 1, max, file));
	free(data);
	fclose(file);
}

int main(int argc, char **argv)
{
	LLVMFuzzerInitialize(&argc, &argv);
#ifdef __AFL_HAVE_MANUAL_CONTROL
	__AFL_INIT(); // engines are loaded by now
#endif
	for (int i = 1; i < argc; i++)
		run_file(argv[i]);
	return 0;
}
