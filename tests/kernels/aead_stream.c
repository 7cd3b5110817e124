// SPDX-License-Identifier: MIT
// A stream in chunks of any size gives what the whole message gives.

#include "aead.h"

enum { max_len = 3000, max_aad_len = 300 };

// How a test cuts: into chunks of `size` bytes, or with 0 into random ones below `limit`.
struct cut {
	size_t size, limit;
};

static size_t next_chunk(const struct cut *cut, size_t left)
{
	const size_t n = cut->size ? cut->size : random_below(cut->limit);
	return n < left ? n : left;
}

static void *begin(const void *ctx, const struct sealed *m, const struct cut *cut)
{
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	assert_int_equal(aead->begin(stream, ctx, m->nonce, m->nonce_len, TAG_LEN, m->aad_len, m->len), LANE_OK);
	for (size_t done = 0, n; done < m->aad_len; done += n) {
		n = next_chunk(cut, m->aad_len - done);
		assert_int_equal(aead->aad(stream, m->aad + done, n), LANE_OK);
	}
	return stream;
}

static void check_cut(const void *ctx, const struct sealed *m, const struct cut *cut, uint8_t *out)
{
	uint8_t tag[TAG_LEN];
	void *stream = begin(ctx, m, cut);
	for (size_t done = 0, n; done < m->len; done += n) {
		n = next_chunk(cut, m->len - done);
		assert_int_equal(aead->encrypt_update(stream, out + done, m->in + done, n), LANE_OK);
	}
	assert_int_equal(aead->encrypt_final(stream, tag, TAG_LEN), LANE_OK);
	assert_true(is_filled(stream, aead->stream_len, 0));
	check_equal(out, m->out, m->len, "ciphertext");
	check_equal(tag, m->tag, TAG_LEN, "tag");

	memcpy(out, m->in, m->len);
	stream = begin(ctx, m, cut); // in place
	for (size_t done = 0, n; done < m->len; done += n) {
		n = next_chunk(cut, m->len - done);
		assert_int_equal(aead->encrypt_update(stream, out + done, out + done, n), LANE_OK);
	}
	assert_int_equal(aead->encrypt_final(stream, tag, TAG_LEN), LANE_OK);
	check_equal(out, m->out, m->len, "ciphertext in place");
	check_equal(tag, m->tag, TAG_LEN, "tag in place");

	stream = begin(ctx, m, cut); // and back
	for (size_t done = 0, n; done < m->len; done += n) {
		n = next_chunk(cut, m->len - done);
		assert_int_equal(aead->decrypt_update(stream, out + done, out + done, n), LANE_OK);
	}
	assert_int_equal(aead->decrypt_final(stream, tag, TAG_LEN), LANE_OK);
	assert_true(is_filled(stream, aead->stream_len, 0));
	check_equal(out, m->in, m->len, "plaintext");
}

struct fixture {
	const void *ctx;
	struct sealed message;
	uint8_t *out;
};

static struct fixture message_of(size_t len, size_t aad_len, size_t key_len)
{
	const uint8_t *key = random_buffer(key_len);
	struct fixture f = {.ctx = aead_ctx(key, key_len), .out = random_buffer(len)};
	f.message = (struct sealed){.nonce = random_buffer(aead->nonce_len),
				    .aad = random_buffer(aad_len),
				    .in = random_buffer(len),
				    .nonce_len = aead->nonce_len,
				    .aad_len = aad_len,
				    .len = len,
				    .out = random_buffer(len)};
	seal_portable(aead_portable_ctx(key, key_len), &f.message);
	return f;
}

static void equal_chunks(void)
{
	for (size_t size = 1; size <= 70; size++) {
		const struct cut cut = {.size = size};
		const struct fixture f = message_of(1000 + size, 100, aead->key_lens[size % aead->n_key_lens]);
		at("chunks of %zu bytes", size);
		check_cut(f.ctx, &f.message, &cut, f.out);
		test_release();
	}
}

static void random_chunks(void)
{
	for (int i = 0; i < 300; i++) {
		const struct cut cut = {.limit = 2 + random_below(i % 3 == 0 ? 2000 : 200)};
		const struct fixture f = message_of(random_below(max_len), random_below(max_aad_len),
						    aead->key_lens[random_below(aead->n_key_lens)]);
		at("message %d of %zu bytes, chunks below %zu", i, f.message.len, cut.limit);
		check_cut(f.ctx, &f.message, &cut, f.out);
		test_release();
	}
}

// One cut, at each place.
static void every_cut_of_a_message(void)
{
	enum { len = 600 };
	const struct fixture f = message_of(len, 29, aead->key_lens[0]);
	const struct sealed *m = &f.message;
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	uint8_t tag[TAG_LEN];
	for (size_t cut = 0; cut <= len; cut++) {
		at("cut after %zu bytes", cut);
		assert_int_equal(aead->begin(stream, f.ctx, m->nonce, m->nonce_len, TAG_LEN, m->aad_len, m->len),
				 LANE_OK);
		assert_int_equal(aead->aad(stream, m->aad, m->aad_len), LANE_OK);
		assert_int_equal(aead->encrypt_update(stream, f.out, m->in, cut), LANE_OK);
		assert_int_equal(aead->encrypt_update(stream, f.out + cut, m->in + cut, len - cut), LANE_OK);
		assert_int_equal(aead->encrypt_final(stream, tag, TAG_LEN), LANE_OK);
		check_equal(f.out, m->out, len, "ciphertext");
		check_equal(tag, m->tag, TAG_LEN, "tag");
	}
}

