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
	int repeats;
	struct numbers numbers;
};

struct table {
	const char *align;
	char *title, *note;
	size_t n_columns, n_heads, n_cells;
	char **keys;        // names of the columns for programs
	struct cell *cells; // the heads are the first row
};

static const char *const style_codes[] = {"", "\033[1m", "\033[2m", "\033[32m", "\033[31m", "\033[33m"};
static enum table_format output = FORMAT_TABLE;

void table_set_format(enum table_format format)
{
	output = format;
}

enum table_format table_get_format(void)
{
	return output;
}

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
		result_must(NULL);
	clean = text_cleaned(text);
	free(text);
	return clean;
}

static void add_cell(struct table *table, struct cell cell)
{
	struct cell *grown = realloc(table->cells, (table->n_cells + 1) * sizeof(*grown));
	result_must(grown);
	table->cells = grown;
	table->cells[table->n_cells++] = cell;
}

void table_title(struct table *table, const char *note, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	table->title = format_clean(format, args);
	va_end(args);
	table->note = text_cleaned(note);
}

void table_heads(struct table *table, const char *heads)
{
	char *copy = strdup(heads), *rest = copy;
	table->keys = bench_calloc(table->n_columns, sizeof(*table->keys));
	for (char *head; rest != NULL && (head = strsep(&rest, "|")) != NULL; table->n_heads++) {
		char *colon = strchr(head, ':');
		table->keys[table->n_heads] = strdup(colon != NULL ? colon + 1 : head);
		if (colon != NULL)
			*colon = '\0';
		table_cell(table, DIM, "%s", head);
	}
	table_end_row(table);
	free(copy);
}

void table_cell(struct table *table, enum style style, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_cell(table, (struct cell){.text = format_clean(format, args), .style = style});
	va_end(args);
}

void table_number(struct table *table, enum style style, struct numbers numbers, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_cell(table, (struct cell){.text = format_clean(format, args), .style = style, .numbers = numbers});
	va_end(args);
}

void table_spread(struct table *table, double x, double lo, double hi)
{
	table_number(table, DIM, NUMBERS(lo, hi), "±%.1f %%", x > 0 ? 50 * (hi - lo) / x : 0);
}

void table_repeats(struct table *table)
{
	table->cells[table->n_cells - 1].repeats = 1;
}

void table_end_row(struct table *table)
{
	while (table->n_cells % table->n_columns != 0)
		table_cell(table, PLAIN, "%s", "");
}

// ---- For a terminal ----

// Blanks what repeats the row above; from the last row up, so that each sees the
// one above as it was.
static void blank_repeats(struct table *table)
{
	for (size_t i = table->n_cells; i > 2 * table->n_columns || (table->n_heads == 0 && i > table->n_columns);) {
		i -= table->n_columns;
		for (size_t c = 0; c < table->n_columns && table->cells[i + c].repeats; c++) {
			struct cell *cell = &table->cells[i + c];
			if (strcmp(cell->text, table->cells[i + c - table->n_columns].text) != 0)
				break;
			cell->text[0] = '\0';
		}
	}
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

static void print_aligned(const struct table *table, FILE *out, int color, int indent, size_t room)
{
	size_t *widths = bench_calloc(table->n_columns, sizeof(*widths));
	for (size_t i = 0; i < table->n_cells; i++) {
		size_t width = text_width(table->cells[i].text), c = i % table->n_columns;
		widths[c] = width > widths[c] ? width : widths[c];
	}
	size_t first = 0; // heads for programs only are not shown
	for (size_t c = 0; c < table->n_heads; c++)
		first += table->cells[c].text[0] == '\0';
	first = table->n_heads > 0 && first == table->n_heads ? table->n_columns : 0;
	for (size_t i = first; i < table->n_cells; i += table->n_columns)
		print_row(table, table->cells + i, widths, out, color, indent, room);
	free(widths);
}

// ---- Markdown ----

static void put_markdown(FILE *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		int link = *p == '(' && p > text && p[-1] == ']';
		if (link || strchr("\\|<`*_", *p) != NULL)
			fputc('\\', out);
		fputc(*p, out);
	}
}

static void print_markdown(const struct table *table, FILE *out)
{
	for (size_t i = 0; i < table->n_cells + (table->n_heads == 0 ? table->n_columns : 0); i++) {
		// A table of Markdown has heads, if only empty ones.
		size_t row = i / table->n_columns, c = i % table->n_columns;
		const char *text = table->n_heads > 0 ? table->cells[i].text
				   : row > 0          ? table->cells[i - table->n_columns].text
						      : "";
		fputs(c == 0 ? "| " : " ", out);
		put_markdown(out, text);
		fputs(" |", out);
		if (c + 1 < table->n_columns)
			continue;
		fputc('\n', out);
		for (size_t k = 0; row == 0 && k < table->n_columns; k++)
			fprintf(out, "%s---%s|%s", k == 0 ? "|" : "", table->align[k] == 'r' ? ":" : "",
				k + 1 == table->n_columns ? "\n" : "");
	}
	fputc('\n', out);
}

// ---- CSV ----

