// SPDX-License-Identifier: MIT
// Whatever bit is changed on the way, open refuses and leaves no plaintext behind.

#include "aead.h"

static const size_t lens[] = {0, 1, 15, 16, 17, 63, 64, 65, 127, 128, 200, 255, 256, 257, 511, 512, 600, 1041};
enum { n_lens = sizeof lens / sizeof lens[0], max_len = 1100, aad_len = 21 };

struct fixture {
	const void *ctx;
	uint8_t *nonce, *aad, *sealed, *plain, *out, tag[MAX_TAG_LEN];
	size_t len;
};

static struct fixture fixture_new(void)
{
	const uint8_t *key = random_buffer(MAX_KEY_LEN);
	return (struct fixture){.ctx = aead_ctx(key, aead->key_lens[0]),
				.nonce = random_buffer(aead->nonce_len),
				.aad = random_buffer(aad_len),
				.sealed = random_buffer(max_len),
				.plain = random_buffer(max_len),
				.out = random_buffer(max_len)};
}

static void seal_with_tag(struct fixture *f, size_t len, size_t tag_len)
{
	f->len = len;
	assert_int_equal(aead->seal(f->ctx, f->sealed, f->tag, tag_len, f->nonce, aead->nonce_len, f->aad, aad_len,
				    f->plain, len),
			 LANE_OK);
}

static void seal(struct fixture *f, size_t len)
{
	seal_with_tag(f, len, TAG_LEN);
}

static enum lane_status open(struct fixture *f, uint8_t *out, const uint8_t *in, size_t tag_len)
{
	return aead->open(f->ctx, out, f->nonce, aead->nonce_len, f->aad, aad_len, in, f->len, f->tag, tag_len);
}

static void refused_after_flips(struct fixture *f, uint8_t *bytes, size_t len, const char *what)
{
	// Each bit of short inputs; of long ones, a bit of each byte.
	const size_t step = len > 64 ? 8 : 1;
	for (size_t bit = 0; bit < 8 * len; bit += step) {
		const uint8_t mask = (uint8_t)(1u << (step == 8 ? bit / 8 % 8 : bit % 8));
		at("message length %zu, %s, byte %zu, mask %02x", f->len, what, bit / 8, mask);
		bytes[bit / 8] ^= mask;
		memset(f->out, 0xa5, f->len);
		assert_int_equal(open(f, f->out, f->sealed, TAG_LEN), LANE_ERR_AUTH);
		assert_true(is_filled(f->out, f->len, 0));
		bytes[bit / 8] ^= mask;
	}
}

static void flipped_bits_are_refused(void)
{
	struct fixture f = fixture_new();
	for (size_t i = 0; i < n_lens; i++) {
		seal(&f, lens[i]);
		refused_after_flips(&f, f.tag, TAG_LEN, "tag");
		refused_after_flips(&f, f.sealed, f.len, "ciphertext");
		refused_after_flips(&f, f.aad, aad_len, "associated data");
		refused_after_flips(&f, f.nonce, aead->nonce_len, "nonce");
		assert_int_equal(open(&f, f.out, f.sealed, TAG_LEN), LANE_OK); // the flips alone were wrong
		check_equal(f.out, f.plain, f.len, "plaintext");
	}
}

static void refused_in_place_leaves_nothing(void)
{
	struct fixture f = fixture_new();
	for (size_t i = 0; i < n_lens; i++) {
		at("message length %zu", lens[i]);
		seal(&f, lens[i]);
		f.tag[15] ^= 0x80;
		assert_int_equal(open(&f, f.sealed, f.sealed, TAG_LEN), LANE_ERR_AUTH);
		assert_true(is_filled(f.sealed, f.len, 0));
	}
}

static void tags_of_other_lengths_are_checked_whole(void)
{
	struct fixture f = fixture_new();
	for (size_t tag_len = 1; tag_len <= MAX_TAG_LEN; tag_len++) {
		if (!(aead->tag_lens >> tag_len & 1))
			continue;
		seal_with_tag(&f, 40, tag_len);
		assert_int_equal(open(&f, f.out, f.sealed, tag_len), LANE_OK);
		for (size_t bit = 0; bit < 8 * MAX_TAG_LEN; bit++) {
			at("tag length %zu, bit %zu", tag_len, bit);
			f.tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_equal(open(&f, f.out, f.sealed, tag_len),
					 bit < 8 * tag_len ? LANE_ERR_AUTH : LANE_OK);
			f.tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
	}
}

// Bytes moved between associated data and message, or a length that changed.
static void moved_borders_are_refused(void)
{
	struct fixture f = fixture_new();
	seal(&f, 64);
	for (size_t n = 0; n < aad_len; n++) {
		at("associated data cut to %zu bytes", n);
		assert_int_equal(
			aead->open(f.ctx, f.out, f.nonce, aead->nonce_len, f.aad, n, f.sealed, 64, f.tag, TAG_LEN),
			LANE_ERR_AUTH);
	}
	for (size_t n = 0; n < 64; n++) {
		at("message cut to %zu bytes", n);
		assert_int_equal(
			aead->open(f.ctx, f.out, f.nonce, aead->nonce_len, f.aad, aad_len, f.sealed, n, f.tag, TAG_LEN),
			LANE_ERR_AUTH);
	}
	// The padding of the last block is zeroes: a longer message of zeroes there must differ all the same.
	memset(f.plain, 0, 64);
	seal(&f, 17);
	memset(f.sealed + 17, 0, 15);
	for (size_t n = 18; n <= 32; n++) {
		at("message padded to %zu bytes", n);
		assert_int_equal(
			aead->open(f.ctx, f.out, f.nonce, aead->nonce_len, f.aad, aad_len, f.sealed, n, f.tag, TAG_LEN),
			LANE_ERR_AUTH);
	}
}

static const struct CMUnitTest tests[] = {TEST(flipped_bits_are_refused), TEST(refused_in_place_leaves_nothing),
					  TEST(tags_of_other_lengths_are_checked_whole),
					  TEST(moved_borders_are_refused)};
SUITE(forge, tests);
