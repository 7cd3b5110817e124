// SPDX-License-Identifier: MIT
// Lines of text, then the keys' bytes:
//   lanecrypt handover
//   a line for each engine: its name, a colon, and of each of its items 1 or 0
//   .
//   keys, as asymmetric_keys.c writes them

#include <stdlib.h>
#include <string.h>

#include "asymmetric_keys.h"
#include "group.h"
#include "handover.h"
#include "items.h"
#include "objects.h"

static const char head[] = "lanecrypt handover\n";

enum { line_cap = 4096 };

// An engine's line, "native:1101", into text; NULL when it does not fit.
static const char *line_of(const struct lane_loaded_engine *engine, char text[line_cap])
{
	const struct item *item;
	size_t len = (size_t)snprintf(text, line_cap, "%.200s:", engine->name);
	for (int kind = 0; kind < ITEM_N_KINDS; kind++)
		for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++) {
			if (len + 3 > line_cap)
				return NULL;
			text[len++] = bench_is_verified(item) ? '1' : '0';
		}
	memcpy(text + len, "\n", 2);
	return text;
}

int handover_write(const struct bench_run *run, size_t start, FILE *out)
{
	const struct lane_loaded_engine *engine;
	char text[line_cap];
	fputs(head, out);
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++) {
		if (line_of(engine, text) == NULL)
			return -1;
		fputs(text, out);
	}
	fputs(".\n", out);
	bench_keys_write(out, start);
	return fflush(out) != 0 || ferror(out) ? -1 : 0;
}

// Marks the items of an engine that its line says are right. -1 when the line is another's.
static int take_line(const struct lane_loaded_engine *engine, const char *given)
{
	const struct item *item;
	const size_t len = strlen(engine->name);
	if (strncmp(given, engine->name, len) != 0 || given[len] != ':')
		return -1;
	given += len + 1;
	for (int kind = 0; kind < ITEM_N_KINDS; kind++)
		for (size_t i = 0; (item = item_at(engine, (enum item_kind)kind, i)) != NULL; i++, given++) {
			if (*given != '0' && *given != '1')
				return -1;
			if (*given == '1')
				bench_mark_verified(item);
		}
	return strcmp(given, "\n") == 0 ? 0 : -1;
}

int handover_read(const struct bench_run *run, FILE *in)
{
	const struct lane_loaded_engine *engine;
	char text[line_cap];
	if (fgets(text, sizeof(text), in) == NULL || strcmp(text, head) != 0)
		return -1;
	for (size_t e = 0; (engine = lane_loader_at(run->loader, e)) != NULL; e++)
		if (fgets(text, sizeof(text), in) == NULL || take_line(engine, text) != 0)
			return -1;
	if (fgets(text, sizeof(text), in) == NULL || strcmp(text, ".\n") != 0)
		return -1;
	return bench_keys_read(in);
}
