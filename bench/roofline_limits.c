// SPDX-License-Identifier: MIT
// What algorithms cannot do without, and what that costs at least.
//
// Each row of the table is one bound: a long message cannot be faster than its
// operations issue, or than a chain through it takes. The limit of a width is the
// largest of its bounds; that of the core, the least over its widths. Only what
// fills some execution port is counted: loads, stores, xors with the message, byte
// orders and counters go on ports that idle meanwhile, on every core we know.
//
// How it can be a limit although it was measured. A mixture is a stream without
// dependences, which a cipher can only fall behind. What a multiply costs beside
// AES comes from 5 rounds and 1 multiply together. The least time of a mixture is a
// convex function of the amounts (half of each of two schedules is a schedule), so
// that its slope towards the multiply only grows with their share, and all of
// AES-GCM has a larger share than 1 in 6.

#include "roofline_limits.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum price {
	ISSUE,      // cycles for each in a stream of its own kind
	LATENCY,    // cycles for each in a chain
	BESIDE_AES, // a carry-less multiply's among AES rounds
};

// n of them, and per_round in every round of AES.
struct term {
	enum price price;
	enum roofline_op op;
	double n, per_round;
};

#define ROUNDS(n, less)                                                                                                \
	{                                                                                                              \
		ISSUE, OP_AES, -(n) * (less), n                                                                        \
	} // of n vectors, all rounds but so many
#define MULTIPLIES(n)                                                                                                  \
	{                                                                                                              \
		ISSUE, OP_CLMUL, n, 0                                                                                  \
	}
#define MULTIPLIES_BESIDE_AES(n)                                                                                       \
	{                                                                                                              \
		BESIDE_AES, OP_CLMUL, n, 0                                                                             \
	}
#define ISSUED(op, n)                                                                                                  \
	{                                                                                                              \
		ISSUE, op, n, 0                                                                                        \
	}
#define CHAINED(op, n)                                                                                                 \
	{                                                                                                              \
		LATENCY, op, n, 0                                                                                      \
	}
#define CHAINED_ROUNDS(n)                                                                                              \
	{                                                                                                              \
		LATENCY, OP_AES, 0, n                                                                                  \
	} // of n blocks

#define ROUNDS_AND_XORS(n, n_xors)                                                                                     \
	ISSUED(MIX_AES_XOR, n), ISSUED(OP_XOR, (n_xors) - (n)) // as many of both, less the time of the xors too many

#define X86 (1 << WIDTH_SSE | 1 << WIDTH_XMM | 1 << WIDTH_YMM | 1 << WIDTH_ZMM)
#define NEON (1 << WIDTH_NEON)
#define ANY_VECTOR (X86 | NEON)
#define BITS_128 (1 << WIDTH_SSE | 1 << WIDTH_XMM | NEON)
#define BITS_256 (BITS_128 | 1 << WIDTH_YMM)

