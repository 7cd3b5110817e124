// SPDX-License-Identifier: MIT
// The command `report`: result sets as a page of charts, or as charts in the terminal.

#include <stdlib.h>
#include <string.h>

#include "charts.h"
#include "command.h"
#include "group.h"
#include "page.h"
#include "run.h"

static int show(const struct page_source *sources, size_t n, const struct bench_options *options)
{
	for (size_t i = 0; i < n; i++)
		charts_print(&sources[i], stdout, color_on(options, stdout), columns_of(stdout), plain_ascii(options));
	return EXIT_FINE;
}

static int report_run(struct bench_run *run, const char *file)
{
	const struct bench_options *options = run->options;
	char error[512];
	size_t n = 0;
	int status = EXIT_FINE;
	if (file == NULL)
		return usage_error("report: a result file is needed, or a folder with those of one machine");
	if (options->output != NULL && page_missing() != NULL)
		return usage_error("report: %s", page_missing());
	if (options->output != NULL && result_check_path(options->output, error, sizeof(error)) != 0)
		return usage_error("%s", error);
	struct page_source *sources = bench_calloc(options->n_files, sizeof(*sources));
	while (n < options->n_files && status == EXIT_FINE) {
		if (page_source_load(options->files[n], &sources[n], error, sizeof(error)) != 0)
			status = usage_error("%s", error);
		n++;
	}
	if (status == EXIT_FINE && options->output == NULL)
		status = show(sources, n, options);
	else if (status == EXIT_FINE && page_write(sources, n, options->output, error, sizeof(error)) != 0)
		status = usage_error("%s", error);
	for (size_t i = 0; i < n; i++)
		page_source_free(&sources[i]);
	free(sources);
	return status;
}

const struct command command_report = {
	.name = "report",
	.arguments = "FILE…",
	.summary = "result files as a page of charts (-o report.html), or as charts in the terminal",
	.help = "Makes one HTML file that needs nothing else, from one result file or from several side by side:\n"
		"the gap, throughput, rankings, shares of the hardware's limit, what handshakes are made of,\n"
		"profiles, scaling, fixed costs, all figures as a table, and what was measured where and how.\n"
		"Without -o the same as charts in the terminal.\n"
		"\n"
		"A folder stands for one machine: all files in it, a cell being that of the file with most of\n"
		"them. So a run, a `bench --sweep`, a `handshake` and a `scaling` of one machine are one set.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt report results/local/2026-01-31-120000-myhost.json\n"
		"  lanecrypt report old.json new.json -o report.html\n"
		"  lanecrypt report results/sets/* -o results/gallery.html\n",
	.options = " output ascii no-color ",
	.needs_engines = 0,
	.run = report_run,
};
