// SPDX-License-Identifier: MIT
// What the record layer costs, as a table, from a result set alone.

#include <string.h>

#include "../results/text.h"
#include "table.h"
#include "tls_bulk.h"

static int is_own(const struct result_layer *l)
{
	const size_t len = strlen(l->engine);
	return strncmp(l->against, l->engine, len) == 0 && (l->against[len] == '\0' || l->against[len] == '/');
}

static const struct result_entry *find(const struct result_set *results, const struct result_layer *l,
				       const char *engine, const char *op, const char *condition)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(results, i)); i++)
		if (e->state == RESULT_OK && text_same(e->algorithm, l->algorithm) && text_same(e->op, op) &&
		    text_same(e->condition, condition) && text_same(e->engine, engine) && e->size == l->size)
			return e;
	return NULL;
}

static void speed_cell(struct table *table, enum style style, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	if (e)
		table_number(table, style, NUMBERS(e->bytes_per_second), "%s",
			     figure_plain(e->bytes_per_second / 1e9, figure));
	else
		table_cell(table, DIM, "–");
}

static void row(struct table *table, const struct result_set *results, const struct result_layer *l)
{
	char figure[FIGURE_CAP];
	const char *bare = text_same(l->op, "write") ? "seal" : "open";
	table_cell(table, BOLD, "%s", l->algorithm);
	table_repeats(table);
	table_cell(table, PLAIN, "%s", figure_size(l->size, figure));
	table_repeats(table);
	table_cell(table, PLAIN, "%s", l->engine);
	table_repeats(table);
	table_cell(table, PLAIN, "%s", l->op);
	speed_cell(table, BOLD, find(results, l, l->engine, l->op, TLS_BULK_INSIDE));
	speed_cell(table, PLAIN, find(results, l, l->engine, bare, TLS_BULK_BARE));
	speed_cell(table, PLAIN, find(results, l, "native", bare, TLS_BULK_BARE));
	table_number(table, BOLD, NUMBERS(l->ns), "%.0f ns", l->ns);
	table_number(table, DIM, NUMBERS(l->ns_lo, l->ns_hi), "%.0f … %.0f", l->ns_lo, l->ns_hi);
	table_number(table, BOLD, NUMBERS(l->ratio - 1), "%+.1f %%", 100 * (l->ratio - 1));
	table_number(table, DIM, NUMBERS(l->ratio_lo - 1, l->ratio_hi - 1), "%+.1f … %+.1f", 100 * (l->ratio_lo - 1),
		     100 * (l->ratio_hi - 1));
}

void tls_bulk_report(const struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_layer *l;
	struct table *table = table_new("lrllrrrrrrr");
	table_title(table, "GB/s; record layer: more than the same engine's bare AEAD, for each record",
		    "Bulk inside TLS 1.3");
	table_heads(table, "cipher|record:bytes|engine|op|in TLS:bytes a second in TLS|bare:bytes a second bare|"
			   "ours:bytes a second, native bare|record layer:ns|95 %:ns|share:share of bare|95 %:share");
	for (size_t i = 0; (l = result_layer_at(results, i)); i++)
		if (is_own(l))
			row(table, results, l);
	table_print(table, out, color, 2, columns);
}
