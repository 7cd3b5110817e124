// SPDX-License-Identifier: MIT
// Limits from made-up rates, so that the answers are plain: those of Zen 4, whose
// limits were worked out by hand. And that whatever this CPU can do is measured.

#include "../../bench/roofline_limits.h"
#include "../../kernels/cpu.h"
#include "../support/test.h"

#include <math.h>

static struct roofline zen4;

static void set(enum roofline_op op, double sse, double ymm, double zmm)
{
	zen4.cost[op][WIDTH_SSE].cycles = zen4.cost[op][WIDTH_XMM].cycles = sse;
	zen4.cost[op][WIDTH_YMM].cycles = ymm;
	zen4.cost[op][WIDTH_ZMM].cycles = zmm;
}

static int set_up(void **state)
{
	(void)state;
	set(OP_AES, 0.5, 0.5, 1);
	set(OP_CLMUL, 2, 2, 2);
	set(MIX_AES_CLMUL, 5 * 0.5 + 0.5, 5 * 0.5 + 0.5, 5 + 1);
	set(OP_XOR, 0.25, 0.25, 0.5);
	set(MIX_AES_XOR, 0.5, 0.5, 1);
	set(MIX_CHACHA, 42, 44, 66);
	set(OP_IFMA, 0, 0, 1);
	zen4.cost[OP_MUL64][WIDTH_SCALAR].cycles = 1;
	for (int width = WIDTH_SSE; width <= WIDTH_ZMM; width++) {
		zen4.cost[OP_AES][width].latency = 4;
		zen4.cost[OP_XOR][width].latency = 1;
	}
	return 0;
}

static double least(const struct roofline *r, const char *algorithm, const char *op)
{
	struct limit limits[N_WIDTHS];
	return limits_of(r, algorithm, op, limits) > 0 ? limits[0].cycles_per_byte : 0;
}

static void assert_near(double actual, double expected)
{
	if (!(fabs(actual - expected) < 1e-6))
		fail_msg("%g instead of %g", actual, expected);
}

static void check(const char *algorithm, const char *op, double cycles, double bytes)
{
	at("%s %s", algorithm, op);
	assert_near(least(&zen4, algorithm, op), cycles / bytes);
}

// Where the multiply hides behind AES, a limit is made of the rounds alone, and does not become unknown.
static void free_multiply(void)
{
	struct roofline hidden = zen4;
	for (int width = WIDTH_SSE; width <= WIDTH_ZMM; width++)
		hidden.cost[MIX_AES_CLMUL][width].cycles = 5 * hidden.cost[OP_AES][width].cycles - 0.001;
	assert_near(least(&hidden, "AES-128-GCM", "seal"), 9 * 8 / 512.0);
	hidden.cost[MIX_AES_CLMUL][WIDTH_YMM].cycles = hidden.cost[MIX_AES_CLMUL][WIDTH_ZMM].cycles = 0;
	assert_near(least(&hidden, "AES-128-GCM", "seal"), 26 * 2 / 128.0); // xmm: its multiplies take longer
}

static void known_figures(void)
{
	check("AES-128-CTR", "encrypt", 9 * 8, 512);
	check("AES-256-CTR", "decrypt", 13 * 8, 512);
	check("AES-128-XTS", "encrypt", 10 * 8, 512);
	check("AES-256-XTS", "encrypt", 14 * 8, 512);
	check("AES-192-ECB", "encrypt", 12 * 8, 512);
	check("AES-128-CBC", "encrypt", 10 * 4, 16);
	check("AES-128-CBC", "decrypt", 10 * 8, 512);
	check("AES-256-CCM", "seal", 14 * 4, 16);
	check("GHASH", "mac", 26 * 2, 512);
	check("AES-128-GCM", "seal", 9 * 8 + 26, 512);
	check("AES-256-GCM", "open", 13 * 8 + 26, 512);
	check("AES-128-GCM-SIV", "seal", 10 * 8 + 26 * 2, 512);
	check("AES-128-GCM-SIV", "open", 10 * 8 + 26, 512);
	check("AEGIS-128L", "seal", 4.125, 32);
	check("AEGIS-128X2", "seal", 4.125, 64);
	check("AEGIS-128X4", "seal", 8, 128);
	check("AEGIS-256", "open", 4 + 1 / 6.0, 16);
	check("AEGIS-256X4", "open", 6, 64);
	check("ChaCha20", "encrypt", 8 * 66, 1024);
	check("ChaCha20-Poly1305", "seal", 8 * 66, 1024);
	check("Poly1305", "mac", 18, 128);
}

