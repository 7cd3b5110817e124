// SPDX-License-Identifier: MIT
// AES-CCM against SP 800-38C written down block by block: all lengths of nonces, tags, and of what is authenticated
// first.

#include "aead.h"

#include <inttypes.h>

#include "../../kernels/aes_ccm/aes_ccm_impl.h"

// On top of the AES block alone: shares no code and no idea with the kernels.
struct model {
	struct lane_aes_ctr_ctx aes;
	uint8_t mac[16];
	size_t n; // bytes of the block begun
};

static void model_encrypt(const struct model *m, uint8_t out[16], const uint8_t in[16])
{
	assert_int_equal(lane_aes_encrypt_blocks(&m->aes, out, in, 1), LANE_OK);
}

static void model_take(struct model *m, const uint8_t *in, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		m->mac[m->n++] ^= in[i];
		if (m->n == 16) {
			model_encrypt(m, m->mac, m->mac);
			m->n = 0;
		}
	}
}

static void model_pad(struct model *m)
{
	if (m->n > 0)
		model_encrypt(m, m->mac, m->mac);
	m->n = 0;
}

// The last n_bytes of number, most significant first.
static size_t big_endian(uint8_t *to, uint64_t number, size_t n_bytes)
{
	for (size_t i = 0; i < n_bytes; i++)
		to[i] = (uint8_t)(number >> 8 * (n_bytes - 1 - i));
	return n_bytes;
}

// A.2.2
static void model_take_aad(struct model *m, const uint8_t *aad, uint64_t aad_len)
{
	uint8_t head[10];
	size_t n = 0;
	if (aad_len == 0)
		return;
	if (aad_len < 0xff00) {
		n = big_endian(head, aad_len, 2);
	} else if (aad_len < UINT64_C(1) << 32) {
		head[n++] = 0xff, head[n++] = 0xfe;
		n += big_endian(head + n, aad_len, 4);
	} else {
		head[n++] = 0xff, head[n++] = 0xff;
		n += big_endian(head + n, aad_len, 8);
	}
	model_take(m, head, n);
	model_take(m, aad, aad_len);
	model_pad(m);
}

static void model_seal(struct model *m, const struct sealed *message, uint8_t *tag, size_t tag_len)
{
	const size_t q = 15 - message->nonce_len;
	uint8_t block[16] = {(uint8_t)((message->aad_len > 0 ? 0x40 : 0) | (tag_len - 2) / 2 << 3 | (q - 1))},
		stream[16];
	memcpy(block + 1, message->nonce, message->nonce_len);
	big_endian(block + 16 - q, message->len, q);
	memset(m->mac, 0, 16);
	m->n = 0;
	model_take(m, block, 16);
	model_take_aad(m, message->aad, message->aad_len);
	model_take(m, message->in, message->len);
	model_pad(m);
	block[0] = (uint8_t)(q - 1);
	for (size_t i = 0; i < message->len; i++) {
		if (i % 16 == 0) {
			big_endian(block + 16 - q, 1 + i / 16, q);
			model_encrypt(m, stream, block);
		}
		message->out[i] = message->in[i] ^ stream[i % 16];
	}
	big_endian(block + 16 - q, 0, q);
	model_encrypt(m, stream, block);
	for (size_t i = 0; i < tag_len; i++)
		tag[i] = m->mac[i] ^ stream[i];
}

struct fixture {
	const void *ctx;
	struct model model;
};

static struct fixture fixture_new(size_t key_len)
{
	const uint8_t *key = random_buffer(key_len);
	struct fixture f = {.ctx = aead_ctx(key, key_len)};
	assert_int_equal(lane_aes_ctr_init(&f.model.aes, key, key_len), LANE_OK);
	return f;
}

static void check_message(struct fixture *f, const struct sealed *m, size_t tag_len)
{
	uint8_t *out = random_buffer(m->len), tag[TAG_LEN], expected[TAG_LEN];
	model_seal(&f->model, m, expected, tag_len);
	assert_int_equal(
		aead->seal(f->ctx, out, tag, tag_len, m->nonce, m->nonce_len, m->aad, m->aad_len, m->in, m->len),
		LANE_OK);
	check_equal(out, m->out, m->len, "ciphertext");
	check_equal(tag, expected, tag_len, "tag");
	assert_int_equal(aead->open(f->ctx, out, m->nonce, m->nonce_len, m->aad, m->aad_len, out, m->len, tag, tag_len),
			 LANE_OK);
	check_equal(out, m->in, m->len, "plaintext");

	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(aead->begin(stream, f->ctx, m->nonce, m->nonce_len, tag_len, m->aad_len, m->len), LANE_OK);
	assert_int_equal(aead->aad(stream, m->aad, m->aad_len), LANE_OK);
	assert_int_equal(aead->encrypt_update(stream, out, m->in, m->len), LANE_OK);
	assert_int_equal(aead->encrypt_final(stream, tag, tag_len), LANE_OK);
	check_equal(out, m->out, m->len, "ciphertext of a stream");
	check_equal(tag, expected, tag_len, "tag of a stream");
}