// RFC 4180. A spreadsheet must not take what a file or a plug-in calls itself for
// a formula.
static void put_csv(FILE *out, const char *text)
{
	int formula = text[0] != '\0' && strchr("=+-@", text[0]) != NULL;
	int quoted = strpbrk(text, ",\"\r\n") != NULL || text[0] == ' ';
	fputs(quoted ? "\"" : "", out);
	fputs(formula ? "'" : "", out);
	for (const char *p = text; *p != '\0'; p++)
		fputs(*p == '"' ? "\"\"" : (char[]){*p, '\0'}, out);
	fputs(quoted ? "\"" : "", out);
}

// How many columns of figures, 0 for text, column c is made of.
static size_t figures_in(const struct table *table, size_t c)
{
	size_t most = 0;
	for (size_t i = c; i < table->n_cells; i += table->n_columns)
		most = table->cells[i].numbers.n > most ? table->cells[i].numbers.n : most;
	return most;
}

static void print_csv_heads(const struct table *table, FILE *out)
{
	static const char *const suffixes[][3] = {{""}, {""}, {" lo", " hi"}, {"", " lo", " hi"}};
	fputs(table->title != NULL ? "table," : "", out);
	for (size_t c = 0; c < table->n_heads; c++) {
		size_t n = figures_in(table, c);
		for (size_t k = 0; k == 0 || k < n; k++) {
			char name[200];
			snprintf(name, sizeof(name), "%.190s%s", table->keys[c], suffixes[n][k]);
			fputs(c + k > 0 ? "," : "", out);
			put_csv(out, name);
		}
	}
	fputc('\n', out);
}

static void print_csv(const struct table *table, FILE *out)
{
	if (table->n_heads > 0)
		print_csv_heads(table, out);
	for (size_t i = table->n_heads > 0 ? table->n_columns : 0; i < table->n_cells; i++) {
		const struct cell *cell = &table->cells[i];
		size_t c = i % table->n_columns, n = figures_in(table, c);
		if (c == 0 && table->title != NULL) {
			put_csv(out, table->title);
			fputc(',', out);
		}
		for (size_t k = 0; k == 0 || k < n; k++) {
			fputs(c + k > 0 ? "," : "", out);
			if (k < cell->numbers.n)
				fprintf(out, "%.9g", cell->numbers.values[k]);
			else if (n == 0)
				put_csv(out, strcmp(cell->text, "–") == 0 ? "" : cell->text);
		}
		if (c + 1 == table->n_columns)
			fputc('\n', out);
	}
}

void table_print(struct table *table, FILE *out, int color, int indent, int columns)
{
	static int n_tables;
	table_end_row(table);
	if (table->n_cells > (table->n_heads > 0 ? table->n_columns : 0)) {
		if (table->title != NULL && output != FORMAT_CSV)
			text_title(out, color, table->title, table->note);
		if (output != FORMAT_CSV)
			blank_repeats(table);
		else if (n_tables++ > 0)
			fputc('\n', out);
		if (output == FORMAT_CSV)
			print_csv(table, out);
		else if (output == FORMAT_MARKDOWN)
			print_markdown(table, out);
		else
			print_aligned(table, out, color, indent, (size_t)columns);
	}
	table_free(table);
}

void table_free(struct table *table)
{
	for (size_t i = 0; i < table->n_cells; i++)
		free(table->cells[i].text);
	for (size_t i = 0; i < table->n_heads; i++)
		free(table->keys[i]);
	free(table->keys);
	free(table->cells);
	free(table->title);
	free(table->note);
	free(table);
}

// ---- Text ----

void text_title(FILE *out, int color, const char *title, const char *note)
{
	if (output == FORMAT_CSV)
		return;
	fputs(output == FORMAT_MARKDOWN ? "### " : "\n", out);
	text_print(out, color, BOLD, "%s", title);
	fputs(output == FORMAT_MARKDOWN && note[0] != '\0' ? "\n\n" : note[0] != '\0' ? "  " : "", out);
	text_print(out, color, DIM, "%s", note);
	fputs(output == FORMAT_MARKDOWN ? "\n\n" : "\n", out);
}

static void print_styled(FILE *out, int color, enum style style, const char *text, size_t room)
{
	int styled = color && output == FORMAT_TABLE && style != PLAIN;
	if (output == FORMAT_CSV)
		return;
	fputs(styled ? style_codes[style] : "", out);
	if (output == FORMAT_MARKDOWN)
		put_markdown(out, text);
	else
		put(out, text, room);
	fputs(styled ? "\033[0m" : "", out);
}

void text_print(FILE *out, int color, enum style style, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = format_clean(format, args);
	va_end(args);
	print_styled(out, color, style, text, SIZE_MAX);
	free(text);
}

void text_line(FILE *out, int color, enum style style, int columns, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	char *text = format_clean(format, args);
	va_end(args);
	print_styled(out, color, style, text, (size_t)columns);
	text_newline(out);
	free(text);
}

void text_newline(FILE *out)
{
	fputs(output == FORMAT_MARKDOWN ? "\n\n" : output == FORMAT_TABLE ? "\n" : "", out);
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