// Where xors share ports with AES, they count.
static void xors_beside_rounds(void)
{
	struct roofline three_ports = zen4;
	for (int width = WIDTH_SSE; width <= WIDTH_YMM; width++) {
		three_ports.cost[OP_XOR][width].cycles = 0.33;
		three_ports.cost[MIX_AES_XOR][width].cycles = 0.76;
	}
	assert_near(least(&three_ports, "AEGIS-128L", "seal"), (8 * 0.76 - 2 * 0.33) / 32);
	assert_near(least(&three_ports, "AEGIS-256X2", "open"), (4 + 1 / 6.0) / 32); // the chain's
}

static void widths(void)
{
	assert_near(limit_of_kernel(&zen4, "AES-128-GCM", "seal", "aes-gcm:vaes512"), 98 / 512.0);
	assert_near(limit_of_kernel(&zen4, "AES-128-GCM", "seal", "aes-gcm:vaes256"), 52 / 256.0); // the multiplier's
	assert_near(limit_of_kernel(&zen4, "AES-256-GCM", "seal", "aes-gcm:vaes256"), (52 + 13) / 256.0);
	assert_near(limit_of_kernel(&zen4, "AES-128-CTR", "encrypt", "aes-ctr:aesni"), 36 / 128.0);
	assert_near(limit_of_kernel(&zen4, "ChaCha20", "encrypt", "chacha20:avx2"), 8 * 44 / 512.0);
	assert_near(limit_of_kernel(&zen4, "AES-128-CTR", "encrypt", "aes-ctr:portable"), 0);
	assert_near(limit_of_kernel(&zen4, "AES-128-CTR", "encrypt", "auto"), 0);
	assert_near(limit_of_kernel(&zen4, "AES-128-CTR", "encrypt", NULL), 0);
}

// A name that only resembles one, a CPU that lacks what it takes.
static void unknown(void)
{
	struct roofline nothing = {0}, no_multiply = zen4;
	check("AES-512-CTR", "encrypt", 0, 1);
	check("AES-128-GCM-SIV-X", "seal", 0, 1);
	check("AES-128", "encrypt", 0, 1);
	check("SHA-256", "mac", 0, 1);
	check("AES-128-CBC", "seal", 0, 1);
	assert_near(least(&nothing, "AES-128-CTR", "encrypt"), 0);
	for (int width = 0; width < N_WIDTHS; width++)
		no_multiply.cost[MIX_AES_CLMUL][width].cycles = no_multiply.cost[OP_CLMUL][width].cycles = 0;
	assert_near(least(&no_multiply, "AES-128-GCM", "seal"), 0);
	assert_near(least(&no_multiply, "AES-128-CTR", "encrypt"), 72 / 512.0);
}

static void arithmetic(void)
{
	struct limit limits[N_WIDTHS];
	assert_int_equal(limits_of(&zen4, "AES-128-GCM", "seal", limits), 4);
	assert_int_equal(limits[0].width, WIDTH_ZMM);
	assert_string_equal(limits[0].arithmetic,
			    "72 × 1.00 (AES round) + 26 × 1.00 (multiply beside AES) = 98.00 cycles for 512 B");
}

static void shares(void)
{
	struct result_set *set = result_new(RESULT_MEASURED);
	const struct result_entry ctr = {.algorithm = "AES-128-CTR", .op = "encrypt", .cycles_per_byte = 0.28125};
	const struct result_entry other = {.algorithm = "SHA-256", .op = "mac", .cycles_per_byte = 1};
	result_add(set, &ctr);
	result_add(set, &other);
	limits_apply(&zen4, set);
	assert_near(result_entry_at(set, 0)->limit_fraction, 0.5);
	assert_near(result_entry_at(set, 1)->limit_fraction, 0);
	result_free(set);
}

// Every instruction of this CPU runs, and figures come out. How fast is nobody's promise here.
static void probes(void)
{
	struct roofline here;
	size_t n;
	const struct roofline_probe *probes = roofline_probes(&n);
	roofline_measure(&here, 3);
	for (size_t i = 0; i < n; i++) {
		at("%s, %s", probes[i].instructions, roofline_width_name(probes[i].width));
		const int usable = (probes[i].needs & ~lane_cpu()) == 0;
		assert_int_equal(here.cost[probes[i].op][probes[i].width].cycles > 0, usable);
		if (probes[i].chain != NULL)
			assert_int_equal(here.cost[probes[i].op][probes[i].width].latency > 0, usable);
	}
#if defined(__x86_64__) || defined(__aarch64__)
	assert_true(n > 0);
#endif
	json_t *json = roofline_json(&here);
	assert_int_equal(json_array_size(json_object_get(json, "instructions")) > 0, n > 0);
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(known_figures), TEST(free_multiply), TEST(xors_beside_rounds),
					   TEST(widths),        TEST(unknown),       TEST(arithmetic),
					   TEST(shares),        TEST(probes)};
	return cmocka_run_group_tests_name("roofline", tests, set_up, NULL);
}
