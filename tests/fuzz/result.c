// SPDX-License-Identifier: MIT
// Result files from anywhere: refused in one line, or read, shown, compared and
// written back the same.

#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../bench/command.h"
#include "fuzz.h"

static char saved[] = "/dev/shm/lanecrypt-fuzz-XXXXXX";

static void remove_saved(void)
{
	unlink(saved);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	fuzz_be_quiet();
	const int fd = mkstemp(saved);
	fuzz_must(fd >= 0, "no /dev/shm");
	close(fd);
	atexit(remove_saved);
	return 0;
}

static char *slurp(const char *path, size_t *len)
{
	FILE *file = fopen(path, "rb");
	struct stat info;
	fuzz_must(file != NULL && fstat(fileno(file), &info) == 0, "what was saved is gone");
	char *text = malloc((size_t)info.st_size + 1);
	*len = fread(text, 1, (size_t)info.st_size, file);
	fclose(file);
	return text;
}

static char *save(struct result_set *set, size_t *len)
{
	char error[512];
	fuzz_must(result_save(set, saved, error, sizeof(error)) == 0, "what was read cannot be saved: %s", error);
	return slurp(saved, len);
}

static void check_error(const char *error)
{
	fuzz_must(error[0] != '\0' && strlen(error) < 512, "refused without a reason");
	for (const char *p = error; *p != '\0'; p++)
		fuzz_must(*p != '\n', "more than one line: %s", error);
}

static void check_round_trip(struct result_set *set)
{
	char error[512];
	size_t len, len_again;
	char *text = save(set, &len);
	struct result_set *again = result_load(saved, error, sizeof(error));
	fuzz_must(again != NULL, "what was saved is refused: %s", error);
	char *text_again = save(again, &len_again);
	fuzz_must(len == len_again && memcmp(text, text_again, len) == 0, "saved again it differs");
	result_free(again);
	free(text);
	free(text_again);
}

static void show(const struct command *command, char **files, size_t n)
{
	const struct bench_options options = {.baseline = "best",
					      .no_color = 1,
					      .fail_if_slower = 0.03,
					      .anyway = 1,
					      .all = 1,
					      .files = files,
					      .n_files = n};
	struct bench_run run = {.options = &options};
	command->run(&run, files[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char error[512] = "", *path = strdup(fuzz_file(data, len));
	struct result_set *set = result_load(path, error, sizeof(error));
	if (set == NULL) {
		check_error(error);
	} else {
		const struct result_entry *first = result_n_entries(set) > 0 ? result_entry_at(set, 0) : NULL;
		fuzz_must(!(fuzz_planted && first != NULL && (first->rounds > 40 || first->iterations > 1000)),
			  "planted");
		check_round_trip(set);
		result_free(set);
		show(&command_summary, (char *[]){path}, 1);
		show(&command_gap, (char *[]){path}, 1);
		show(&command_compare, (char *[]){path, saved}, 2);
	}
	free(path);
	return 0;
}
