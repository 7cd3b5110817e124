// SPDX-License-Identifier: MIT
// The gap for people to see: which share of the CPU time the handshake takes as a
// connection carries more, how many handshakes a core accepts, and what it costs
// to agree on a key for every single message.
//
// With break-even bytes B the share at n bytes is B / (B + n): one half at n = B.

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../results/text.h"
#include "gap.h"
#include "report.h"
#include "table.h"

enum { n_rows = 11, least_columns = 50, most_columns = 120, label_columns = 8, most_octaves = 30 };

static const struct result_gap *headline_of(const struct result_set *results)
{
	const struct result_gap *gap = NULL;
	for (size_t i = 0; (gap = result_gap_at(results, i)) != NULL && !gap->headline; i++)
		;
	return gap;
}

// The first gap of the headline's handshake and side to ChaCha20-Poly1305: of the fastest engine.
static const struct result_gap *other_of(const struct result_set *results, const struct result_gap *headline)
{
	const struct result_gap *gap;
	for (size_t i = 0; (gap = result_gap_at(results, i)) != NULL; i++)
		if (text_same(gap->handshake, headline->handshake) && text_same(gap->side, headline->side) &&
		    strstr(gap->cipher, " ChaCha20-Poly1305") != NULL)
			return gap;
	return NULL;
}

static void share_cell(struct table *table, const struct result_gap *gap, double bytes)
{
	struct interval share = gap_share(gap, bytes);
	table_number(table, PLAIN, NUMBERS(share.x, share.lo, share.hi), "%.*f %%", share.x < 0.0995 ? 2 : 1,
		     100 * share.x);
}

static void shares(const struct result_set *results, FILE *out, int color, int columns)
{
	static const char *const names[] = {"1 B", "1 KiB", "64 KiB", "1 MiB", "16 MiB", "1 GiB"};
	static const double bytes[] = {1, 0x1p10, 0x1p16, 0x1p20, 0x1p24, 0x1p30};
	const struct result_gap *gap;
	struct table *table = table_new("lllrrrrrr");
	table_title(table, "by bytes carried", "Share of the CPU time that is the handshake");
	table_heads(table, "handshake|side|cipher|1 B|1 KiB|64 KiB|1 MiB|16 MiB|1 GiB");
	for (size_t i = 0; (gap = result_gap_at(results, i)) != NULL; i++) {
		if (text_same(gap->side, "both"))
			continue;
		table_cell(table, gap->headline ? BOLD : PLAIN, "%s", gap->handshake);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", gap->side);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", gap->cipher);
		for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			share_cell(table, gap, bytes[k]);
	}
	table_print(table, out, color, 2, columns);
}

// The row of a share, 100 % at the top.
static int row_of(const struct result_gap *gap, double bytes)
{
	return (int)lround((1 - gap_share(gap, bytes).x) * (n_rows - 1));
}

static void chart_axis(FILE *out, int color, int columns, int width, int ascii)
{
	static const struct {
		double octave;
		const char *name;
	} ticks[] = {{0, "1 B"}, {10, "1 KiB"}, {20, "1 MiB"}, {30, "1 GiB"}};
	char line[most_columns + 1];
	memset(line, ' ', sizeof(line));
	for (size_t k = 0; k < sizeof(ticks) / sizeof(ticks[0]); k++) {
		int len = (int)strlen(ticks[k].name), at = (int)lround(ticks[k].octave / most_octaves * (width - 1));
		at = at + len > width ? width - len : at;
		memcpy(line + at, ticks[k].name, (size_t)len);
	}
	line[width] = '\0';
	char rule[3 * most_columns + 1] = "";
	for (int i = 0; i < width; i++)
		strcat(rule, ascii ? "-" : "─");
	text_line(out, color, DIM, columns, "%*s%s%s", label_columns, "", ascii ? "+" : "└", rule);
	text_line(out, color, DIM, columns, "%*s %s", label_columns, "", line);
	text_line(out, color, DIM, columns, "%*s bytes that the connection carries, sent by the server", label_columns,
		  "");
}

// One line of the chart; columns where curves are in this row show their mark.
static void chart_row(FILE *out, int color, int columns, int width, int row, const struct result_gap *const curves[2],
		      int ascii)
{
	static const char *const marks[2][2] = {{"●", "○"}, {"*", "o"}};
	char line[3 * most_columns + 1] = "", label[16] = "";
	if (row % 5 == 0)
		snprintf(label, sizeof(label), "%d %%", 100 - 100 * row / (n_rows - 1));
	for (int x = 0; x < width; x++) {
		double bytes = exp2((double)x / (width - 1) * most_octaves);
		const char *mark = 2 * row == n_rows - 1 ? ascii ? "-" : "┄" : " ";
		for (int c = 1; c >= 0; c--)
			if (curves[c] != NULL && row_of(curves[c], bytes) == row)
				mark = marks[ascii][c];
		strcat(line, mark);
	}
	text_line(out, color, PLAIN, columns, "%*s %s%s", label_columns - 1, label, ascii ? "|" : "│", line);
}

