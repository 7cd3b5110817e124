// SPDX-License-Identifier: MIT
// The findings of a result set as bars and curves of characters: as many columns as
// the terminal has, eighths of a column where there is Unicode.

#define _GNU_SOURCE
#include "charts.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../results/interval.h"
#include "../results/text.h"
#include "gap.h"
#include "profiles.h"
#include "table.h"

#define BULK_LEN 16384
#define CIPHER "AES-128-GCM" // of curves and profiles

enum {
	least_columns = 60,
	most_columns = 120,
	name_columns = 32,
	value_columns = 18,
	figure_columns = 10, // left of a plot
	n_rows = 13,
	most_bars = 5,   // of an algorithm
	most_curves = 4, // of a plot
	most_points = 64,
	most_parts = 12,
	line_cap = 1024
};

// Where all of it goes.
struct sheet {
	FILE *out;
	int color, columns, ascii;
};

// Lines broken between words.
__attribute__((format(printf, 3, 4))) static void paragraph(const struct sheet *sheet, enum style style,
							    const char *format, ...)
{
	char text[line_cap], line[line_cap] = " ", *rest = text;
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	for (char *word; (word = strsep(&rest, " ")) != NULL;) {
		if (text_width(line) + 1 + text_width(word) > (size_t)sheet->columns) {
			text_line(sheet->out, sheet->color, style, sheet->columns, "%s", line);
			strcpy(line, " ");
		}
		strcat(strcat(line, " "), word);
	}
	text_line(sheet->out, sheet->color, style, sheet->columns, "%s", line);
}

// ---- Bars ----

static int bar_room(const struct sheet *sheet)
{
	return sheet->columns - name_columns - value_columns - 6;
}

