// SPDX-License-Identifier: MIT
// A traced handshake for people: a lifeline for the client, one for the server, and what passes between them.

#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "group.h"
#include "table.h"
#include "trace.h"

enum { margin = 9, least_columns = 56, most_columns = 120, cell_cap = 600 };

struct canvas {
	FILE *out;
	int color, ascii;
	size_t width; // between the lifelines
};

// ---- Pieces of a line ----

static const char *const plain_of[][2] = {
	{"│", "|"}, {"─", "-"}, {"├", "|"}, {"┤", "|"}, {"▶", ">"}, {"◀", "<"}, {"●", "o"}, {"◆", "*"},
	{"┄", "."}, {"✓", "+"}, {"×", "x"}, {"µ", "u"}, {"·", "-"}, {"→", ">"}, {"←", "<"},
};

// The same text, or a copy of it in ASCII, as wide; to be freed.
static char *drawn(const struct canvas *c, const char *text)
{
	char *copy = bench_calloc(1, strlen(text) + 1), *to = copy;
	size_t len;
	for (text_next(text, &len); len > 0; text += len, text_next(text, &len)) {
		const char *plain = len > 1 ? "?" : NULL;
		for (size_t i = 0; plain && i < sizeof plain_of / sizeof plain_of[0]; i++)
			if (strncmp(text, plain_of[i][0], len) == 0)
				plain = plain_of[i][1];
		if (c->ascii && plain) {
			*to++ = *plain;
		} else {
			memcpy(to, text, len);
			to += len;
		}
	}
	return copy;
}

static void put(const struct canvas *c, enum style style, const char *text)
{
	char *copy = drawn(c, text);
	text_print(c->out, c->color, style, "%s", copy);
	free(copy);
}

static void repeat(const struct canvas *c, const char *mark, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(c, DIM, mark);
}

static void blanks(const struct canvas *c, size_t n)
{
	fprintf(c->out, "%*s", (int)n, "");
}

// ---- Lines ----

// What stands left of the client's lifeline or right of the server's, and the marks on both.
struct ends {
	const char *time[HANDSHAKE_N_SIDES], *mark[HANDSHAKE_N_SIDES];
};
static const struct ends nothing = {{"", ""}, {"│", "│"}};

static void begin_line(const struct canvas *c, const struct ends *ends)
{
	const char *time = ends->time[LANE_ENGINE_CLIENT], *mark = ends->mark[LANE_ENGINE_CLIENT];
	const size_t wide = text_width(time);
	blanks(c, wide + 1 < margin ? margin - 1 - wide : 0);
	put(c, BOLD, time);
	blanks(c, 1);
	put(c, *time ? BOLD : DIM, mark);
}

static void end_line(const struct canvas *c, const struct ends *ends)
{
	const char *time = ends->time[LANE_ENGINE_SERVER];
	put(c, *time ? BOLD : DIM, ends->mark[LANE_ENGINE_SERVER]);
	if (*time)
		blanks(c, 1);
	put(c, BOLD, time);
	text_newline(c->out);
}

// Text to the left and to the right between the lifelines.
static void line(const struct canvas *c, const struct ends *ends, size_t indent, enum style style, const char *left,
		 enum style right_style, const char *right)
{
	const size_t used = 1 + indent + text_width(left) + text_width(right) + 1;
	begin_line(c, ends);
	blanks(c, 1 + indent);
	put(c, style, left);
	blanks(c, used < c->width ? c->width - used : 0);
	put(c, right_style, right);
	blanks(c, 1);
	end_line(c, ends);
}

// Bytes of text, in `room` columns, to break a line after; without a blank in them, all that fit.
static size_t fitting(const char *text, size_t room)
{
	size_t n = 0, len, at = 0, blank = 0;
	for (text_next(text, &len); len > 0 && n < room; at += len, text_next(text + at, &len), n++)
		if (text[at] == ' ')
			blank = at;
	if (text[at] == '\0' || text[at] == ' ')
		return at;
	return blank ? blank : at;
}