static void forged_stream_is_refused(void)
{
	const struct fixture f = message_of(100, 5, aead->key_lens[0]);
	const struct sealed *m = &f.message;
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	uint8_t tag[TAG_LEN];
	for (size_t bit = 0; bit < 8 * TAG_LEN; bit++) {
		at("bit %zu of the tag", bit);
		memcpy(tag, m->tag, TAG_LEN);
		tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_int_equal(aead->begin(stream, f.ctx, m->nonce, m->nonce_len, TAG_LEN, m->aad_len, m->len),
				 LANE_OK);
		assert_int_equal(aead->aad(stream, m->aad, m->aad_len), LANE_OK);
		assert_int_equal(aead->decrypt_update(stream, f.out, m->out, m->len), LANE_OK);
		assert_int_equal(aead->decrypt_final(stream, tag, TAG_LEN), LANE_ERR_AUTH);
		assert_true(is_filled(stream, aead->stream_len, 0));
	}
}

// Nothing but a tag, with associated data and without.
static void empty_messages(void)
{
	for (size_t aad_len = 0; aad_len <= 20; aad_len += 20) {
		at("associated data of %zu bytes", aad_len);
		const struct fixture f = message_of(0, aad_len, aead->key_lens[0]);
		const struct cut cut = {.size = 7};
		check_cut(f.ctx, &f.message, &cut, f.out);
		uint8_t tag[TAG_LEN];
		for (size_t bit = 0; bit < 8 * TAG_LEN; bit++) {
			memcpy(tag, f.message.tag, TAG_LEN);
			tag[bit / 8] ^= (uint8_t)(1u << bit % 8);
			void *stream = begin(f.ctx, &f.message, &cut);
			assert_int_equal(aead->decrypt_final(stream, tag, TAG_LEN), LANE_ERR_AUTH);
			assert_int_equal(aead->open(f.ctx, NULL, f.message.nonce, f.message.nonce_len, f.message.aad,
						    aad_len, NULL, 0, tag, TAG_LEN),
					 LANE_ERR_AUTH);
		}
	}
}

static void calls_out_of_order_are_refused(void)
{
	const struct fixture f = message_of(64, 0, aead->key_lens[0]);
	const struct sealed *m = &f.message;
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	uint8_t tag[TAG_LEN] = {0};
	at("before begin");
	assert_int_equal(aead->aad(stream, m->in, 1), LANE_ERR_STATE);
	assert_int_equal(aead->encrypt_update(stream, f.out, m->in, 1), LANE_ERR_STATE);
	assert_int_equal(aead->decrypt_update(stream, f.out, m->in, 1), LANE_ERR_STATE);
	assert_int_equal(aead->encrypt_final(stream, tag, TAG_LEN), LANE_ERR_STATE);
	assert_int_equal(aead->decrypt_final(stream, tag, TAG_LEN), LANE_ERR_STATE);

	at("two directions");
	assert_int_equal(aead->begin(stream, f.ctx, m->nonce, m->nonce_len, TAG_LEN, 0, 1), LANE_OK);
	assert_int_equal(aead->encrypt_update(stream, f.out, m->in, 1), LANE_OK);
	assert_int_equal(aead->aad(stream, m->in, 1), LANE_ERR_STATE);
	assert_int_equal(aead->decrypt_update(stream, f.out, m->in, 1), LANE_ERR_STATE);
	assert_int_equal(aead->decrypt_final(stream, tag, TAG_LEN), LANE_ERR_STATE);
	assert_int_equal(aead->encrypt_final(stream, tag, TAG_LEN), LANE_OK);

	at("after final");
	assert_int_equal(aead->encrypt_update(stream, f.out, m->in, 1), LANE_ERR_STATE);
	assert_int_equal(aead->encrypt_final(stream, tag, TAG_LEN), LANE_ERR_STATE);

	at("given up");
	assert_int_equal(aead->begin(stream, f.ctx, m->nonce, m->nonce_len, TAG_LEN, 0, 1), LANE_OK);
	aead->stream_wipe(stream);
	assert_true(is_filled(stream, aead->stream_len, 0));
	assert_int_equal(aead->encrypt_update(stream, f.out, m->in, 1), LANE_ERR_STATE);
}

static const struct CMUnitTest tests[] = {TEST(equal_chunks),           TEST(random_chunks),
					  TEST(every_cut_of_a_message), TEST(forged_stream_is_refused),
					  TEST(empty_messages),         TEST(calls_out_of_order_are_refused)};
SUITE(stream, tests);