static const struct bound {
	const char *algorithm; // the key's bits in place of '*'
	const char *op;        // NULL: all
	unsigned widths;
	double vectors, bytes; // of message that the terms are for: so many vectors, or bytes
	struct term terms[2];
} bounds[] = {
	// Counter mode has the first round of a block from a table: kernels/aes/aes_round1.h.
	{"AES-*-CTR", NULL, ANY_VECTOR, 8, 0, {ROUNDS(8, 1)}},
	{"AES-*-ECB", NULL, ANY_VECTOR, 8, 0, {ROUNDS(8, 0)}},
	{"AES-*-XTS", NULL, ANY_VECTOR, 8, 0, {ROUNDS(8, 0)}},
	// The round keys on either side of a block and the next block are xored beforehand, outside of the chain.
	{"AES-*-CBC", "encrypt", ANY_VECTOR, 0, 16, {CHAINED_ROUNDS(1)}},
	{"AES-*-CBC", "decrypt", ANY_VECTOR, 8, 0, {ROUNDS(8, 0)}},
	{"AES-*-CMAC", NULL, ANY_VECTOR, 0, 16, {CHAINED_ROUNDS(1)}},
	{"AES-*-CCM", NULL, ANY_VECTOR, 0, 16, {CHAINED_ROUNDS(1)}},

	// Karatsuba: 3 multiplies a vector, and 2 to reduce the sum of eight.
	{"GHASH", NULL, ANY_VECTOR, 8, 0, {MULTIPLIES(3 * 8 + 2)}},
	{"POLYVAL", NULL, ANY_VECTOR, 8, 0, {MULTIPLIES(3 * 8 + 2)}},
	{"AES-*-GCM", NULL, ANY_VECTOR, 8, 0, {ROUNDS(8, 1), MULTIPLIES_BESIDE_AES(3 * 8 + 2)}},
	{"AES-*-GCM", NULL, ANY_VECTOR, 8, 0, {MULTIPLIES(3 * 8 + 2)}},
	// Keys of its own for each message: no table. The tag comes before the first block is encrypted: two passes.
	{"AES-*-GCM-SIV", "seal", ANY_VECTOR, 8, 0, {ROUNDS(8, 0), MULTIPLIES(3 * 8 + 2)}},
	{"AES-*-GCM-SIV", "open", ANY_VECTOR, 8, 0, {ROUNDS(8, 0), MULTIPLIES_BESIDE_AES(3 * 8 + 2)}},
	{"AES-*-GCM-SIV", "open", ANY_VECTOR, 8, 0, {MULTIPLIES(3 * 8 + 2)}},

	// A step: 8 (6) rounds side by side. What enters one of them comes from another's last step, so that a chain
	// runs through all; the message joins it with one xor on the way, on arm64 each round key needs one as well.
	// The key stream and what the message joins take 6 (4) operations of logic with three operands: where AES has
	// two of three ports, these are not idle. A vector holds a row, whatever its width could be: rows in one would
	// have to cross lanes in every step, which is a longer chain.
	{"AEGIS-128L", NULL, BITS_128, 2, 0, {ISSUED(OP_AES, 8)}},
	{"AEGIS-128L", NULL, BITS_128 &X86, 2, 0, {ROUNDS_AND_XORS(8, 6)}},
	{"AEGIS-128L", NULL, BITS_128 &X86, 0, 32, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1 / 8.0)}},
	{"AEGIS-128L", NULL, NEON, 0, 32, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1)}},
	{"AEGIS-128X2", NULL, BITS_256, 2, 0, {ISSUED(OP_AES, 8)}},
	{"AEGIS-128X2", NULL, BITS_256 &X86, 2, 0, {ROUNDS_AND_XORS(8, 6)}},
	{"AEGIS-128X2", NULL, BITS_256 &X86, 0, 64, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1 / 8.0)}},
	{"AEGIS-128X4", NULL, ANY_VECTOR, 2, 0, {ISSUED(OP_AES, 8)}},
	{"AEGIS-128X4", NULL, X86, 2, 0, {ROUNDS_AND_XORS(8, 6)}},
	{"AEGIS-128X4", NULL, X86, 0, 128, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1 / 8.0)}},
	{"AEGIS-256", NULL, BITS_128, 1, 0, {ISSUED(OP_AES, 6)}},
	{"AEGIS-256", NULL, BITS_128 &X86, 1, 0, {ROUNDS_AND_XORS(6, 4)}},
	{"AEGIS-256", NULL, BITS_128 &X86, 0, 16, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1 / 6.0)}},
	{"AEGIS-256", NULL, NEON, 0, 16, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1)}},
	{"AEGIS-256X2", NULL, BITS_256, 1, 0, {ISSUED(OP_AES, 6)}},
	{"AEGIS-256X2", NULL, BITS_256 &X86, 1, 0, {ROUNDS_AND_XORS(6, 4)}},
	{"AEGIS-256X2", NULL, BITS_256 &X86, 0, 32, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1 / 6.0)}},
	{"AEGIS-256X4", NULL, ANY_VECTOR, 1, 0, {ISSUED(OP_AES, 6)}},
	{"AEGIS-256X4", NULL, X86, 1, 0, {ROUNDS_AND_XORS(6, 4)}},
	{"AEGIS-256X4", NULL, X86, 0, 64, {CHAINED(OP_AES, 1), CHAINED(OP_XOR, 1 / 6.0)}},

	// 16 vectors hold a word of many blocks each: 80 quarter rounds, 16 additions of the input, a transposition, 16
	// xors with the message.
	{"ChaCha20", NULL, ANY_VECTOR, 16, 0, {ISSUED(MIX_CHACHA, 8)}},
	// Poly1305 fits in beside it: on the integer side, 6 multiplies for 16 bytes.
	{"ChaCha20-Poly1305", NULL, ANY_VECTOR, 16, 0, {ISSUED(MIX_CHACHA, 8)}},
	{"XChaCha20-Poly1305", NULL, ANY_VECTOR, 16, 0, {ISSUED(MIX_CHACHA, 8)}},
	// Integers: h0, h1 times r0, r1; h2 times r0 and s1. 26-bit limbs: 5 times 5. 44-bit limbs: 3 times 3, both
	// halves.
	{"Poly1305", NULL, 1 << WIDTH_SCALAR, 0, 16, {ISSUED(OP_MUL64, 6)}},
	{"Poly1305", NULL, 1 << WIDTH_YMM, 2, 0, {ISSUED(OP_MUL32, 25)}},
	{"Poly1305", NULL, 1 << WIDTH_ZMM, 2, 0, {ISSUED(OP_IFMA, 18)}},
};
enum { n_bounds = sizeof(bounds) / sizeof(bounds[0]), max_terms = 2 };

