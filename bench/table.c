// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "table.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "group.h"

struct cell {
	char *text;
	enum style style;
};

struct table {
	const char *align;
	size_t n_columns, n_cells;
	struct cell *cells;
};

static const char *const style_codes[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[33m"};

struct table *table_new(const char *align)
{
	struct table *table = bench_calloc(1, sizeof(*table));
	table->align = align;
	table->n_columns = strlen(align);
	return table;
}

static char *format_clean(const char *format, va_list args)
{
	char *text, *clean;
	if (vasprintf(&text, format, args) < 0)
		abort();
	clean = text_cleaned(text);
	free(text);
	return clean;
}

void table_cell(struct table *table, enum style style, const char *format, ...)
{
	va_list args;
	struct cell *grown = realloc(table->cells, (table->n_cells + 1) * sizeof(*grown));
	if (grown == NULL)
		abort();
	table->cells = grown;
	va_start(args, format);
	table->cells[table->n_cells++] = (struct cell){format_clean(format, args), style};
	va_end(args);
}

void table_end_row(struct table *table)
{
	while (table->n_cells % table->n_columns != 0)
		table_cell(table, PLAIN, "%s", "");
}

// Writes at most `room` characters of text and says how many.
static size_t put(FILE *out, const char *text, size_t room)
{
	size_t n = 0, len;
	for (text_next(text, &len); len > 0 && n < room; text += len, n++, text_next(text, &len))
		fwrite(text, 1, len, out);
	return n;
}

static void print_row(const struct table *table, const struct cell *row, const size_t *widths, FILE *out, int color,
		      int indent, size_t room)
{
	size_t last = table->n_columns;
	while (last > 0 && row[last - 1].text[0] == '\0')
		last--;
	fprintf(out, "%*s", indent, "");
	for (size_t c = 0, used = (size_t)indent; c < last; c++) {
		size_t width = text_width(row[c].text), pad = widths[c] > width ? widths[c] - width : 0;
		size_t before = (c > 0 ? 2 : 0) + (table->align[c] == 'r' ? pad : 0);
		if (used + before >= room)
			break;
		fprintf(out, "%*s%s", (int)before, "", color ? style_codes[row[c].style] : "");
		used += before + put(out, row[c].text, room - used - before);
		if (color && row[c].style != PLAIN)
			fputs("\033[0m", out);
		if (table->align[c] == 'l' && c + 1 < last) {
			fprintf(out, "%*s", (int)pad, "");
			used += pad;
		}
	}
	fputc('\n', out);
}

void table_print(struct table *table, FILE *out, int color, int indent, int columns)
{
	size_t *widths = bench_calloc(table->n_columns, sizeof(*widths));
	table_end_row(table);
	for (size_t i = 0; i < table->n_cells; i++) {
		size_t width = text_width(table->cells[i].text), c = i % table->n_columns;
		widths[c] = width > widths[c] ? width : widths[c];
	}
	for (size_t i = 0; i < table->n_cells && columns > 0; i += table->n_columns)
		print_row(table, table->cells + i, widths, out, color, indent, (size_t)columns);
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cells[i].text);
	free(table->cells);
	free(widths);
	free(table);
}

void text_print(FILE *out, int color, enum style style, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = format_clean(format, args);
	va_end(args);
	fprintf(out, "%s%s%s", color ? style_codes[style] : "", text, color && style != PLAIN ? "\033[0m" : "");
	free(text);
}

const char *figure_plain(double value, char text[FIGURE_CAP])
{
	double size = fabs(value);
	int decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3;
	snprintf(text, FIGURE_CAP, "%.*f", decimals, value);
	return text;
}

// value × unit, in the largest unit that leaves a figure of at least 1.
static const char *with_unit(double value, const char *const *units, size_t n, char *text)
{
	size_t i = 0;
	char figure[FIGURE_CAP];
	while (i + 1 < n && fabs(value) >= 999.5) {
		value /= 1000;
		i++;
	}
	snprintf(text, FIGURE_CAP, "%.25s %s", figure_plain(value, figure), units[i]);
	return text;
}

const char *figure_time(double ns, char text[FIGURE_CAP])
{
	static const char *const units[] = {"ns", "µs", "ms", "s"};
	return with_unit(ns, units, 4, text);
}

const char *figure_bytes(double bytes, char text[FIGURE_CAP])
{
	static const char *const units[] = {"B", "kB", "MB", "GB", "TB"};
	return with_unit(bytes, units, 5, text);
}

const char *figure_size(unsigned long long bytes, char text[FIGURE_CAP])
{
	if (bytes >= 1u << 20 && bytes % (1u << 20) == 0)
		snprintf(text, FIGURE_CAP, "%llu MiB", bytes >> 20);
	else if (bytes >= 1024 && bytes % 1024 == 0)
		snprintf(text, FIGURE_CAP, "%llu KiB", bytes >> 10);
	else
		snprintf(text, FIGURE_CAP, "%llu B", bytes);
	return text;
}