// As many lines as it takes, at the client's side or the server's; the first has these ends.
static void paragraph(const struct canvas *c, const struct ends *ends, int at_server, size_t indent, enum style style,
		      const char *text)
{
	char part[cell_cap];
	while (*text) {
		const size_t n = fitting(text, c->width - 2 - indent);
		snprintf(part, sizeof part, "%.*s", (int)n, text);
		line(c, ends, indent, style, at_server ? "" : part, style, at_server ? part : "");
		text += n;
		text += *text == ' ';
		ends = &nothing;
	}
}

// ---- A flight ----

static struct ends ends_of(const struct trace_flight *flight, const char *time)
{
	struct ends ends = nothing;
	ends.time[flight->side] = time;
	ends.mark[flight->side] = "●";
	return ends;
}

// "◆ keys" at the client, "keys ◆" at the server.
static void keys_line(const struct canvas *c, const struct ends *ends, int side, const char *keys)
{
	char text[TRACE_KEYS_CAP + 8];
	const int server = side == LANE_ENGINE_SERVER;
	snprintf(text, sizeof text, server ? "%s ◆" : "◆ %s", keys);
	paragraph(c, ends, server, 0, YELLOW, text);
}

// A rule with a word in its middle; arrow: to the other side than `side`.
static void rule(const struct canvas *c, const char *mark, int arrow, int side, enum style style, const char *text)
{
	const size_t wide = text_width(text) + 2, all = c->width > wide ? c->width - wide : 0;
	const int to_server = side == LANE_ENGINE_CLIENT;
	const size_t left = all / 2, right = all - left, head = arrow && all > 1;
	struct ends ends = nothing;
	if (arrow)
		ends.mark[side] = to_server ? "├" : "┤";
	begin_line(c, &ends);
	if (head && !to_server)
		put(c, PLAIN, "◀");
	repeat(c, mark, left - (head && !to_server));
	blanks(c, 1);
	put(c, style, text);
	blanks(c, 1);
	repeat(c, mark, right - (head && to_server));
	if (head && to_server)
		put(c, PLAIN, "▶");
	end_line(c, &ends);
}

static const char *grouped(size_t n, char text[FIGURE_CAP])
{
	if (n >= 1000)
		snprintf(text, FIGURE_CAP, "%zu,%03zu", n / 1000, n % 1000);
	else
		snprintf(text, FIGURE_CAP, "%zu", n);
	return text;
}

static void show_message(const struct canvas *c, const struct trace_flight *flight, const struct trace_message *m)
{
	char bytes[FIGURE_CAP + 4], figure[FIGURE_CAP];
	snprintf(bytes, sizeof bytes, "%s B", grouped(m->len, figure));
	line(c, &nothing, 0, m->changes_keys || m->untold ? DIM : BOLD, m->text.name, PLAIN, bytes);
	for (size_t i = 0; i < m->text.n; i++)
		paragraph(c, &nothing, 0, 2, m->changes_keys || m->untold ? DIM : PLAIN, m->text.lines[i]);
	if (m->keys[0])
		keys_line(c, &nothing, flight->side, m->keys);
}

static void show_flight(const struct canvas *c, const struct trace_flight *flight, int encrypted_before)
{
	char time[FIGURE_CAP], text[100], figure[FIGURE_CAP];
	const struct ends begin = ends_of(flight, figure_time(flight->ns, time));
	const int server = flight->side == LANE_ENGINE_SERVER;
	for (size_t i = 0; i < flight->n_learns; i++)
		keys_line(c, i ? &nothing : &begin, flight->side, flight->learns[i]);
	if (flight->n_learns == 0)
		line(c, &begin, 0, PLAIN, "", PLAIN, "");
	for (size_t i = 0; i < flight->n_messages; i++) {
		const struct trace_message *m = &flight->messages[i];
		if (m->encrypted && !encrypted_before)
			rule(c, "┄", 0, flight->side, GREEN,
			     server ? "the server encrypts from here on" : "the client encrypts from here on");
		encrypted_before |= m->encrypted;
		show_message(c, flight, m);
	}
	if (flight->completes)
		paragraph(c, &nothing, server, 0, GREEN, server ? "handshake complete ✓" : "✓ handshake complete");
	if (flight->bytes == 0)
		return;
	snprintf(text, sizeof text, "%s bytes in %zu record%s", grouped(flight->bytes, figure), flight->n_records,
		 flight->n_records == 1 ? "" : "s");
	rule(c, "─", 1, flight->side, BOLD, text);
}