// So much of `room` columns.
static void put_bar(char *line, double share, int room, int ascii)
{
	static const char *const eighths[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	int n = (int)lround(fmin(fmax(share, 0), 1) * room * 8);
	for (int i = 0; i < n / 8; i++)
		strcat(line, ascii ? "#" : "█");
	strcat(line, ascii ? (n % 8 >= 4 ? "#" : "") : eighths[n % 8]);
	for (size_t at = text_width(line); at < (size_t)room; at++)
		strcat(line, " ");
}

// How far a figure may be trusted, from the interval of a time.
static const char *spread(struct interval i, int ascii, char text[FIGURE_CAP])
{
	snprintf(text, FIGURE_CAP, "%s%.1f %%", ascii ? "+-" : "±", 50 * (i.hi - i.lo) / i.x);
	return text;
}

static void bar_row(const struct sheet *sheet, int own, const char *name, double share, const char *value)
{
	char line[line_cap] = "", label[line_cap];
	put_bar(line, share, bar_room(sheet), sheet->ascii);
	snprintf(label, sizeof(label), "%.*s", name_columns, name);
	text_print(sheet->out, sheet->color, own ? BOLD : PLAIN, "  %s%*s ", label,
		   (int)(name_columns - text_width(label)), "");
	text_print(sheet->out, sheet->color, own ? GREEN : PLAIN, "%s", line);
	text_line(sheet->out, sheet->color, PLAIN, value_columns + 1, " %s", value);
}

// ---- Curves, both scales logarithmic ----

struct curve {
	char name[80];
	const char *mark, *plain; // the latter without Unicode
	double x[most_points], y[most_points];
	int n;
};

struct plot {
	double x0, x1, y0, y1;
	const char *(*x_figure)(double x, char text[FIGURE_CAP]), *(*y_figure)(double y, char text[FIGURE_CAP]);
	const char *x_name;
};

// On the straight line between the points about x; below 0 outside of them.
static double curve_at(const struct curve *curve, double x)
{
	for (int i = 0; i + 1 < curve->n; i++)
		if (x >= curve->x[i] * 0.999 && x <= curve->x[i + 1] * 1.001) {
			double w = log(x / curve->x[i]) / log(curve->x[i + 1] / curve->x[i]);
			return curve->y[i] * pow(curve->y[i + 1] / curve->y[i], w);
		}
	return -1;
}

static void plot_row(const struct sheet *sheet, const struct plot *plot, const struct curve *curves, int n, int row,
		     int width)
{
	char line[line_cap] = "", label[FIGURE_CAP] = "";
	if (row % 4 == 0)
		plot->y_figure(plot->y1 * pow(plot->y0 / plot->y1, (double)row / (n_rows - 1)), label);
	for (int at = 0; at < width; at++) {
		const char *mark = " ";
		for (int c = n - 1; c >= 0; c--) {
			double y = curve_at(&curves[c], plot->x0 * pow(plot->x1 / plot->x0, (double)at / (width - 1)));
			if (y > 0 && lround(log(plot->y1 / y) / log(plot->y1 / plot->y0) * (n_rows - 1)) == row)
				mark = sheet->ascii ? curves[c].plain : curves[c].mark;
		}
		strcat(line, mark);
	}
	text_line(sheet->out, sheet->color, PLAIN, sheet->columns, "  %*s%s %s%s",
		  (int)(figure_columns - text_width(label)), "", label, sheet->ascii ? "|" : "│", line);
}

static void plot_print(const struct sheet *sheet, const struct plot *plot, const struct curve *curves, int n)
{
	const int width = sheet->columns - figure_columns - 6;
	char rule[line_cap] = "", from[FIGURE_CAP], middle[FIGURE_CAP], to[FIGURE_CAP];
	for (int row = 0; row < n_rows; row++)
		plot_row(sheet, plot, curves, n, row, width);
	for (int at = 0; at < width; at++)
		strcat(rule, sheet->ascii ? "-" : "─");
	text_line(sheet->out, sheet->color, DIM, sheet->columns, "  %*s%s%s", figure_columns + 1, "",
		  sheet->ascii ? "+" : "└", rule);
	plot->x_figure(plot->x0, from);
	plot->x_figure(sqrt(plot->x0 * plot->x1), middle);
	plot->x_figure(plot->x1, to);
	const int left = width / 2 - (int)text_width(middle) / 2 - (int)text_width(from);
	text_line(sheet->out, sheet->color, DIM, sheet->columns, "  %*s%s%*s%s%*s", figure_columns + 2, "", from,
		  left > 1 ? left : 1, "", middle, width - width / 2 - (int)text_width(middle) / 2, to);
	text_line(sheet->out, sheet->color, DIM, sheet->columns, "  %*s%s", figure_columns + 2, "", plot->x_name);
	for (int c = 0; c < n; c++)
		text_line(sheet->out, sheet->color, PLAIN, sheet->columns, "  %s %s",
			  sheet->ascii ? curves[c].plain : curves[c].mark, curves[c].name);
}

static const char *speed_figure(double gigabytes, char text[FIGURE_CAP])
{
	char figure[FIGURE_CAP];
	snprintf(text, FIGURE_CAP, "%.20s GB/s", figure_plain(gigabytes, figure));
	return text;
}

static const char *size_figure(double bytes, char text[FIGURE_CAP])
{
	return figure_size((unsigned long long)llround(bytes), text);
}

// ---- The gap ----

static const struct result_entry *time_of(const struct result_set *set, const struct result_gap *gap)
{
	char name[200];
	for (size_t i = 0; i < result_n_entries(set); i++) {
		const struct result_entry *e = result_entry_at(set, i);
		if (!gap_is_handshake(e) || !text_same(e->side, gap->side))
			continue;
		snprintf(name, sizeof(name), "%s %s", e->engine, e->kind);
		if (text_same(name, gap->handshake))
			return e;
	}
	return NULL;
}

static double decade(double x)
{
	return pow(10, floor(log10(x)));
}

static void gap_chart(const struct sheet *sheet, const struct result_set *set)
{
	const struct result_gap *gap = NULL;
	char x[FIGURE_CAP], lo[FIGURE_CAP], hi[FIGURE_CAP];
	for (size_t i = 0; (gap = result_gap_at(set, i)) != NULL && !gap->headline; i++)
		;
	const struct result_entry *handshake = gap != NULL ? time_of(set, gap) : NULL;
	if (handshake == NULL)
		return;
	const double per_byte = handshake->ns / gap->break_even_bytes, from = decade(gap->break_even_bytes / 1000);
	const double to = 1e5 * from;
	struct curve curves[2] = {{.mark = "━", .plain = "=", .x = {from, to}, .n = 2},
				  {.mark = "•", .plain = "*", .x = {from, to}, .n = 2}};
	for (int i = 0; i < 2; i++) {
		curves[0].y[i] = handshake->ns;
		curves[1].y[i] = per_byte * curves[1].x[i];
	}
	snprintf(curves[0].name, sizeof(curves[0].name), "handshake, %s: %s", gap->side, figure_time(handshake->ns, x));
	snprintf(curves[1].name, sizeof(curves[1].name), "encryption: %.50s", gap->cipher);
	const struct plot plot = {from,
				  to,
				  handshake->ns / 300,
				  handshake->ns * 300,
				  figure_bytes,
				  figure_time,
				  "bytes that a connection carries"};
	text_title(sheet->out, sheet->color, "The gap", "CPU time");
	paragraph(sheet, PLAIN, "Accepting one TLS 1.3 connection costs a server as much CPU time as encrypting %s.",
		  figure_bytes(gap->break_even_bytes, x));
	paragraph(sheet, DIM, "95 %% interval %s – %s; %.80s against %.80s", figure_bytes(gap->break_even_bytes_lo, lo),
		  figure_bytes(gap->break_even_bytes_hi, hi), gap->handshake, gap->cipher);
	plot_print(sheet, &plot, curves, 2);
}

// ---- Ciphers ----

static int is_bulk(const struct result_entry *e)
{
	return e->state == RESULT_OK && !e->latency && e->condition == NULL && e->has_size && e->size > 0 &&
	       e->side == NULL && e->bytes_per_second > 0 && strncmp(e->algorithm, "RSA-", 4) != 0 &&
	       (e->kernel == NULL || strcmp(e->kernel, "auto") == 0);
}

// The engines' cells of a task at one size, fastest first; how many.
static size_t ranked(const struct result_set *set, const char *algorithm, const char *op,
		     const struct result_entry *best[], size_t cap)
{
	size_t n = 0;
	for (size_t i = 0; i < result_n_entries(set); i++) {
		const struct result_entry *e = result_entry_at(set, i);
		if (!is_bulk(e) || e->size != BULK_LEN || !text_same(e->algorithm, algorithm) || !text_same(e->op, op))
			continue;
		size_t at = n < cap ? n++ : cap;
		while (at > 0 && best[at - 1]->ns > e->ns) {
			if (at < cap)
				best[at] = best[at - 1];
			at--;
		}
		if (at < cap)
			best[at] = e;
	}
	return n;
}

static int by_size(const void *a, const void *b)
{
	const struct result_entry *const *x = a, *const *y = b;
	return ((*x)->size > (*y)->size) - ((*x)->size < (*y)->size);
}

static void fill_curve(struct curve *curve, const struct result_set *set, const struct result_entry *like)
{
	const struct result_entry *cells[most_points];
	int n = 0;
	for (size_t i = 0; i < result_n_entries(set) && n < most_points; i++) {
		const struct result_entry *e = result_entry_at(set, i);
		if (is_bulk(e) && text_same(e->engine, like->engine) && text_same(e->algorithm, like->algorithm) &&
		    text_same(e->op, like->op))
			cells[n++] = e;
	}
	qsort(cells, (size_t)n, sizeof(cells[0]), by_size);
	for (int i = 0; i < n; i++) {
		curve->x[i] = (double)cells[i]->size;
		curve->y[i] = (double)cells[i]->size / cells[i]->ns;
	}
	curve->n = n;
	snprintf(curve->name, sizeof(curve->name), "%.60s", like->engine);
}

static void throughput_chart(const struct sheet *sheet, const struct result_set *set)
{
	static const char *const marks[] = {"●", "○", "△", "□"}, *const plains[] = {"#", "o", "+", "."};
	const struct result_entry *best[most_curves];
	struct curve curves[most_curves] = {{{0}, 0, 0, {0}, {0}, 0}};
	const int n = (int)ranked(set, CIPHER, "seal", best, most_curves);
	struct plot plot = {INFINITY, 0, INFINITY, 0, size_figure, speed_figure, "bytes in a message"};
	for (int c = 0; c < n; c++) {
		fill_curve(&curves[c], set, best[c]);
		curves[c].mark = marks[c];
		curves[c].plain = plains[c];
		for (int i = 0; i < curves[c].n; i++) {
			plot.x0 = fmin(plot.x0, curves[c].x[i]);
			plot.x1 = fmax(plot.x1, curves[c].x[i]);
			plot.y0 = fmin(plot.y0, curves[c].y[i]);
			plot.y1 = fmax(plot.y1, curves[c].y[i]);
		}
	}
	if (n == 0 || !(plot.x1 > plot.x0) || !(plot.y1 > plot.y0))
		return;
	text_title(sheet->out, sheet->color, "Throughput against message size", CIPHER " encrypt");
	plot_print(sheet, &plot, curves, n);
}

// Each algorithm once, at its first cell of that size.
static int begins_algorithm(const struct result_set *set, size_t i)
{
	const struct result_entry *e = result_entry_at(set, i), *other;
	if (!is_bulk(e) || e->size != BULK_LEN || !text_same(e->op, "seal"))
		return 0;
	for (size_t k = 0; k < i; k++) {
		other = result_entry_at(set, k);
		if (is_bulk(other) && other->size == BULK_LEN && text_same(other->op, "seal") &&
		    text_same(other->algorithm, e->algorithm))
			return 0;
	}
	return 1;
}

static void ranking_chart(const struct sheet *sheet, const struct result_set *set)
{
	const struct result_entry *best[most_bars];
	char value[FIGURE_CAP * 2 + 8], figure[FIGURE_CAP], trust[FIGURE_CAP];
	int titled = 0;
	for (size_t i = 0; i < result_n_entries(set); i++) {
		if (!begins_algorithm(set, i))
			continue;
		const char *algorithm = result_entry_at(set, i)->algorithm;
		size_t n = ranked(set, algorithm, "seal", best, most_bars);
		if (n < 2)
			continue;
		if (!titled++)
			text_title(sheet->out, sheet->color, "Ranking", "messages of 16 KiB, GB/s");
		text_line(sheet->out, sheet->color, BOLD, sheet->columns, "  %s", algorithm);
		for (size_t k = 0; k < n; k++) {
			snprintf(value, sizeof(value), "%s %s", figure_plain(BULK_LEN / best[k]->ns, figure),
				 spread(interval_of_time(best[k]), sheet->ascii, trust));
			bar_row(sheet, text_same(best[k]->engine, "native"), best[k]->engine, best[0]->ns / best[k]->ns,
				value);
		}
	}
}

static void roofline_chart(const struct sheet *sheet, const struct result_set *set)
{
	char value[FIGURE_CAP * 2], trust[FIGURE_CAP];
	int titled = 0;
	for (size_t i = 0; i < result_n_entries(set); i++) {
		const struct result_entry *e = result_entry_at(set, i);
		if (!is_bulk(e) || e->size != BULK_LEN || !text_same(e->op, "seal") || !(e->limit_fraction > 0) ||
		    !text_same(e->engine, "native"))
			continue;
		if (!titled++)
			text_title(sheet->out, sheet->color, "How much of the silicon is used",
				   "per cent of each limit");
		snprintf(value, sizeof(value), "%.0f %% %s", 100 * e->limit_fraction,
			 spread(interval_of_time(e), sheet->ascii, trust));
		bar_row(sheet, 1, e->algorithm, e->limit_fraction, value);
	}
}

// ---- Handshakes ----

// Each part has a sign of its own, in the order of the result.
static const char *sign(size_t i, int ascii)
{
	static const char *const signs[] = {"█", "▓", "▒", "░", "▚", "▞", "▤", "▥", "▧", "▨", "▦", "·"};
	static const char *const plains[] = {"#", "=", "+", "-", "%", "o", "x", "*", ":", "~", "@", "."};
	return (ascii ? plains : signs)[i < most_parts ? i : most_parts - 1];
}

static size_t part_number(const char *names[], size_t *n, const char *name)
{
	size_t i = 0;
	while (i < *n && !text_same(names[i], name))
		i++;
	if (i == *n && *n < most_parts)
		names[(*n)++] = name;
	return i;
}

// From its whole at i on; the index after its rest.
static size_t anatomy_row(const struct sheet *sheet, const struct result_set *set, size_t i, double most,
			  const char *names[], size_t *n)
{
	const struct result_part *whole = result_part_at(set, i), *part;
	const int room = bar_room(sheet);
	char line[line_cap] = "", label[80], time[FIGURE_CAP], trust[FIGURE_CAP];
	double sum = 0;
	int drawn = 0;
	while ((part = result_part_at(set, ++i)) != NULL && !text_same(part->part, RESULT_WHOLE)) {
		size_t number = part_number(names, n, part->part);
		sum += fmax(part->ns, 0);
		for (int to = (int)lround(fmin(sum / most, 1) * room); drawn < to; drawn++)
			strcat(line, sign(number, sheet->ascii));
	}
	for (; drawn < room; drawn++)
		strcat(line, " ");
	snprintf(label, sizeof(label), "%.20s %.9s", whole->engine, whole->side);
	text_line(sheet->out, sheet->color, PLAIN, sheet->columns, "  %-*s %s %s %s", name_columns, label, line,
		  figure_time(whole->ns, time),
		  spread((struct interval){whole->ns, whole->ns_lo, whole->ns_hi}, sheet->ascii, trust));
	return i;
}

static void anatomy_chart(const struct sheet *sheet, const struct result_set *set)
{
	const struct result_part *part;
	const char *names[most_parts];
	char legend[line_cap] = "";
	double most = 0;
	size_t n = 0;
	for (size_t i = 0; (part = result_part_at(set, i)) != NULL; i++)
		if (text_same(part->part, RESULT_WHOLE))
			most = fmax(most, part->ns);
	if (!(most > 0))
		return;
	text_title(sheet->out, sheet->color, "What a handshake is made of", result_part_at(set, 0)->kind);
	for (size_t i = 0; result_part_at(set, i) != NULL;)
		i = anatomy_row(sheet, set, i, most, names, &n);
	for (size_t i = 0; i < n; i++) {
		char item[80];
		snprintf(item, sizeof(item), "  %s %.60s", sign(i, sheet->ascii), names[i]);
		if (text_width(legend) + text_width(item) > (size_t)sheet->columns) {
			text_line(sheet->out, sheet->color, DIM, sheet->columns, "%s", legend);
			legend[0] = '\0';
		}
		strcat(legend, item);
	}
	text_line(sheet->out, sheet->color, DIM, sheet->columns, "%s", legend);
}

static const char *profile_engine(const struct result_set *set)
{
	const char *first = NULL;
	for (size_t i = 0; i < result_n_entries(set); i++) {
		const struct result_entry *e = result_entry_at(set, i);
		if (gap_is_handshake(e) && (first == NULL || text_same(e->engine, "openssl")))
			first = e->engine;
	}
	return first;
}

static void profiles_chart(const struct sheet *sheet, const struct result_set *set)
{
	const char *engine = profile_engine(set);
	const struct profile *profile;
	char title[120], name[120], value[FIGURE_CAP * 2], time[FIGURE_CAP];
	int titled = 0;
	snprintf(title, sizeof(title), "handshake's share, %.16s server", engine != NULL ? engine : "");
	for (size_t p = 0; engine != NULL && (profile = profile_at(p)) != NULL; p++)
		for (int resumed = 0; resumed < 2; resumed++) {
			struct profile_cost cost;
			if (profile_cost(set, profile, resumed, engine, CIPHER, "server", &cost) != 0)
				continue;
			if (!titled++)
				text_title(sheet->out, sheet->color, "What that means for protocols", title);
			snprintf(name, sizeof(name), "%.90s%s", profile->name, resumed ? ", resumed" : "");
			snprintf(value, sizeof(value), "%.1f %% of %s", 100 * cost.handshakes.x / cost.all.x,
				 figure_time(cost.all.x, time));
			bar_row(sheet, 0, name, cost.handshakes.x / cost.all.x, value);
		}
}

static void scaling_chart(const struct sheet *sheet, const json_t *scaling)
{
	const json_t *points = json_object_get(scaling, "threads"), *point;
	char name[120], value[FIGURE_CAP * 2];
	size_t i;
	if (json_array_size(points) == 0)
		return;
	text_title(sheet->out, sheet->color, "Many threads", "of so many times one thread");
	json_array_foreach(points, i, point)
	{
		const json_t *efficiency = json_object_get(point, "efficiency");
		double x = json_number_value(json_array_get(efficiency, 0));
		double half = (json_number_value(json_array_get(efficiency, 2)) -
			       json_number_value(json_array_get(efficiency, 1))) /
			      2;
		snprintf(name, sizeof(name), "%2lld %.40s %.40s",
			 (long long)json_integer_value(json_object_get(point, "threads")),
			 json_string_value(json_object_get(point, "engine")),
			 json_string_value(json_object_get(point, "what")));
		snprintf(value, sizeof(value), "%.1f %% %s%.1f", 100 * x, sheet->ascii ? "+-" : "±", 100 * half);
		bar_row(sheet, text_same(json_string_value(json_object_get(point, "engine")), "native"), name, x,
			value);
	}
}

static void models_chart(const struct sheet *sheet, const struct result_set *set)
{
	const struct result_model *m;
	double most = 0;
	char name[120], value[FIGURE_CAP * 2], figure[FIGURE_CAP], trust[FIGURE_CAP];
	for (size_t i = 0; (m = result_model_at(set, i)) != NULL; i++)
		most = text_same(m->op, "seal") && !m->latency ? fmax(most, m->fixed_ns) : most;
	if (!(most > 0))
		return;
	text_title(sheet->out, sheet->color, "Fixed cost of a message", "encrypt, ns");
	for (size_t i = 0; (m = result_model_at(set, i)) != NULL; i++) {
		if (!text_same(m->op, "seal") || m->latency)
			continue;
		snprintf(name, sizeof(name), "%.40s %.40s", m->algorithm, m->engine);
		snprintf(value, sizeof(value), "%s %s", figure_plain(m->fixed_ns, figure),
			 spread((struct interval){m->fixed_ns, m->fixed_ns_lo, m->fixed_ns_hi}, sheet->ascii, trust));
		bar_row(sheet, text_same(m->engine, "native"), name, m->fixed_ns / most, value);
	}
}

static void machine(const struct sheet *sheet, const struct result_set *set)
{
	static const char *const notes[] = {"", "  EMULATED: says nothing about real speed", "  PREDICTED by a model",
					    "  PARTIAL: interrupted"};
	const json_t *context = result_context(set);
	const json_t *about = json_object_get(context, "machine");
	const char *cpu = json_string_value(json_object_get(about, "cpu"));
	const char *core = json_string_value(json_object_get(about, "microarchitecture"));
	text_line(sheet->out, sheet->color, BOLD, sheet->columns, "%s%s%s%s  %.16s%s",
		  cpu != NULL ? cpu : "unknown CPU", core != NULL ? " (" : "", core != NULL ? core : "",
		  core != NULL ? ")" : "", json_string_value(json_object_get(context, "date")),
		  notes[result_get_kind(set)]);
}

// What units and dashes are without Unicode; what else there is comes from names.
static void put_plainly(FILE *out, const char *text)
{
	for (size_t len; text_next(text, &len), len > 0; text += len)
		if (len == 1)
			fputc(*text, out);
		else
			fputs(strncmp(text, "µ", len) == 0 ? "u" : strncmp(text, "–", len) == 0 ? "-" : "?", out);
}

void charts_print(const struct page_source *source, FILE *out, int color, int columns, int ascii)
{
	char *text = NULL;
	size_t len;
	FILE *to = ascii ? result_must(open_memstream(&text, &len)) : out;
	const struct sheet sheet = {to, color,
				    columns > most_columns    ? columns >= 1000 ? 100 : most_columns
				    : columns < least_columns ? least_columns
							      : columns,
				    ascii};
	machine(&sheet, source->set);
	gap_chart(&sheet, source->set);
	throughput_chart(&sheet, source->set);
	ranking_chart(&sheet, source->set);
	roofline_chart(&sheet, source->set);
	anatomy_chart(&sheet, source->set);
	profiles_chart(&sheet, source->set);
	scaling_chart(&sheet, source->scaling);
	models_chart(&sheet, source->set);
	text_newline(to);
	if (!ascii)
		return;
	result_must(fclose(to) == 0 ? text : NULL);
	put_plainly(out, text);
	free(text);
}