static struct sealed message_new(size_t nonce_len, size_t aad_len, size_t len)
{
	return (struct sealed){.nonce = random_buffer(nonce_len),
			       .nonce_len = nonce_len,
			       .aad = random_buffer(aad_len),
			       .aad_len = aad_len,
			       .in = random_buffer(len),
			       .len = len,
			       .out = random_buffer(len)};
}

static void nonces_and_tags(void)
{
	static const size_t lens[] = {0, 1, 16, 37, 300};
	for (size_t nonce_len = 7; nonce_len <= 13; nonce_len++) {
		for (size_t tag_len = 4; tag_len <= 16; tag_len += 2) {
			for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
				struct fixture f = fixture_new(16 + 8 * (i % 3));
				const struct sealed m = message_new(nonce_len, random_below(40), lens[i]);
				at("nonce of %zu, tag of %zu, message of %zu bytes", nonce_len, tag_len, lens[i]);
				check_message(&f, &m, tag_len);
				test_release();
			}
		}
	}
}

// The length before the associated data takes 2 bytes up to 2^16 − 2^8 − 1, then 6.
static void associated_data(void)
{
	static const size_t lens[] = {0,      1,      13,     14,     15,      29,      30,
				      31,     46,     0xfeff, 0xff00, 0xff01,  0xff09,  0xff0a,
				      0xff0b, 0xff1a, 0xfffe, 0xffff, 0x10000, 0x10001, 100000};
	for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
		struct fixture f = fixture_new(16 + 8 * (i % 3));
		const struct sealed m = message_new(12, lens[i], 20);
		at("associated data of %zu bytes", lens[i]);
		check_message(&f, &m, 16);
		test_release();
	}
}

// The same length as bytes, on both sides of where another form begins: from 2^32 on no message here is long enough to
// show it. SP 800-38C A.2.2, RFC 3610 §2.2.
static void associated_data_prefix(void)
{
	static const struct {
		uint64_t aad_len;
		const char *prefix;
	} cases[] = {{1, "0001"},
		     {0xfeff, "feff"},
		     {0xff00, "fffe0000ff00"},
		     {0x10000, "fffe00010000"},
		     {UINT32_MAX, "fffeffffffff"},
		     {UINT64_C(1) << 32, "ffff0000000100000000"},
		     {(UINT64_C(1) << 32) + 1, "ffff0000000100000001"},
		     {UINT64_C(0x0123456789abcdef), "ffff0123456789abcdef"},
		     {UINT64_MAX, "ffffffffffffffffffff"}};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		size_t len;
		const uint8_t *right = from_hex(cases[i].prefix, &len);
		uint8_t prefix[10];
		at("before %#" PRIx64 " bytes", cases[i].aad_len);
		assert_int_equal(ccm_aad_prefix(prefix, cases[i].aad_len), len);
		check_equal(prefix, right, len, "prefix");
	}
}

// SP 800-38C, example 4: 65536 bytes of associated data.
static void example_4(void)
{
	const uint8_t *key = from_hex("404142434445464748494a4b4c4d4e4f", NULL);
	const uint8_t *nonce = from_hex("101112131415161718191a1b1c", NULL);
	const uint8_t *in = from_hex("202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f", NULL);
	const uint8_t *sealed = from_hex("69915dad1e84c6376a68c2967e4dab615ae0fd1faec44cc484828529463ccf72", NULL);
	const uint8_t *right = from_hex("b4ac6bec93e8598e7f0dadbcea5b", NULL);
	uint8_t *aad = random_buffer(65536), out[32], tag[14];
	for (size_t i = 0; i < 65536; i++)
		aad[i] = (uint8_t)i;
	const void *ctx = aead_ctx(key, 16);
	assert_int_equal(aead->seal(ctx, out, tag, 14, nonce, 13, aad, 65536, in, 32), LANE_OK);
	check_equal(out, sealed, 32, "ciphertext");
	check_equal(tag, right, 14, "tag");
	assert_int_equal(aead->open(ctx, out, nonce, 13, aad, 65536, sealed, 32, right, 14), LANE_OK);
	check_equal(out, in, 32, "plaintext");
}