// Below the diagram, as wide as that.
static void footnote(const struct canvas *c, enum style style, const char *text)
{
	char part[cell_cap];
	while (*text) {
		const size_t n = fitting(text, c->width + 2 * margin - 2);
		snprintf(part, sizeof part, "%.*s", (int)n, text);
		blanks(c, 2);
		put(c, style, part);
		text_newline(c->out);
		text += n;
		text += *text == ' ';
	}
}

static void show_diagram(const struct trace *trace, FILE *out, int color, int columns, int ascii)
{
	columns = columns > 2 * most_columns ? 80 : columns > most_columns ? most_columns : columns;
	columns = columns < least_columns ? least_columns : columns;
	const struct canvas c = {out, color, ascii, (size_t)columns - 2 * margin - 2};
	char a[FIGURE_CAP], b[FIGURE_CAP], text[200], bytes[FIGURE_CAP];
	snprintf(text, sizeof text, "%.40s: %.60s", trace->engine, trace->library_version);
	text_title(out, color, trace->kind->name, text);
	text_newline(out);
	blanks(&c, margin - 3);
	put(&c, BOLD, "client");
	blanks(&c, c.width - 4);
	put(&c, BOLD, "server");
	text_newline(out);
	int encrypts[HANDSHAKE_N_SIDES] = {0, 0};
	for (size_t f = 0; f < trace->n_flights; f++) {
		const struct trace_flight *flight = &trace->flights[f];
		show_flight(&c, flight, encrypts[flight->side]);
		for (size_t i = 0; i < flight->n_messages; i++)
			encrypts[flight->side] |= flight->messages[i].encrypted;
	}
	text_newline(out);
	snprintf(text, sizeof text, "%s bytes in all; %g round trip%s before the client may send data",
		 grouped(trace->bytes, bytes), trace->round_trips, trace->round_trips == 1 ? "" : "s");
	footnote(&c, PLAIN, text);
	snprintf(text, sizeof text, "CPU time: client %s, server %s, with making and release",
		 figure_time(trace->ns[LANE_ENGINE_CLIENT], a), figure_time(trace->ns[LANE_ENGINE_SERVER], b));
	footnote(&c, PLAIN, text);
	snprintf(text, sizeof text, "● CPU time of this turn, median of %u handshakes in memory", trace->repetitions);
	footnote(&c, DIM, text);
	footnote(&c, DIM, "◆ exists from here on, on this side");
}

// ---- Tables ----

static const char *joined(const struct tls_text *text, char out[cell_cap])
{
	size_t len = 0;
	out[0] = '\0';
	for (size_t i = 0; i < text->n && len < cell_cap; i++)
		len += (size_t)snprintf(out + len, cell_cap - len, "%s%s", i ? "; " : "", text->lines[i]);
	return out;
}

static const char *joined_learns(const struct trace_flight *flight, char out[cell_cap])
{
	size_t len = 0;
	out[0] = '\0';
	for (size_t i = 0; i < flight->n_learns && len < cell_cap; i++)
		len += (size_t)snprintf(out + len, cell_cap - len, "%s%s", i ? "; " : "", flight->learns[i]);
	return out;
}