void report_gap_chart(const struct result_set *results, FILE *out, int color, int columns, int ascii)
{
	const struct result_gap *headline = headline_of(results);
	if (headline == NULL || table_get_format() != FORMAT_TABLE)
		return;
	const struct result_gap *const curves[2] = {headline, other_of(results, headline)};
	columns = columns > most_columns ? 100 : columns < least_columns ? least_columns : columns;
	const int width = columns - label_columns - 2;
	char at[FIGURE_CAP], title[200];
	snprintf(title, sizeof(title), "%.150s, %.20s", headline->handshake, headline->side);
	text_title(out, color, "Share of the CPU time that is the handshake", "");
	text_line(out, color, DIM, columns, "  %s", title);
	for (int row = 0; row < n_rows; row++)
		chart_row(out, color, columns, width, row, curves, ascii);
	chart_axis(out, color, columns, width, ascii);
	for (int c = 0; c < 2; c++)
		if (curves[c] != NULL)
			text_line(out, color, PLAIN, columns, "  %s %s: 50 %% at %s",
				  ascii    ? c == 0 ? "*" : "o"
				  : c == 0 ? "●"
					   : "○",
				  curves[c]->cipher, figure_bytes(curves[c]->break_even_bytes, at));
}

static void capacity(const struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e;
	char a[FIGURE_CAP];
	struct table *table = table_new("llrlrrr");
	table_title(table, "or so much bulk encryption instead, Gbit/s",
		    "Handshakes that one core accepts in a second");
	table_heads(table, "handshake|engine|a second|95 %:a second|AES-128-GCM|AES-256-GCM|ChaCha20-Poly1305");
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		if (!gap_is_handshake(e) || !text_same(e->side, "server"))
			continue;
		table_cell(table, BOLD, "%s", e->kind);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", e->engine);
		table_number(table, PLAIN, NUMBERS(1e9 / e->ns), "%.0f", 1e9 / e->ns);
		table_number(table, DIM, NUMBERS(1e9 / e->ns_hi, 1e9 / e->ns_lo), "%.0f – %.0f", 1e9 / e->ns_hi,
			     1e9 / e->ns_lo);
		for (size_t c = 0; c < 3; c++) {
			static const char *const ciphers[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};
			const struct result_entry *seal = gap_fastest(results, NULL, ciphers[c], "seal", 16384);
			double gbits = seal != NULL ? 8 * (double)seal->size / seal->ns : 0;
			if (seal != NULL)
				table_number(table, PLAIN, NUMBERS(gbits), "%s", figure_plain(gbits, a));
			else
				table_cell(table, PLAIN, "–");
		}
	}
	table_print(table, out, color, 2, columns);
}

static void per_message(const struct result_set *results, FILE *out, int color, int columns)
{
	static const char *const groups[] = {"X25519", "ECDH-P256"};
	static const char *const ciphers[] = {"AES-128-GCM", "AES-256-GCM", "ChaCha20-Poly1305"};
	static const uint64_t sizes[] = {64, 1350, 16384};
	char a[FIGURE_CAP], b[FIGURE_CAP];
	struct table *table = table_new("lllrrrl");
	table_title(table, "ECIES: times its seal alone", "A key agreement for every message");
	table_heads(table, "key agreement|engine|cipher|message:bytes|time:ns|times|95 %:times");
	for (size_t g = 0; g < 2; g++)
		for (size_t c = 0; c < 3; c++)
			for (size_t s = 0; s < 3; s++) {
				struct gap_per_message m;
				if (gap_per_message(results, groups[g], ciphers[c], sizes[s], &m) != 0)
					continue;
				table_cell(table, BOLD, "%s", groups[g]);
				table_repeats(table);
				table_cell(table, PLAIN, "%s", m.engine);
				table_repeats(table);
				table_cell(table, PLAIN, "%s", ciphers[c]);
				table_repeats(table);
				table_number(table, PLAIN, NUMBERS((double)sizes[s]), "%s", figure_size(sizes[s], a));
				table_number(table, PLAIN, NUMBERS(m.ns), "%s", figure_time(m.ns, a));
				table_number(table, BOLD, NUMBERS(m.times.x), "%s ×", figure_plain(m.times.x, a));
				table_number(table, DIM, NUMBERS(m.times.lo, m.times.hi), "%s – %s",
					     figure_plain(m.times.lo, a), figure_plain(m.times.hi, b));
			}
	table_print(table, out, color, 2, columns);
}

void report_gap_views(const struct result_set *results, FILE *out, int color, int columns)
{
	shares(results, out, color, columns);
	capacity(results, out, color, columns);
	per_message(results, out, color, columns);
}
