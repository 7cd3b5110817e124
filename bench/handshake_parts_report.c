// SPDX-License-Identifier: MIT
// The anatomy of handshakes as tables, from a result set alone.

#include <string.h>

#include "../results/text.h"
#include "handshake_parts.h"
#include "handshake_rehearsal.h"
#include "table.h"

static int is_whole(const struct result_part *p)
{
	return strcmp(p->part, RESULT_WHOLE) == 0;
}

static const struct result_part *find(const struct result_set *results, const struct result_part *like,
				      const char *side, const char *part)
{
	const struct result_part *p;
	for (size_t i = 0; (p = result_part_at(results, i)); i++)
		if (text_same(p->engine, like->engine) && text_same(p->kind, like->kind) && text_same(p->side, side) &&
		    text_same(p->part, part))
			return p;
	return NULL;
}

// The parts in the order to show: those of a handshake, the rest, the whole.
static const char *part_name_at(int i)
{
	if (i < HANDSHAKE_N_PARTS)
		return handshake_part_name((enum handshake_part)i);
	return i == HANDSHAKE_N_PARTS ? RESULT_REST : i == HANDSHAKE_N_PARTS + 1 ? RESULT_WHOLE : NULL;
}

static double share(const struct result_part *p, const struct result_part *whole)
{
	return p && whole && whole->ns > 0 ? p->ns / whole->ns : 0;
}

static void part_cells(struct table *table, enum style style, const struct result_part *p,
		       const struct result_part *whole)
{
	char figure[FIGURE_CAP];
	if (!p) {
		table_cell(table, DIM, "–");
		table_cell(table, DIM, "–");
		return;
	}
	// Whatever is below 0 keeps its sign.
	table_number(table, style, NUMBERS(p->ns), "%s%s", p->ns < 0 ? "-" : "",
		     figure_time(p->ns < 0 ? -p->ns : p->ns, figure));
	table_number(table, style, NUMBERS(share(p, whole)), "%.1f %%", 100 * share(p, whole));
}

static void anatomy_rows(const struct result_set *results, struct table *table, const struct result_part *first)
{
	const char *name;
	const struct result_part *wholes[HANDSHAKE_N_SIDES];
	for (int side = 0; side < HANDSHAKE_N_SIDES; side++)
		wholes[side] = find(results, first, handshake_side_name(side), RESULT_WHOLE);
	for (int i = 0; (name = part_name_at(i)); i++) {
		const struct result_part *parts[HANDSHAKE_N_SIDES];
		const enum style style = i > HANDSHAKE_N_PARTS ? BOLD : i == HANDSHAKE_N_PARTS ? YELLOW : PLAIN;
		for (int side = 0; side < HANDSHAKE_N_SIDES; side++)
			parts[side] = find(results, first, handshake_side_name(side), name);
		if (!parts[0] && !parts[1])
			continue;
		table_cell(table, BOLD, "%s", first->kind);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", first->engine);
		table_repeats(table);
		table_cell(table, style, "%s", name);
		part_cells(table, style, parts[0], wholes[0]);
		part_cells(table, style, parts[1], wholes[1]);
		const char *client = parts[0] ? parts[0]->primitives : NULL;
		const char *server = parts[1] ? parts[1]->primitives : NULL;
		const int both = client && server && !text_same(client, server);
		table_cell(table, DIM, "%s%s%s%s", i == HANDSHAKE_N_PARTS && (client || server) ? "not measured: " : "",
			   client ? client : "", both ? " / " : "", server && (both || !client) ? server : "");
	}
}

static void parts(const struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_part *p;
	struct table *table = table_new("lllrrrrl");
	table_title(table, "from primitives of the same engine, in the same rounds", "What a handshake is made of");
	table_heads(table, "handshake|engine|part|client:client ns|share:client share|server:server ns|"
			   "share:server share|primitives");
	for (size_t i = 0; (p = result_part_at(results, i)); i++)
		if (is_whole(p) && find(results, p, p->side, RESULT_WHOLE) == p &&
		    (text_same(p->side, "client") || !find(results, p, "client", RESULT_WHOLE)))
			anatomy_rows(results, table, p);
	table_print(table, out, color, 2, columns);
}

static void flights(const struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_flight *f;
	char figure[FIGURE_CAP];
	struct table *table = table_new("llrlrrrl");
	table_title(table, "a side's first has the making of its connection in it", "Flight by flight");
	table_heads(table, "handshake|engine|flight|side|CPU time:ns|95 %:ns|sent:bytes|messages");
	for (size_t i = 0; (f = result_flight_at(results, i)); i++) {
		table_cell(table, BOLD, "%s", f->kind);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", f->engine);
		table_repeats(table);
		table_number(table, PLAIN, NUMBERS((double)f->flight), "%u", f->flight);
		table_cell(table, PLAIN, "%s", f->side);
		table_number(table, PLAIN, NUMBERS(f->ns), "%s", figure_time(f->ns, figure));
		table_spread(table, f->ns, f->ns_lo, f->ns_hi);
		table_number(table, PLAIN, NUMBERS((double)f->bytes), "%llu B", (unsigned long long)f->bytes);
		table_cell(table, DIM, "%s", f->messages ? f->messages : "");
	}
	table_print(table, out, color, 2, columns);
}

void handshake_parts_report(const struct result_set *results, FILE *out, int color, int columns)
{
	parts(results, out, color, columns);
	flights(results, out, color, columns);
}

enum { max_summary_rows = 12 };

void handshake_parts_summary(const struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_part *whole, *first = result_part_at(results, 0);
	struct table *table = table_new("llrrrrrrrrrr");
	if (!first) {
		table_free(table);
		return;
	}
	table_title(table, "per cent of its CPU time, each side", "What a %s handshake is made of", first->kind);
	table_heads(table,
		    ":engine|:side|time:ns|set-up:set-up share|exchange:key exchange share|sign:signature share|"
		    "verify:verification share|chain:chain share|X.509:certificates share|hashes:hash, keys share|"
		    "records:records share|rest:rest share");
	size_t rows = 0;
	for (size_t i = 0; (whole = result_part_at(results, i)) && rows < max_summary_rows; i++) {
		const char *name;
		char figure[FIGURE_CAP];
		if (!is_whole(whole) || !text_same(whole->kind, first->kind))
			continue;
		rows++;
		table_cell(table, BOLD, "%s", whole->engine);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", whole->side);
		table_number(table, PLAIN, NUMBERS(whole->ns), "%s", figure_time(whole->ns, figure));
		for (int k = 0; (name = part_name_at(k)) && k <= HANDSHAKE_N_PARTS; k++) {
			const struct result_part *p = find(results, whole, whole->side, name);
			if (p)
				table_number(table, k == HANDSHAKE_N_PARTS ? YELLOW : PLAIN, NUMBERS(share(p, whole)),
					     "%.1f", 100 * share(p, whole));
			else
				table_cell(table, DIM, "–");
		}
	}
	table_print(table, out, color, 2, columns);
}
