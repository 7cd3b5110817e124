// SPDX-License-Identifier: MIT
// A screenful for people who have read no documentation, from a result set
// alone: how fast encryption is, what a handshake costs, and the gap.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../results/text.h"
#include "command.h"
#include "gap.h"
#include "handshake_parts.h"
#include "group.h"
#include "report.h"
#include "table.h"
#include "tls_bulk.h"

enum { max_bulk_rows = 8, max_handshake_rows = 15, max_failures = 3, line_cap = 400 };

#define BULK_CIPHER "AES-128-GCM" // what handshakes are compared with

// ---- Where and when ----

static void join(char *line, const char *text)
{
	size_t len = strlen(line);
	if (text != NULL && text[0] != '\0')
		snprintf(line + len, line_cap - len, "%s%s", len > 0 ? " · " : "", text);
}

static void print_machine(struct result_set *results, FILE *out, int color, int columns)
{
	const json_t *context = result_context(results), *machine = json_object_get(context, "machine");
	const char *cpu = json_string_value(json_object_get(machine, "cpu"));
	const char *core = json_string_value(json_object_get(machine, "microarchitecture"));
	const char *hypervisor = json_string_value(json_object_get(machine, "hypervisor"));
	const char *date = json_string_value(json_object_get(context, "date"));
	double hz = json_number_value(json_object_get(json_object_get(machine, "clock"), "hz_after"));
	json_int_t cores = json_integer_value(json_object_get(machine, "cores"));
	char line[line_cap] = "", part[120];
	snprintf(part, sizeof(part), "%.60s%s%.30s%s", cpu != NULL ? cpu : "unknown CPU", core != NULL ? " (" : "",
		 core != NULL ? core : "", core != NULL ? ")" : "");
	join(line, part);
	snprintf(part, sizeof(part), "%lld core%s%s%.30s", (long long)cores, cores == 1 ? "" : "s",
		 hypervisor != NULL ? " under " : "", hypervisor != NULL ? hypervisor : "");
	join(line, part);
	snprintf(part, sizeof(part), "%.2f GHz", hz / 1e9);
	join(line, hz > 0 ? part : NULL);
	join(line, json_string_value(json_object_get(machine, "os")));
	if (date != NULL && strlen(date) > 16) { // "2026-01-31T12:00:00+01:00"
		snprintf(part, sizeof(part), "%.10s %.5s", date, date + 11);
		join(line, part);
	}
	text_line(out, color, BOLD, columns, "%s", line);
}

// Each engine with the library that it ran, or that it is missing; over as many
// lines as that takes.
static void print_engines(struct result_set *results, FILE *out, int color, int columns)
{
	const json_t *engines = json_object_get(result_context(results), "engines");
	char line[line_cap] = "", part[120];
	const size_t room = columns < 100 ? (size_t)columns : 100;
	int missing = 0;
	for (size_t i = 0; i < json_array_size(engines); i++) {
		const json_t *engine = json_array_get(engines, i);
		const char *name = json_string_value(json_object_get(engine, "name"));
		const char *version = json_string_value(json_object_get(engine, "library_version"));
		int gone = text_same(json_string_value(json_object_get(engine, "state")), "missing");
		snprintf(part, sizeof(part), "%.60s%s", gone || version == NULL ? name : version,
			 gone ? " is MISSING" : "");
		missing |= gone;
		if (text_width(line) + 3 + text_width(part) > room) {
			text_line(out, color, DIM, columns, "%s", line);
			line[0] = '\0';
		}
		join(line, part);
	}
	if (line[0] != '\0')
		text_line(out, color, DIM, columns, "%s", line);
	if (missing)
		text_line(out, color, YELLOW, columns,
			  "`lanecrypt list` says why an engine is missing, and what to do");
}