static const double width_bytes[N_WIDTHS] = {
	[WIDTH_SSE] = 16, [WIDTH_XMM] = 16, [WIDTH_YMM] = 32, [WIDTH_ZMM] = 64, [WIDTH_NEON] = 16, [WIDTH_SCALAR] = 8};

// How kernels' names end.
static const struct {
	const char *isa;
	enum roofline_width width;
} isas[] = {{"aesni", WIDTH_SSE},     {"aesni-avx", WIDTH_XMM}, {"vaes256", WIDTH_YMM}, {"vaes512", WIDTH_ZMM},
	    {"ssse3", WIDTH_SSE},     {"avx2", WIDTH_YMM},      {"avx512", WIDTH_ZMM},  {"neon", WIDTH_NEON},
	    {"neon-aes", WIDTH_NEON}, {"neon-sha3", WIDTH_NEON}};

// Rounds of AES with the key that the name says, 1 without; 0 when it is another name.
static double rounds_of(const char *pattern, const char *algorithm)
{
	const char *star = strchr(pattern, '*');
	if (star == NULL)
		return strcasecmp(pattern, algorithm) == 0;
	const size_t before = (size_t)(star - pattern);
	if (strncasecmp(pattern, algorithm, before) != 0)
		return 0;
	for (int bits = 128; bits <= 256; bits += 64) {
		char text[8];
		int len = snprintf(text, sizeof(text), "%d", bits);
		if (strncmp(algorithm + before, text, (size_t)len) == 0 &&
		    strcasecmp(algorithm + before + len, star + 1) == 0)
			return bits / 32 + 6;
	}
	return 0;
}

// What one costs, which may be nothing beside others; negative when it was not measured.
static double price_of(const struct roofline *r, const struct term *term, enum roofline_width width)
{
	const double mix = r->cost[MIX_AES_CLMUL][width].cycles, round = r->cost[OP_AES][width].cycles;
	double price = 0;
	switch (term->price) {
	case ISSUE:
		price = r->cost[term->op][width].cycles;
		break;
	case LATENCY:
		price = r->cost[term->op][width].latency;
		break;
	case BESIDE_AES:
		return mix > 0 && round > 0 ? fmax(0, mix - 5 * round) : -1;
	}
	return price > 0 ? price : -1;
}

static const char *term_name(const struct term *term)
{
	if (term->price == BESIDE_AES)
		return "multiply beside AES";
	return term->op == OP_CLMUL ? "multiply" : roofline_op_name(term->op);
}

// Cycles for a byte, and how they come about; 0 when an operation is unknown here.
static double evaluate(const struct roofline *r, const struct bound *bound, double n_rounds, enum roofline_width width,
		       char *text, size_t cap)
{
	double sum = 0, bytes = bound->bytes > 0 ? bound->bytes : bound->vectors * width_bytes[width];
	size_t len = 0;
	for (int i = 0; i < max_terms; i++) {
		const struct term *term = &bound->terms[i];
		double n = term->n + term->per_round * n_rounds, price = price_of(r, term, width);
		if (n == 0)
			continue;
		if (price < 0)
			return 0;
		sum += n * price;
		len += (size_t)snprintf(text + len, cap - len, "%s%.4g × %.2f (%s%s)", i > 0 ? " + " : "", n, price,
					term_name(term), term->price == LATENCY ? ", latency" : "");
	}
	snprintf(text + len, cap - len, " = %.2f cycles for %.0f B", sum, bytes);
	return sum / bytes;
}

