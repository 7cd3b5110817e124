/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_TABLE_H
#define LANE_BENCH_TABLE_H

/* Aligned tables and figures with units for people to read. Whatever text goes
 * in, only what is fit for a terminal comes out. */

#include <stddef.h>
#include <stdio.h>

enum style { PLAIN, BOLD, DIM, GREEN, RED, YELLOW };

struct table;

/* align: a letter for each column, 'l' or 'r'. */
struct table *table_new(const char *align);

/* The next cell, left to right; a row is begun by the first cell after the last. */
void table_cell(struct table *table, enum style style, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Fills the rest of the row with empty cells. */
void table_end_row(struct table *table);

/* Prints with the indent before each row, two columns between cells, cut at
 * `columns` (0: prints nothing); frees the table. */
void table_print(struct table *table, FILE *out, int color, int indent, int columns);

/* Text in a style, fit for a terminal. */
void text_print(FILE *out, int color, enum style style, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Figures with three significant digits and a unit: "540 µs", "8.12 MB", "15.1". */
#define FIGURE_CAP 40
const char *figure_time(double ns, char text[FIGURE_CAP]);
const char *figure_bytes(double bytes, char text[FIGURE_CAP]);
const char *figure_plain(double value, char text[FIGURE_CAP]);
/* A message size: "64 B", "1350 B", "16 KiB", "1 MiB". */
const char *figure_size(unsigned long long bytes, char text[FIGURE_CAP]);

#endif
