// SPDX-License-Identifier: MIT
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "gap.h"
#include "group.h"
#include "report.h"
#include "table.h"

static int is_handshake(const struct result_entry *e)
{
	return strcmp(e->op, "handshake") == 0;
}

// What is compared with each other: same algorithm, operation, kind of handshake.
static int same_family(const struct result_entry *a, const struct result_entry *b)
{
	return text_same(a->algorithm, b->algorithm) && strcmp(a->op, b->op) == 0 && a->latency == b->latency &&
	       text_same(a->kind, b->kind);
}

const char *report_cycle_source(struct result_set *results, char *text, size_t cap)
{
	const json_t *clock = json_object_get(json_object_get(result_context(results), "machine"), "clock");
	const char *source = json_string_value(json_object_get(clock, "source"));
	double hz = json_number_value(json_object_get(clock, "hz_after"));
	double latency = json_number_value(json_object_get(clock, "aes_latency_cycles"));
	int n = snprintf(text, cap, "cycles: %.80s, %.2f GHz", source != NULL ? source : "unknown source", hz / 1e9);
	if (latency > 0 && n > 0 && (size_t)n < cap)
		snprintf(text + n, cap - (size_t)n, "; an AES round takes %.2f", latency);
	return text;
}

// Whether others of the same work are compared with this entry.
static int is_baseline(struct result_set *results, const struct result_entry *e)
{
	const struct result_entry *other;
	char name[256];
	snprintf(name, sizeof(name), "%s%s%s", e->engine, e->kernel != NULL ? "/" : "",
		 e->kernel != NULL ? e->kernel : "");
	for (size_t i = 0; (other = result_entry_at(results, i)) != NULL; i++)
		if (other->state == RESULT_OK && same_family(other, e) && other->size == e->size &&
		    text_same(other->side, e->side) && text_same(other->baseline, name))
			return 1;
	return 0;
}

// "1.35 [1.33, 1.37]" and "faster".
static void ratio_cells(struct result_set *results, struct table *table, const struct result_entry *e)
{
	char value[FIGURE_CAP], lo[FIGURE_CAP], hi[FIGURE_CAP];
	if (e->baseline == NULL) {
		table_cell(table, PLAIN, "%s", "");
		table_cell(table, DIM, is_baseline(results, e) ? "baseline" : "");
		return;
	}
	enum style style = e->ratio_lo > 1 ? GREEN : e->ratio_hi < 1 ? RED : PLAIN;
	table_number(table, style, NUMBERS(e->ratio, e->ratio_lo, e->ratio_hi), "%s [%s, %s]",
		     figure_plain(e->ratio, value), figure_plain(e->ratio_lo, lo), figure_plain(e->ratio_hi, hi));
	table_cell(table, style, "%s", e->ratio_lo > 1 ? "faster" : e->ratio_hi < 1 ? "slower" : "no difference");
}

// "native aes-gcm:vaes512"
static void implementation_cell(struct table *table, const struct result_entry *e)
{
	table_cell(table, PLAIN, "%s%s%s", e->engine, e->kernel != NULL ? " " : "", e->kernel != NULL ? e->kernel : "");
}

// Time of an operation and how far it can be trusted.
static void time_cells(struct table *table, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	table_number(table, PLAIN, NUMBERS(e->ns), "%s", figure_time(e->ns, figure));
	table_spread(table, e->ns, e->ns_lo, e->ns_hi);
}

static void operation_row(struct result_set *results, struct table *table, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	if (e->has_size)
		table_number(table, PLAIN, NUMBERS((double)e->size), "%s", figure_size(e->size, figure));
	else
		table_cell(table, PLAIN, "%s", "");
	table_repeats(table);
	implementation_cell(table, e);
	time_cells(table, e);
	if (e->bytes_per_second > 0) {
		double speed = e->bytes_per_second / 1e9;
		table_number(table, PLAIN, NUMBERS(speed), "%s", figure_plain(speed, figure));
		table_number(table, PLAIN, NUMBERS(e->cycles_per_byte), "%s", figure_plain(e->cycles_per_byte, figure));
	} else {
		table_cell(table, PLAIN, "%s", "");
		table_number(table, PLAIN, NUMBERS(e->cycles), "%s", figure_plain(e->cycles, figure));
	}
	ratio_cells(results, table, e);
}