// How far the figures can be trusted.
static void print_trust(struct result_set *results, FILE *out, int color, int columns)
{
	static const char *const kinds[] = {NULL, "EMULATED: these figures say nothing about real speed",
					    "PREDICTED by a model, not measured",
					    "PARTIAL: interrupted before everything was measured"};
	const json_t *verification = json_object_get(result_context(results), "verification");
	const json_t *failures = json_object_get(verification, "counterexamples");
	json_int_t passed = json_integer_value(json_object_get(verification, "passed"));
	json_int_t failed = json_integer_value(json_object_get(verification, "failed"));
	if (kinds[result_get_kind(results)] != NULL)
		text_line(out, color, YELLOW, columns, "%s", kinds[result_get_kind(results)]);
	if (verification == NULL)
		return;
	if (failed == 0) {
		text_line(out, color, DIM, columns,
			  "%lld implementations verified against known answers and each other; none is wrong",
			  (long long)passed);
		return;
	}
	text_line(out, color, RED, columns, "FAILED: %lld of %lld implementations are wrong and were not timed",
		  (long long)failed, (long long)(passed + failed));
	for (size_t i = 0; i < json_array_size(failures) && i < max_failures; i++) {
		const char *text = json_string_value(json_array_get(failures, i));
		text_line(out, color, RED, columns, "  %s", text != NULL ? text : "");
	}
}

// ---- Bulk encryption ----

static int is_bulk(const struct result_entry *e)
{
	return e->state == RESULT_OK && !e->latency && e->condition == NULL && e->has_size && e->bytes_per_second > 0 &&
	       strncmp(e->algorithm, "RSA-", 4) != 0;
}

// The size to show: `wanted` if it was measured, else the largest or smallest that was.
static uint64_t size_near(struct result_set *results, uint64_t wanted, int largest)
{
	const struct result_entry *e;
	uint64_t found = 0;
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		if (!is_bulk(e))
			continue;
		if (e->size == wanted)
			return wanted;
		if (found == 0 || (largest ? e->size > found : e->size < found))
			found = e->size;
	}
	return found;
}

// The fastest entry like `like` of that size, as users of an engine get it; of
// another engine than `not`, unless that is NULL.
static const struct result_entry *fastest(struct result_set *results, const struct result_entry *like, uint64_t size,
					  const char * not )
{
	const struct result_entry *e, *best = NULL;
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++)
		if (is_bulk(e) && text_same(e->algorithm, like->algorithm) && text_same(e->op, like->op) &&
		    e->size == size && (e->kernel == NULL || strcmp(e->kernel, "auto") == 0) &&
		    !text_same(e->engine, not ) && (best == NULL || e->ns < best->ns))
			best = e;
	return best;
}

// GB/s and who.
static void speed_cells(struct table *table, enum style style, enum style who, const struct result_entry *e)
{
	char figure[FIGURE_CAP];
	if (e == NULL) {
		table_cell(table, style, "–");
		table_cell(table, who, "%s", "");
		return;
	}
	double speed = e->bytes_per_second / 1e9;
	table_number(table, style, NUMBERS(speed), "%s", figure_plain(speed, figure));
	table_cell(table, who, "%s", e->engine);
}

static void bulk_cells(struct result_set *results, struct table *table, const struct result_entry *like, uint64_t size)
{
	const struct result_entry *first = fastest(results, like, size, NULL);
	speed_cells(table, BOLD, GREEN, first);
	speed_cells(table, PLAIN, PLAIN, first != NULL ? fastest(results, like, size, first->engine) : NULL);
}

static int picked_for(const struct result_entry *e, uint64_t large, uint64_t small)
{
	return is_bulk(e) && e->picked != NULL && (e->size == large || e->size == small);
}

