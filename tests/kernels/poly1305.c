// SPDX-License-Identifier: MIT
// Poly1305 alone.

#include "aead.h"

__extension__ typedef unsigned __int128 uint128;

struct poly1305_vector {
	const char *key, *message, *tag;
};

#include "poly1305_vectors.inc.h"

static void known_answers(void)
{
	for (size_t i = 0; i < sizeof poly1305_vectors / sizeof poly1305_vectors[0]; i++) {
		at("vector %zu", i);
		size_t len;
		const uint8_t *in = from_hex(poly1305_vectors[i].message, &len);
		uint8_t tag[16];
		assert_int_equal(lane_poly1305(kernel, tag, from_hex(poly1305_vectors[i].key, NULL), in, len), LANE_OK);
		check_equal(tag, from_hex(poly1305_vectors[i].tag, NULL), 16, "tag");
	}
}

// Messages of every length, of random bytes and of what makes limbs overflow.
static void every_length(void)
{
	enum { max_len = 2100 };
	static const uint8_t fills[] = {0xff, 0x00, 0xfb, 0x80};
	struct guarded page = guarded_new(max_len);
	for (size_t len = 0; len <= max_len; len++) {
		for (size_t f = 0; f <= sizeof fills; f++) {
			at("length %zu, filling %zu", len, f);
			uint8_t *in = guarded_at(&page, BORDER_ABOVE, len), key[32], tag[16], expected[16];
			random_bytes(in, len);
			random_bytes(key, sizeof key);
			if (f < sizeof fills) {
				memset(in, fills[f], len);
				memset(key, 0xff, f % 2 ? 16 : 32);
			}
			assert_int_equal(lane_poly1305(portable_kernel(), expected, key, in, len), LANE_OK);
			assert_int_equal(lane_poly1305(kernel, tag, key, in, len), LANE_OK);
			check_equal(tag, expected, 16, "tag");
		}
	}
}

// low + 2^128·top modulo 2^130 − 5, without its two upper bits.
static uint128 reduced(uint128 low, uint64_t top)
{
	for (int i = 0; i < 2; i++) { // the first may carry
		const uint128 sum = low + 5 * (top >> 2);
		top = (top & 3) + (sum < low);
		low = sum;
	}
	return top == 3 && low >= (uint128)-5 ? low + 5 : low;
}

// With r = 1 the hash is the sum of the blocks, and the last block brings it to where words carry into each other and
// where 2^130 − 5 is reached: what random messages meet once in 2^64.
static void sums_at_borders(void)
{
	enum { max_blocks = 70, below = 120, above = 8 };
	uint8_t in[max_blocks * 16], tag[16];
	const uint8_t key[32] = {1};
	for (uint64_t n = 1; n <= max_blocks; n++) {
		uint128 sum = 0;
		uint64_t top = n; // each block has a bit 2^128 of its own
		random_bytes(in, sizeof in);
		for (size_t i = 0; i + 1 < n; i++) {
			uint128 block;
			memcpy(&block, in + 16 * i, 16);
			sum += block;
			top += sum < block;
		}
		for (unsigned int step = 0; step <= below + above; step++) {
			for (int half = 0; half <= 1; half++) {
				at("%d blocks, %u below a border of %s", (int)n, step, half ? "h0" : "h1");
				const uint128 border = (uint128)(half ? random_below(UINT32_MAX) : 0) << 64;
				const uint128 target = border + above - step, last = target - sum;
				memcpy(in + 16 * (n - 1), &last, 16);
				assert_int_equal(lane_poly1305(kernel, tag, key, in, 16 * n), LANE_OK);
				const uint128 expected = reduced(target, top + (target < sum));
				check_equal(tag, (const uint8_t *)&expected, 16, "tag");
			}
		}
	}
}

static void buffers_at_pages(void)
{
	enum { max_len = 1100 };
	struct guarded keys = guarded_new(32), ins = guarded_new(max_len), tags = guarded_new(16);
	for (int border = BORDER_BELOW; border <= BORDER_ABOVE; border++) {
		const uint8_t *key = guarded_at(&keys, (enum border)border, 32);
		uint8_t *tag = guarded_at(&tags, (enum border)border, 16);
		for (size_t len = 0; len <= max_len; len++) {
			at("length %zu, page %s", len, border == BORDER_BELOW ? "below" : "above");
			const uint8_t *in = guarded_at(&ins, (enum border)border, len);
			assert_int_equal(lane_poly1305(kernel, tag, key, in, len), LANE_OK);
		}
	}
}

static void refused(void)
{
	uint8_t key[32] = {0}, in[64] = {0}, tag[16];
	memset(tag, 0x77, sizeof tag);
	assert_int_equal(lane_poly1305(kernel, NULL, key, in, 1), LANE_ERR_NULL);
	assert_int_equal(lane_poly1305(kernel, tag, NULL, in, 1), LANE_ERR_NULL);
	assert_int_equal(lane_poly1305(kernel, tag, key, NULL, 1), LANE_ERR_NULL);
	for (int shift = -15; shift < 32; shift++) {
		at("tag %d bytes behind the message, or the key", shift);
		assert_int_equal(lane_poly1305(kernel, in + 16 + shift, key, in + 16, 32), LANE_ERR_OVERLAP);
		assert_int_equal(lane_poly1305(kernel, in + 16 + shift, in + 16, key, 32), LANE_ERR_OVERLAP);
	}
	assert_int_equal(lane_poly1305(lane_kernel_find("aes-gcm:portable"), tag, key, in, 1), LANE_ERR_KERNEL);
	assert_true(is_filled(tag, sizeof tag, 0x77));
	assert_int_equal(lane_poly1305(kernel, tag, key, NULL, 0), LANE_OK);
}

static const struct CMUnitTest tests[] = {TEST(known_answers), TEST(every_length), TEST(sums_at_borders),
					  TEST(buffers_at_pages), TEST(refused)};
SUITE(poly1305, tests);