static int compare_limits(const void *a, const void *b)
{
	double x = ((const struct limit *)a)->cycles_per_byte, y = ((const struct limit *)b)->cycles_per_byte;
	return (x > y) - (x < y);
}

size_t limits_of(const struct roofline *roofline, const char *algorithm, const char *op, struct limit limits[N_WIDTHS])
{
	size_t n = 0;
	for (int width = 0; width < N_WIDTHS; width++) {
		struct limit limit = {.width = (enum roofline_width)width}, bound = limit;
		int known = 1;
		for (int i = 0; i < n_bounds; i++) {
			double n_rounds = rounds_of(bounds[i].algorithm, algorithm);
			if (n_rounds == 0 || !(bounds[i].widths >> width & 1) ||
			    (bounds[i].op != NULL && strcasecmp(bounds[i].op, op) != 0))
				continue;
			bound.cycles_per_byte = evaluate(roofline, &bounds[i], n_rounds, bound.width, bound.arithmetic,
							 sizeof(bound.arithmetic));
			known &= bound.cycles_per_byte > 0;
			if (bound.cycles_per_byte > limit.cycles_per_byte)
				limit = bound;
		}
		if (known && limit.cycles_per_byte > 0)
			limits[n++] = limit;
	}
	qsort(limits, n, sizeof(*limits), compare_limits);
	return n;
}

double limit_of_kernel(const struct roofline *roofline, const char *algorithm, const char *op, const char *kernel)
{
	struct limit limits[N_WIDTHS];
	size_t n = limits_of(roofline, algorithm, op, limits);
	const char *colon = kernel != NULL ? strchr(kernel, ':') : NULL;
	for (size_t k = 0; colon != NULL && k < sizeof(isas) / sizeof(isas[0]); k++)
		for (size_t i = 0; i < n && strcmp(colon + 1, isas[k].isa) == 0; i++)
			if (limits[i].width == isas[k].width)
				return limits[i].cycles_per_byte;
	return 0;
}

void limits_apply(const struct roofline *roofline, struct result_set *results)
{
	struct limit limits[N_WIDTHS];
	for (size_t i = 0; i < result_n_entries(results); i++) {
		const struct result_entry *entry = result_entry_at(results, i);
		if (entry->state == RESULT_OK && entry->cycles_per_byte > 0 &&
		    limits_of(roofline, entry->algorithm, entry->op, limits) > 0)
			result_set_limit_fraction(results, i, limits[0].cycles_per_byte / entry->cycles_per_byte);
	}
}

// One algorithm's, at the key lengths that its bounds are for.
static void append(const struct roofline *roofline, const struct bound *bound, json_t *list)
{
	const char *star = strchr(bound->algorithm, '*');
	for (int bits = 128; bits <= (star != NULL ? 256 : 128); bits += 64) {
		struct limit limits[N_WIDTHS];
		char name[64];
		if (star != NULL)
			snprintf(name, sizeof(name), "%.*s%d%s", (int)(star - bound->algorithm), bound->algorithm, bits,
				 star + 1);
		else
			snprintf(name, sizeof(name), "%s", bound->algorithm);
		size_t n = limits_of(roofline, name, bound->op != NULL ? bound->op : "", limits);
		for (size_t i = 0; i < n; i++) {
			json_t *object = json_pack("{s:s, s:s, s:f, s:s}", "algorithm", name, "width",
						   roofline_width_name(limits[i].width), "cycles_per_byte",
						   limits[i].cycles_per_byte, "arithmetic", limits[i].arithmetic);
			if (bound->op != NULL)
				json_object_set_new(object, "op", json_string(bound->op));
			json_array_append_new(list, object);
		}
	}
}

json_t *limits_json(const struct roofline *roofline)
{
	json_t *list = json_array();
	for (int i = 0; i < n_bounds; i++) {
		int known = 0; // its other bounds came first
		for (int k = 0; k < i; k++)
			known |= strcmp(bounds[k].algorithm, bounds[i].algorithm) == 0 &&
				 (bounds[i].op == NULL || strcmp(bounds[k].op, bounds[i].op) == 0);
		if (!known)
			append(roofline, &bounds[i], list);
	}
	return list;
}