// Which kernels `auto` took for the figures shown, each once.
static void print_picked(struct result_set *results, FILE *out, int color, int columns, uint64_t large, uint64_t small)
{
	const struct result_entry *e;
	char line[line_cap] = "";
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		size_t earlier = 0, used = strlen(line);
		if (!picked_for(e, large, small))
			continue;
		while (earlier < i && !(picked_for(result_entry_at(results, earlier), large, small) &&
					text_same(result_entry_at(results, earlier)->picked, e->picked)))
			earlier++;
		if (earlier == i)
			snprintf(line + used, sizeof(line) - used, "%s%.40s", used > 0 ? ", " : "  native ran ",
				 e->picked);
	}
	if (line[0] != '\0')
		text_line(out, color, DIM, columns, "%s", line);
}

static const char *op_word(const char *op)
{
	return strcmp(op, "seal") == 0 ? "encrypt" : strcmp(op, "open") == 0 ? "decrypt" : op;
}

static void print_bulk(struct result_set *results, FILE *out, int color, int columns)
{
	const uint64_t large = size_near(results, 16384, 1), small = size_near(results, 64, 0);
	const struct result_entry *e;
	char a[FIGURE_CAP], b[FIGURE_CAP], note[line_cap];
	struct table *table = table_new("llrlrlrlrl");
	size_t rows = 0;
	snprintf(note, sizeof(note), "messages of %s, then of %s", figure_size(large, a), figure_size(small, b));
	table_title(table, note, "Encryption on one core");
	table_heads(table,
		    ":algorithm|:operation|GB/s:large GB/s|fastest:large fastest|GB/s:large next GB/s|next:large next|"
		    "GB/s:small GB/s|fastest:small fastest|GB/s:small next GB/s|next:small next");
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL && rows < max_bulk_rows; i++) {
		size_t earlier = 0;
		while (earlier < i && !(is_bulk(result_entry_at(results, earlier)) &&
					text_same(result_entry_at(results, earlier)->algorithm, e->algorithm) &&
					text_same(result_entry_at(results, earlier)->op, e->op)))
			earlier++;
		if (!is_bulk(e) || earlier < i)
			continue;
		table_cell(table, BOLD, "%s", e->algorithm);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", op_word(e->op));
		bulk_cells(results, table, e, large);
		bulk_cells(results, table, e, small);
		rows++;
	}
	table_print(table, out, color, 2, columns);
	print_picked(results, out, color, columns, large, small);
}

// ---- Handshakes ----

static int is_handshake(const struct result_entry *e)
{
	return e->state == RESULT_OK && e->kind != NULL && text_same(e->op, "handshake");
}

static const struct result_entry *side_of(struct result_set *results, const struct result_entry *like, const char *side)
{
	const struct result_entry *e;
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++)
		if (is_handshake(e) && text_same(e->kind, like->kind) && text_same(e->engine, like->engine) &&
		    text_same(e->side, side))
			return e;
	return NULL;
}

// The gap of this handshake on a side to the fastest BULK_CIPHER: what comes first in the list.
static const struct result_gap *gap_of(struct result_set *results, const struct result_entry *like, const char *side)
{
	const struct result_gap *gap;
	char name[line_cap];
	snprintf(name, sizeof(name), "%s %s", like->engine, like->kind);
	for (size_t i = 0; (gap = result_gap_at(results, i)) != NULL; i++) {
		size_t len = strlen(gap->cipher), tail = strlen(BULK_CIPHER);
		if (text_same(gap->handshake, name) && text_same(gap->side, side) && len > tail &&
		    strcmp(gap->cipher + len - tail, BULK_CIPHER) == 0)
			return gap;
	}
	return NULL;
}

static void handshake_row(struct result_set *results, struct table *table, const struct result_entry *e)
{
	static const char *const sides[] = {"server", "client"};
	char text[FIGURE_CAP];
	for (int i = 0; i < 2; i++) {
		const struct result_entry *side = side_of(results, e, sides[i]);
		if (side != NULL)
			table_number(table, PLAIN, NUMBERS(side->ns), "%s", figure_time(side->ns, text));
		else
			table_cell(table, PLAIN, "–");
	}
	for (int i = 0; i < 2; i++) {
		const struct result_gap *gap = gap_of(results, e, sides[i]);
		if (gap != NULL)
			table_number(table, gap->headline ? BOLD : PLAIN, NUMBERS(gap->break_even_bytes), "%s",
				     figure_bytes(gap->break_even_bytes, text));
		else
			table_cell(table, PLAIN, "–");
	}
}

