// SPDX-License-Identifier: MIT
// The HTML report: the page of results/report/ with the data put in.

#define _GNU_SOURCE
#include "page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../results/fields.h"
#include "../results/report/embed.h"

const char *page_missing(void)
{
	return report_page() != NULL ? NULL
				     : "this build has no charting library: install npm (Debian: apt-get install npm), "
				       "configure and build again";
}

// Inside <script> only "</script" and "<!--" mean something to HTML, in any spelling: no '<' is left.
static void put_data(FILE *out, const json_t *data)
{
	char *text = json_dumps(data, JSON_COMPACT | JSON_REAL_PRECISION(PAGE_DIGITS)), *at = text;
	result_must(text);
	for (size_t n; *at != '\0'; at += n) {
		n = strcspn(at, "<");
		fwrite(at, 1, n, out);
		if (at[n] == '<') {
			fputs("\\u003c", out);
			n++;
		}
	}
	free(text);
}

int page_write(const struct page_source *sources, size_t n, const char *path, char *error, size_t cap)
{
	const char *page = report_page(), *mark;
	char *text = NULL;
	size_t len;
	if (page == NULL)
		return result_fail(error, cap, "%s", page_missing());
	mark = strstr(page, REPORT_DATA_MARK);
	json_t *data = page_data(sources, n);
	FILE *out = result_must(open_memstream(&text, &len));
	fwrite(page, 1, (size_t)(mark - page), out);
	put_data(out, data);
	fputs(mark + strlen(REPORT_DATA_MARK), out);
	result_must(fclose(out) == 0 ? text : NULL);
	json_decref(data);
	int status = result_write_file(text, len, path, error, cap);
	free(text);
	return status;
}

char *page_path(const char *result_path)
{
	size_t len = strlen(result_path);
	char *path;
	if (len > 5 && strcmp(result_path + len - 5, ".json") == 0)
		len -= 5;
	if (asprintf(&path, "%.*s.html", (int)len, result_path) < 0)
		result_must(NULL);
	return path;
}