// All entries of the family that begins at `first`.
static void operation_table(struct result_set *results, size_t first, FILE *out, int color, int columns)
{
	const struct result_entry *family = result_entry_at(results, first), *e;
	char aad[60] = "", source[160];
	struct table *table = table_new("rlrrrrll");
	if (family->aad > 0)
		snprintf(aad, sizeof(aad), ", %llu bytes of associated data", (unsigned long long)family->aad);
	table_title(table, report_cycle_source(results, source, sizeof(source)), "%s %s%s%s", family->algorithm,
		    family->op, family->latency ? ", each message waiting for the one before" : "", aad);
	table_heads(
		table,
		family->bytes_per_second > 0
			? "size:bytes|implementation|time:ns|95 %:ns|GB/s|cycles/byte|× baseline [95 %]:ratio|:verdict"
			: "size:bytes|implementation|time:ns|95 %:ns||cycles|× baseline [95 %]:ratio|:verdict");
	for (size_t i = first; (e = result_entry_at(results, i)) != NULL; i++)
		if (same_family(e, family) && e->state == RESULT_OK)
			operation_row(results, table, e);
	table_print(table, out, color, 2, columns);
}

// Geometric means of the ratios of each implementation, over all its cells.
static void means(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e, *other;
	struct table *table = table_new("lrll");
	table_title(table, "", "Times as fast as the baseline, geometric mean");
	table_heads(table, ":implementation|:ratio|:cells|:slower");
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		double sum = 0;
		size_t n = 0, slower = 0, earlier = 0;
		char figure[FIGURE_CAP];
		if (e->state != RESULT_OK || e->baseline == NULL || is_handshake(e))
			continue;
		for (size_t j = 0; (other = result_entry_at(results, j)) != NULL; j++) {
			if (other->state != RESULT_OK || other->baseline == NULL || is_handshake(other) ||
			    !text_same(e->engine, other->engine) || !text_same(e->kernel, other->kernel))
				continue;
			earlier += j < i;
			sum += log(other->ratio);
			slower += other->ratio_hi < 1;
			n++;
		}
		if (earlier > 0)
			continue;
		double mean = exp(sum / (double)n);
		implementation_cell(table, e);
		table_number(table, BOLD, NUMBERS(mean), "%s", figure_plain(mean, figure));
		table_number(table, PLAIN, NUMBERS((double)n), "over %zu cell%s", n, n == 1 ? "" : "s");
		table_number(table, slower > 0 ? RED : GREEN, NUMBERS((double)slower), "slower in %zu", slower);
	}
	table_print(table, out, color, 2, columns);
}

void report_operations(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		size_t earlier = 0;
		while (earlier < i && !(result_entry_at(results, earlier)->state == RESULT_OK &&
					same_family(result_entry_at(results, earlier), e)))
			earlier++;
		if (earlier == i && e->state == RESULT_OK && !is_handshake(e))
			operation_table(results, i, out, color, columns);
	}
	means(results, out, color, columns);
}

void report_models(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_model *m;
	char source[160], a[FIGURE_CAP], b[FIGURE_CAP], c[FIGURE_CAP];
	struct table *table = table_new("llrlrlrr");
	table_title(table, report_cycle_source(results, source, sizeof(source)),
		    "What a message of n bytes costs: fixed cycles + cycles/byte · n");
	table_heads(table,
		    "work|implementation|fixed cycles|95 %:fixed cycles|cycles/byte|95 %:cycles/byte|R²|residual");
	for (size_t i = 0; (m = result_model_at(results, i)) != NULL; i++) {
		table_cell(table, PLAIN, "%s %s%s", m->algorithm, m->op, m->latency ? ", latency" : "");
		table_repeats(table);
		table_cell(table, PLAIN, "%s%s%s", m->engine, m->kernel != NULL ? " " : "",
			   m->kernel != NULL ? m->kernel : "");
		table_number(table, BOLD, NUMBERS(m->fixed_cycles), "%s", figure_plain(m->fixed_cycles, a));
		table_number(table, DIM, NUMBERS(m->fixed_cycles_lo, m->fixed_cycles_hi), "%s – %s",
			     figure_plain(m->fixed_cycles_lo, a), figure_plain(m->fixed_cycles_hi, b));
		table_number(table, BOLD, NUMBERS(m->cycles_per_byte), "+ %s", figure_plain(m->cycles_per_byte, c));
		table_number(table, DIM, NUMBERS(m->cycles_per_byte_lo, m->cycles_per_byte_hi), "%s – %s",
			     figure_plain(m->cycles_per_byte_lo, a), figure_plain(m->cycles_per_byte_hi, b));
		table_number(table, PLAIN, NUMBERS(m->r2), "%.4f", m->r2);
		table_number(table, PLAIN, NUMBERS(m->residual), "%.1f %%", 100 * m->residual);
	}
	table_print(table, out, color, 2, columns);
}