static void print_handshakes(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_entry *e;
	size_t rows = 0, left = 0;
	struct table *table = table_new("llrrrr");
	table_title(table, "CPU time of each side, and the bytes of " BULK_CIPHER " it equals", "One TLS handshake");
	table_heads(table, ":handshake|:engine|server:server ns|client:client ns|= on the server:server bytes|"
			   "on the client:client bytes");
	for (size_t i = 0; (e = result_entry_at(results, i)) != NULL; i++) {
		if (!is_handshake(e) || side_of(results, e, e->side) != e || !text_same(e->side, "server"))
			continue;
		if (rows == max_handshake_rows) {
			left++;
			continue;
		}
		table_cell(table, BOLD, "%s", e->kind);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", e->engine);
		handshake_row(results, table, e);
		rows++;
	}
	table_print(table, out, color, 2, columns);
	if (left > 0)
		text_line(out, color, PLAIN, columns, "  … and %zu more: lanecrypt gap FILE shows all", left);
}

// ---- The gap ----

static void print_headline(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_gap *gap = NULL;
	char x[FIGURE_CAP], lo[FIGURE_CAP], hi[FIGURE_CAP];
	for (size_t i = 0; (gap = result_gap_at(results, i)) != NULL && !gap->headline; i++)
		;
	if (gap == NULL)
		return;
	text_title(out, color, "The gap", "");
	text_print(out, color, PLAIN,
		   "  Accepting one TLS 1.3 connection costs a server as much CPU time as encrypting ");
	text_print(out, color, GREEN, "%s", figure_bytes(gap->break_even_bytes, x));
	text_line(out, color, PLAIN, columns, ".");
	text_line(out, color, DIM, columns, "  95 %% interval %s – %s; %s against %s",
		  figure_bytes(gap->break_even_bytes_lo, lo), figure_bytes(gap->break_even_bytes_hi, hi),
		  gap->handshake, gap->cipher);
}

// 12345 as "12,345".
static const char *grouped(double value, char text[FIGURE_CAP])
{
	char digits[FIGURE_CAP];
	int n = snprintf(digits, sizeof(digits), "%.0f", value < 1e15 ? value : 1e15), used = 0;
	for (int i = 0; i < n; i++) {
		if (i > 0 && (n - i) % 3 == 0)
			text[used++] = ',';
		text[used++] = digits[i];
	}
	text[used] = '\0';
	return text;
}

static void print_per_byte(struct result_set *results, FILE *out, int color, int columns)
{
	static const struct {
		const char *algorithm, *note;
	} keys[] = {{"RSA-2048-OAEP", ""}, {"RSA-3072-OAEP", "as strong as AES-128"}};
	struct table *table = table_new("llrrl");
	table_title(table, "times the CPU time of a byte of " BULK_CIPHER, "RSA for every byte instead");
	table_heads(table, ":algorithm|:message|encrypt:encrypt times|decrypt:decrypt times|:note");
	for (size_t k = 0; k < sizeof(keys) / sizeof(keys[0]); k++) {
		struct gap_per_byte encrypt, decrypt;
		char text[FIGURE_CAP];
		if (gap_per_byte(results, keys[k].algorithm, "encrypt", BULK_CIPHER, &encrypt) != 0 ||
		    gap_per_byte(results, keys[k].algorithm, "decrypt", BULK_CIPHER, &decrypt) != 0)
			continue;
		table_cell(table, BOLD, "%s", keys[k].algorithm);
		table_cell(table, PLAIN, "%llu bytes a message", (unsigned long long)encrypt.pk->size);
		table_number(table, PLAIN, NUMBERS(encrypt.times), "%s ×", grouped(encrypt.times, text));
		table_number(table, PLAIN, NUMBERS(decrypt.times), "%s ×", grouped(decrypt.times, text));
		table_cell(table, DIM, "%s", keys[k].note);
	}
	table_print(table, out, color, 2, columns);
}

