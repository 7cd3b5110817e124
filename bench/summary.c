// SPDX-License-Identifier: MIT
#include "command.h"
#include "report.h"

void summary_print(struct result_set *results, FILE *out, int color, int columns)
{
	report_operations(results, out, color, columns);
	report_handshakes(results, out, color, columns);
	report_gaps(results, out, color, columns);
}

static int summary_run(struct bench_run *run, const char *file)
{
	char error[512];
	if (file == NULL)
		return usage_error("summary: name a result file");
	struct result_set *results = result_load(file, error, sizeof(error));
	if (results == NULL)
		return usage_error("%s", error);
	summary_print(results, stdout, color_on(run->options, stdout), columns_of(stdout));
	result_free(results);
	return EXIT_FINE;
}

const struct command command_summary = {
        .name = "summary",
        .arguments = "FILE",
        .summary = "show a result file as a screenful for people",
        .help = "Example:\n  lanecrypt summary results/local/x.json\n",
        .options = " json no-color ",
        .needs_engines = 0,
        .run = summary_run,
};