// 0: unknown.
static void count_cell(struct table *table, uint64_t n, const char *unit)
{
	if (n > 0)
		table_number(table, PLAIN, NUMBERS((double)n), "%llu%s", (unsigned long long)n, unit);
	else
		table_cell(table, DIM, "–");
}

void report_handshakes(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e;
	char source[160];
	struct table *table = table_new("lllrrrrrrll");
	table_title(table, report_cycle_source(results, source, sizeof(source)), "TLS handshakes, in memory");
	table_heads(table, "handshake|engine|side|CPU time:ns|95 %:ns|cycles|95 %:cycles|sent:bytes sent|allocations|"
			   "× baseline [95 %]:ratio|:verdict");
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		if (!is_handshake(e) || e->state != RESULT_OK)
			continue;
		table_cell(table, BOLD, "%s", e->kind);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", e->engine);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", e->side);
		time_cells(table, e);
		table_number(table, PLAIN, NUMBERS(e->cycles), "%.0f", e->cycles);
		table_spread(table, e->cycles, e->cycles_lo, e->cycles_hi);
		count_cell(table, e->bytes_sent, " B");
		count_cell(table, e->allocations, "");
		ratio_cells(results, table, e);
	}
	table_print(table, out, color, 2, columns);
}

void report_gaps(struct result_set *results, FILE *out, int color, int columns)
{
	static const char *const keys[] = {"RSA-2048-OAEP", "RSA-3072-OAEP", "RSA-4096-OAEP"};
	static const char *const ops[] = {"encrypt", "decrypt"};
	char a[FIGURE_CAP], b[FIGURE_CAP];
	const struct result_gap *gap;
	struct table *table = table_new("lllrl");
	table_title(table, "", "One handshake costs as much CPU time as so many bytes of bulk encryption");
	table_heads(table, "handshake|side|cipher|break-even:break-even bytes|95 %:break-even bytes");
	for (size_t i = 0; (gap = result_gap_at(results, i)) != NULL; i++) {
		enum style style = gap->headline ? BOLD : PLAIN;
		table_cell(table, style, "%s", gap->handshake);
		table_cell(table, style, "%s", gap->side);
		table_cell(table, style, "%s", gap->cipher);
		table_number(table, style, NUMBERS(gap->break_even_bytes), "%s",
			     figure_bytes(gap->break_even_bytes, a));
		table_number(table, DIM, NUMBERS(gap->break_even_bytes_lo, gap->break_even_bytes_hi), "%s – %s",
			     figure_bytes(gap->break_even_bytes_lo, a), figure_bytes(gap->break_even_bytes_hi, b));
	}
	table_print(table, out, color, 2, columns);

	table = table_new("lllrl");
	table_title(table, "", "One byte of RSA encryption costs as much as so many bytes of AES-128-GCM");
	table_heads(table, ":algorithm|:operation|:message|:times|:times");
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++)
		for (size_t o = 0; o < 2; o++) {
			struct gap_per_byte per_byte;
			if (gap_per_byte(results, keys[k], ops[o], "AES-128-GCM", &per_byte) != 0)
				continue;
			table_cell(table, PLAIN, "%s", keys[k]);
			table_cell(table, PLAIN, "%s", ops[o]);
			table_cell(table, PLAIN, "%llu B a message, %s", (unsigned long long)per_byte.pk->size,
				   per_byte.pk->engine);
			table_number(table, BOLD, NUMBERS(per_byte.times), "%.0f times", per_byte.times);
			table_number(table, DIM, NUMBERS(per_byte.times_lo, per_byte.times_hi), "%.0f – %.0f",
				     per_byte.times_lo, per_byte.times_hi);
		}
	table_print(table, out, color, 2, columns);
}

static int same_implementation(const struct result_entry *a, const struct result_entry *b)
{
	return text_same(a->engine, b->engine) && text_same(a->kernel, b->kernel);
}

static int same_absence(const struct result_entry *a, const struct result_entry *b)
{
	return a->state == b->state && same_implementation(a, b) && text_same(a->reason, b->reason);
}

enum { absent_cap = 400, shown_kinds = 2 };