static void show_tables(const struct trace *trace, FILE *out, int color, int columns)
{
	char text[cell_cap], figure[FIGURE_CAP];
	struct table *flights = table_new("rlrrrl"), *messages = table_new("rllrlll");
	table_title(flights, trace->library_version, "%s: flights", trace->kind->name);
	table_heads(flights, "flight|side|CPU time:ns|bytes|records|keys from the flight taken:keys taken");
	table_title(messages, trace->library_version, "%s: messages", trace->kind->name);
	table_heads(messages, "flight|side|message|bytes|encrypted|what it says|keys from then on:keys");
	for (size_t f = 0; f < trace->n_flights; f++) {
		const struct trace_flight *flight = &trace->flights[f];
		const double number = (double)f + 1;
		const char *side = handshake_side_name(flight->side);
		table_number(flights, PLAIN, NUMBERS(number), "%zu", f + 1);
		table_cell(flights, PLAIN, "%s", side);
		table_number(flights, PLAIN, NUMBERS(flight->ns), "%s", figure_time(flight->ns, figure));
		table_number(flights, PLAIN, NUMBERS((double)flight->bytes), "%zu", flight->bytes);
		table_number(flights, PLAIN, NUMBERS((double)flight->n_records), "%zu", flight->n_records);
		table_cell(flights, PLAIN, "%s", joined_learns(flight, text));
		for (size_t i = 0; i < flight->n_messages; i++) {
			const struct trace_message *m = &flight->messages[i];
			table_number(messages, PLAIN, NUMBERS(number), "%zu", f + 1);
			table_cell(messages, PLAIN, "%s", side);
			table_cell(messages, PLAIN, "%s", m->text.name);
			table_number(messages, PLAIN, NUMBERS((double)m->len), "%zu", m->len);
			table_cell(messages, PLAIN, m->encrypted ? "yes" : "no");
			table_cell(messages, PLAIN, "%s", joined(&m->text, text));
			table_cell(messages, PLAIN, "%s", m->keys);
		}
	}
	table_print(flights, out, color, 2, columns);
	table_print(messages, out, color, 2, columns);
}

void trace_show(const struct trace *trace, FILE *out, int color, int columns, int ascii)
{
	if (table_get_format() == FORMAT_TABLE)
		show_diagram(trace, out, color, columns, ascii);
	else
		show_tables(trace, out, color, columns);
}

// ---- JSON ----

// Whatever an engine told, as valid UTF-8.
static json_t *clean_string(const char *text)
{
	char *clean = text_cleaned(text);
	json_t *string = json_string(clean);
	free(clean);
	return string;
}

static json_t *message_json(const struct trace_message *m)
{
	json_t *says = json_array();
	for (size_t i = 0; i < m->text.n; i++)
		json_array_append_new(says, clean_string(m->text.lines[i]));
	return json_pack("{s:s, s:I, s:b, s:o, s:s}", "message", m->text.name, "bytes", (json_int_t)m->len, "encrypted",
			 m->encrypted, "says", says, "keys", m->keys);
}

json_t *trace_json(const struct trace *trace)
{
	json_t *flights = json_array();
	for (size_t f = 0; f < trace->n_flights; f++) {
		const struct trace_flight *flight = &trace->flights[f];
		json_t *messages = json_array(), *learns = json_array();
		for (size_t i = 0; i < flight->n_messages; i++)
			json_array_append_new(messages, message_json(&flight->messages[i]));
		for (size_t i = 0; i < flight->n_learns; i++)
			json_array_append_new(learns, json_string(flight->learns[i]));
		json_array_append_new(flights, json_pack("{s:s, s:f, s:I, s:I, s:o, s:o, s:b}", "side",
							 handshake_side_name(flight->side), "ns", flight->ns, "bytes",
							 (json_int_t)flight->bytes, "records",
							 (json_int_t)flight->n_records, "keys_taken", learns,
							 "messages", messages, "completes", flight->completes));
	}
	return json_pack("{s:{s:s, s:s, s:o, s:I, s:I, s:f, s:f, s:f, s:o}}", "trace", "kind", trace->kind->name,
			 "engine", trace->engine, "library_version", clean_string(trace->library_version),
			 "repetitions", (json_int_t)trace->repetitions, "bytes", (json_int_t)trace->bytes,
			 "round_trips", trace->round_trips, "client_ns", trace->ns[LANE_ENGINE_CLIENT], "server_ns",
			 trace->ns[LANE_ENGINE_SERVER], "flights", flights);
}