static void print_predictions(struct result_set *results, FILE *out, int color, int columns)
{
	const struct result_prediction *p;
	struct table *table = table_new("lllrrr");
	table_title(table, "cycles per byte of the loop; what may be fused is fused, or not", "Predicted");
	table_heads(table, ":algorithm|:implementation|CPU (model):cpu|cycles/byte:cycles per byte|by the same "
			   "model:ratio of cycles|"
			   "measured:measured cycles per byte");
	for (size_t i = 0; (p = result_prediction_at(results, i)) != NULL; i++) {
		table_cell(table, PLAIN, "%s %s", p->algorithm, p->op);
		table_repeats(table);
		table_cell(table, PLAIN, "%s", p->kernel != NULL ? p->kernel : p->engine);
		table_repeats(table);
		table_cell(table, PLAIN, "%s (%s)", p->cpu, p->model);
		table_number(table, BOLD, NUMBERS(p->cycles_per_byte_lo, p->cycles_per_byte_hi), "%.3f – %.3f",
			     p->cycles_per_byte_lo, p->cycles_per_byte_hi);
		if (p->baseline != NULL)
			table_number(table, PLAIN, NUMBERS(p->cycles_ratio), "%.2f × %s", p->cycles_ratio, p->baseline);
		else
			table_cell(table, PLAIN, "%s", "");
		if (p->measured_cycles_per_byte > 0)
			table_number(table, PLAIN, NUMBERS(p->measured_cycles_per_byte), "%.3f",
				     p->measured_cycles_per_byte);
		table_end_row(table);
	}
	table_print(table, out, color, 2, columns);
}

void summary_print(struct result_set *results, FILE *out, int color, int columns)
{
	if (result_prediction_at(results, 0) == NULL) // else of no machine
		print_machine(results, out, color, columns);
	print_engines(results, out, color, columns);
	print_trust(results, out, color, columns);
	print_predictions(results, out, color, columns);
	print_bulk(results, out, color, columns);
	print_handshakes(results, out, color, columns);
	handshake_parts_summary(results, out, color, columns);
	tls_bulk_report(results, out, color, columns);
	print_headline(results, out, color, columns);
	print_per_byte(results, out, color, columns);
}

static int summary_run(struct bench_run *run, const char *file)
{
	char error[512];
	const char *json = run->options->json;
	if (file == NULL)
		return usage_error("summary: name a result file, for example one of results/local/");
	struct result_set *results = result_load(file, error, sizeof(error));
	if (results == NULL)
		return usage_error("%s", error);
	int bad = json != NULL && result_save(results, json, error, sizeof(error)) != 0;
	if (!bad && (json == NULL || strcmp(json, "-") != 0)) {
		int color = color_on(run->options, stdout);
		summary_print(results, stdout, color, columns_of(stdout));
		report_missing(results, stdout, color, columns_of(stdout), 0);
	}
	result_free(results);
	return bad ? usage_error("%s", error) : EXIT_FINE;
}

const struct command command_summary = {
	.name = "summary",
	.arguments = "FILE",
	.summary = "show a result file as a screenful for people",
	.help = "Prints what `lanecrypt run` printed, from its result file: no engine is loaded and nothing is\n"
		"measured. A file that is cut off or was tampered with is refused, with the place named.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt summary results/local/2026-01-31-120000-myhost.json\n"
		"  lanecrypt summary old.json --no-color | less\n",
	.options = " format json no-color ",
	.needs_engines = 0,
	.run = summary_run,
};