// What is missing as the first-th entry is, each once: "AES-128-GCM seal, open; RSA-2048 sign". Of handshakes, of
// which there may be a hundred, the first and how many more.
static void list_absent(struct result_set *results, size_t first, char text[absent_cap])
{
	const struct result_entry *like = result_entry_at(results, first), *e;
	const char *algorithm = NULL;
	size_t used = 0, n_kinds = 0;
	text[0] = '\0';
	for (size_t i = first; (e = result_entry_at(results, i)) != NULL && used + 100 < absent_cap; i++) {
		size_t earlier = first;
		if (!same_absence(e, like))
			continue;
		while (earlier < i && !(same_absence(result_entry_at(results, earlier), like) &&
					same_family(result_entry_at(results, earlier), e)))
			earlier++;
		const char *name = e->kind != NULL ? e->kind : e->algorithm;
		n_kinds += earlier == i && e->kind != NULL;
		if (n_kinds > shown_kinds)
			continue;
		if (earlier == i && text_same(name, algorithm))
			used += (size_t)snprintf(text + used, absent_cap - used, ", %.12s", e->op);
		else if (earlier == i)
			used += (size_t)snprintf(text + used, absent_cap - used, "%s%.60s%s%.12s", used > 0 ? "; " : "",
						 name, e->kind != NULL ? "" : " ", e->kind != NULL ? "" : e->op);
		algorithm = name;
	}
	if (e != NULL)
		snprintf(text + used, absent_cap - used, " …");
	else if (n_kinds > shown_kinds)
		snprintf(text + used, absent_cap - used, "; %zu more", n_kinds - shown_kinds);
}

// Whether the entry is the first of its implementation to be missing for its reason.
static int is_first_absence(struct result_set *results, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_absence(result_entry_at(results, k), result_entry_at(results, i)))
			return 0;
	return result_entry_at(results, i)->state != RESULT_OK;
}

// The engines that miss the same for the same reason as that of the i-th entry: "botan, nettle", for programs one.
// 0 when one of them came before it.
static int name_absent(struct result_set *results, size_t i, const char *what, char text[absent_cap])
{
	const struct result_entry *like = result_entry_at(results, i), *e;
	const int together = like->kernel == NULL && table_get_format() != FORMAT_CSV;
	char other[absent_cap];
	size_t used = (size_t)snprintf(text, absent_cap, "%.60s%s%.60s", like->engine, like->kernel != NULL ? " " : "",
				       like->kernel != NULL ? like->kernel : "");
	for (size_t k = 0; (e = result_entry_at(results, k)) != NULL && together; k++) {
		if (k == i || e->state != like->state || e->kernel != NULL || !text_same(e->reason, like->reason) ||
		    !is_first_absence(results, k))
			continue;
		list_absent(results, k, other);
		if (strcmp(other, what) != 0)
			continue;
		if (k < i)
			return 0;
		if (used + 70 < absent_cap)
			used += (size_t)snprintf(text + used, absent_cap - used, ", %.60s", e->engine);
	}
	return 1;
}

void report_missing(struct result_set *results, FILE *out, int color, int columns, int all)
{
	const struct result_entry *e;
	struct table *table = table_new("lll");
	table_title(table, "", "Not measured");
	table_heads(table, ":implementation|:why|:what");
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		char what[absent_cap], who[absent_cap];
		if (!is_first_absence(results, i) || (e->state == RESULT_NOT_OFFERED && !all))
			continue;
		list_absent(results, i, what);
		if (!name_absent(results, i, what, who))
			continue;
		table_cell(table, PLAIN, "%s", who);
		table_cell(table, e->state == RESULT_FAILED ? RED : DIM, "%s%s",
			   e->state == RESULT_FAILED ? "FAILED: " : "", e->reason != NULL ? e->reason : "not offered");
		table_cell(table, PLAIN, "%s", what);
	}
	table_print(table, out, color, 2, columns);
}

void report_precision(struct result_set *results, FILE *out, int color, int columns)
{
	const json_t *context = result_context(results), *precision = json_object_get(context, "precision");
	if (precision == NULL)
		return;
	double wanted = 100 * json_number_value(json_object_get(precision, "wanted"));
	long long reached = json_integer_value(json_object_get(precision, "reached"));
	long long of = json_integer_value(json_object_get(precision, "of"));
	double seconds = json_number_value(json_object_get(context, "seconds"));
	long long starts = json_integer_value(json_object_get(context, "starts"));
	text_line(out, color, PLAIN, 0, "%s", "");
	if (reached == of)
		text_line(out, color, GREEN, columns,
			  "Precision: all %lld times are known to ±%g %%, after %.0f s and %lld starts", of, wanted,
			  seconds, starts);
	else
		text_line(out, color, YELLOW, columns,
			  "Precision: %lld of %lld times are known to ±%g %%; the budget is spent, after %.0f s and "
			  "%lld starts",
			  reached, of, wanted, seconds, starts);
}
