/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TABLE_H
#define LANE_BENCH_TABLE_H

/* Tables and figures with units for people to read, and the same tables as CSV
 * and Markdown. Whatever text goes in, only what is fit for a terminal comes out. */

#include <stddef.h>
#include <stdio.h>

enum style { PLAIN, BOLD, DIM, GREEN, RED, YELLOW };

/* How tables come out from here on. CSV is tables alone, an empty line between
 * them, each row beginning with its table's title; text leaves no trace there. */
enum table_format { FORMAT_TABLE, FORMAT_CSV, FORMAT_MARKDOWN };
void table_set_format(enum table_format format);
enum table_format table_get_format(void);

struct table;

/* align: a letter for each column, 'l' or 'r'. */
struct table *table_new(const char *align);

/* Shown above the table, if it has rows. */
void table_title(struct table *table, const char *note, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* The names of the columns, "size:bytes|implementation|time:ns": for people and,
 * after the colon where that differs, for programs. Before the first cell. */
void table_heads(struct table *table, const char *heads);

/* The next cell, left to right; a row is begun by the first cell after the last. */
void table_cell(struct table *table, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A cell that is text for people and figures for programs: one, or the two ends of
 * an interval, or the figure and its interval; each a column in CSV. */
struct numbers {
	double values[3];
	size_t n;
};
#define NUMBERS(...) ((struct numbers){{__VA_ARGS__}, sizeof((double[]){__VA_ARGS__}) / sizeof(double)})
void table_number(struct table *table, enum style style, struct numbers numbers, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* How far x may be trusted: "±1.2 %" of it for people, the ends of its interval for programs. */
void table_spread(struct table *table, double x, double lo, double hi);

/* The cell just added is left blank for people where it and all cells to its left
 * say the same as in the row above. */
void table_repeats(struct table *table);

/* Fills the rest of the row with empty cells. */
void table_end_row(struct table *table);

/* Frees a table that is not to be printed. */
void table_free(struct table *table);

/* Prints with the indent before each row, two columns between cells, cut at
 * `columns`; nothing when it has no rows below its heads. Frees the table. */
void table_print(struct table *table, FILE *out, int color, int indent, int columns);

/* A title with a note, as tables have them. */
void text_title(FILE *out, int color, const char *title, const char *note);

/* Text in a style, fit for a terminal; a whole line of it, cut at `columns`. */
void text_print(FILE *out, int color, enum style style, const char *format, ...) __attribute__((format(printf, 4, 5)));
void text_line(FILE *out, int color, enum style style, int columns, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* Ends a line of text, as text_line does. */
void text_newline(FILE *out);

/* Figures with three significant digits and a unit: "540 µs", "8.12 MB", "15.1". */
#define FIGURE_CAP 40
const char *figure_time(double ns, char text[FIGURE_CAP]);
const char *figure_bytes(double bytes, char text[FIGURE_CAP]);
const char *figure_plain(double value, char text[FIGURE_CAP]);
/* A message size: "64 B", "1350 B", "16 KiB", "1 MiB". */
const char *figure_size(unsigned long long bytes, char text[FIGURE_CAP]);

#endif
