// SPDX-License-Identifier: MIT
// Command lines from anywhere, a word a line, the command's name first: refused,
// or options that are within their bounds.

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../bench/options.h"
#include "fuzz.h"

static const struct command *const commands[] = {
	&command_run,     &command_list,     &command_verify,   &command_bench,   &command_handshake,
	&command_gap,     &command_profiles, &command_roofline, &command_scaling, &command_conditions,
	&command_summary, &command_compare,  &command_seal,     &command_open,    &command_keygen};
enum { n_commands = sizeof(commands) / sizeof(commands[0]), max_words = 64 };

static struct lane_loader *engines;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	fuzz_be_quiet();
	engines = lane_loader_new();
	lane_loader_load(engines, LANE_BUILD_DIR);
	return 0;
}

static size_t split(char *text, char **words)
{
	size_t n = 0;
	for (char *word; n < max_words && (word = strsep(&text, "\n")) != NULL;)
		words[n++] = word;
	words[n] = NULL;
	return n;
}

static void check_bounds(const struct bench_options *o)
{
	fuzz_must(o->aad <= 65536 && o->starts <= 100 && o->threads <= 4096, "a number beyond its bounds");
	fuzz_must(o->precision >= 0 && o->precision <= 0.5 && o->budget >= 0 && o->budget <= 86400 &&
			  isfinite(o->worker) && o->fail_if_slower <= 10,
		  "a share or time beyond its bounds");
	for (size_t i = 0; i < o->n_sizes; i++)
		fuzz_must(o->sizes[i] <= UINT64_C(256) << 20, "a size beyond its bounds");
	fuzz_must(!(fuzz_planted && o->starts > 3 && o->latency), "planted");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1), *words[max_words + 1];
	memcpy(text, data, len);
	text[len] = '\0';
	const size_t n = split(text, words);
	const struct command *command = NULL;
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i]->name, words[0]) == 0)
			command = commands[i];
	if (command != NULL) {
		struct bench_options options;
		struct lane_loader *loader = lane_loader_new(); // takes engines given as files; not loaded
		const char *file;
		int help;
		const int status = options_parse(command, (int)n, words, &options, loader, &file, &help);
		fuzz_must(status == EXIT_FINE || status == EXIT_USAGE, "status %d", status);
		if (status == EXIT_FINE && !help) {
			check_bounds(&options);
			options_check_names(command, &options, engines);
		}
		options_free(&options);
		lane_loader_free(loader);
	}
	free(text);
	return 0;
}