// The nonce leaves 15 − nonce_len bytes for the length.
static void limits(void)
{
	enum { fill = 0x5c };
	uint8_t *key = random_buffer(16), *in = random_buffer(65536), *out = random_buffer(65536), tag[TAG_LEN];
	memset(tag, fill, sizeof tag);
	const void *ctx = aead_ctx(key, 16);
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	for (size_t nonce_len = 8; nonce_len <= 13; nonce_len++) {
		at("nonce of %zu bytes", nonce_len);
		const uint64_t most = LANE_AES_CCM_MAX_LEN(nonce_len);
		assert_int_equal(most, (UINT64_C(1) << 8 * (15 - nonce_len)) - 1);
		assert_int_equal(aead->begin(stream, ctx, key, nonce_len, 16, 0, most), LANE_OK);
		assert_int_equal(aead->begin(stream, ctx, key, nonce_len, 16, 0, most + 1), LANE_ERR_LENGTH);
		assert_true(is_filled(stream, aead->stream_len, 0));
		assert_int_equal(aead->seal(ctx, out, tag, 16, key, nonce_len, NULL, 0, in, (size_t)most + 1),
				 LANE_ERR_LENGTH);
		assert_int_equal(aead->open(ctx, out, key, nonce_len, NULL, 0, in, (size_t)most + 1, tag, 16),
				 LANE_ERR_LENGTH);
		assert_true(is_filled(tag, sizeof tag, fill));
	}
	assert_int_equal(aead->begin(stream, ctx, key, 7, 16, UINT64_MAX, UINT64_MAX), LANE_OK);
	assert_int_equal(aead->seal(ctx, out, tag, 16, key, 13, NULL, 0, in, 65535), LANE_OK);
	struct fixture f = fixture_new(16);
	const struct sealed m = message_new(13, 5, 65535);
	check_message(&f, &m, 16);
}

// What was declared is what has to come, and in that order.
static void declared_lengths(void)
{
	const struct fixture f = fixture_new(16);
	uint8_t *in = random_buffer(64), *out = random_buffer(64), tag[TAG_LEN];
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	for (int encrypting = 0; encrypting <= 1; encrypting++) {
		at("%s", encrypting ? "encryption" : "decryption");
		enum lane_status (*update)(void *, uint8_t *, const uint8_t *, size_t) =
			encrypting ? aead->encrypt_update : aead->decrypt_update;
		assert_int_equal(aead->begin(stream, f.ctx, in, 12, 8, 20, 40), LANE_OK);
		assert_int_equal(update(stream, out, in, 1), LANE_ERR_STATE); // 20 bytes are missing
		assert_int_equal(aead->aad(stream, in, 21), LANE_ERR_LENGTH);
		assert_int_equal(aead->aad(stream, in, 19), LANE_OK);
		assert_int_equal(update(stream, out, in, 0), LANE_ERR_STATE); // and 1
		assert_int_equal(aead->encrypt_final(stream, tag, 8), LANE_ERR_STATE);
		assert_int_equal(aead->decrypt_final(stream, tag, 8), LANE_ERR_STATE);
		assert_int_equal(aead->aad(stream, in, 2), LANE_ERR_LENGTH);
		assert_int_equal(aead->aad(stream, in, 1), LANE_OK);
		memset(out, 0x3c, 64);
		assert_int_equal(update(stream, out, in, 41), LANE_ERR_LENGTH);
		assert_int_equal(update(stream, out, in, SIZE_MAX), LANE_ERR_LENGTH);
		assert_true(is_filled(out, 64, 0x3c));
		assert_int_equal(update(stream, out, in, 39), LANE_OK);
		assert_int_equal(aead->aad(stream, in, 0), LANE_ERR_STATE);
		assert_int_equal(aead->encrypt_final(stream, tag, 8), LANE_ERR_STATE);
		assert_int_equal(aead->decrypt_final(stream, tag, 8), LANE_ERR_STATE);
		assert_int_equal(update(stream, out, in, 1), LANE_OK);
		assert_int_equal(update(stream, out, in, 1), LANE_ERR_LENGTH);
		memset(tag, 0x3c, TAG_LEN);
		for (size_t tag_len = 0; tag_len <= TAG_LEN; tag_len++) { // declared: 8
			if (tag_len == 8)
				continue;
			assert_int_equal((encrypting ? aead->encrypt_final(stream, tag, tag_len)
						     : aead->decrypt_final(stream, tag, tag_len)),
					 LANE_ERR_TAG_LEN);
		}
		assert_true(is_filled(tag, TAG_LEN, 0x3c));
		assert_int_equal(
			(encrypting ? aead->encrypt_final(stream, tag, 8) : aead->decrypt_final(stream, tag, 8)),
			encrypting ? LANE_OK : LANE_ERR_AUTH);
	}
}

static const struct CMUnitTest tests[] = {TEST(nonces_and_tags), TEST(associated_data), TEST(associated_data_prefix),
					  TEST(example_4),       TEST(limits),          TEST(declared_lengths)};
SUITE(ccm, tests);
