// SPDX-License-Identifier: MIT
// One message of more than 4 GiB, against a stream of the portable kernel.

#include "aead.h"
#include "cipher.h"

#include <unistd.h>

static const size_t chunk_len = 1 << 20;
static size_t huge_len = ((size_t)1 << 32) + (3 << 20) + 77;
static uint8_t zeroes[1 << 20], expected[1 << 20];

static size_t chunk_at(size_t done)
{
	return huge_len - done < chunk_len ? huge_len - done : chunk_len;
}

// Zeroes, which take no memory until they are written.
static uint8_t *huge_new(void)
{
	const uint64_t free_memory = (uint64_t)sysconf(_SC_AVPHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
	if (free_memory < huge_len + (UINT64_C(1) << 30)) {
		printf("skipped: wants 6 GiB of free memory\n");
		exit(TEST_SKIPPED);
	}
	return guarded_new(huge_len).first;
}

static void check_zeroes(const uint8_t *p)
{
	for (size_t done = 0; done < huge_len; done += chunk_at(done)) {
		at("plaintext from byte %zu on", done);
		assert_memory_equal(p + done, zeroes, chunk_at(done));
	}
}

// An AEAD without streams: what the kernel under test seals, the portable one opens, too.
static void message_without_streams(void)
{
	const uint8_t *key = random_buffer(MAX_KEY_LEN), *nonce = random_buffer(aead->nonce_len);
	const void *ctx = aead_ctx(key, aead->key_lens[0]);
	const void *openers[] = {aead_portable_ctx(key, aead->key_lens[0]), ctx};
	uint8_t *message = huge_new(), tag[TAG_LEN];
	for (int i = 0; i < 2; i++) {
		at("opener %d", i);
		assert_int_equal(
			aead->seal(ctx, message, tag, TAG_LEN, nonce, aead->nonce_len, key, 5, message, huge_len),
			LANE_OK);
		assert_int_equal(aead->open(openers[i], message, nonce, aead->nonce_len, key, 5, message, huge_len, tag,
					    TAG_LEN),
				 LANE_OK);
		check_zeroes(message);
	}
}

static void aead_message(void)
{
	// where long nonces make short messages, a short one
	const size_t nonce_len = aead->max_len < huge_len ? aead->nonce_min : aead->nonce_len;
	const uint8_t *key = random_buffer(MAX_KEY_LEN), *nonce = random_buffer(nonce_len);
	const void *ctx = aead_ctx(key, aead->key_lens[0]);
	void *stream = zero_buffer(aead->stream_len, LANE_CTX_ALIGN);
	uint8_t *message = huge_new(), tag[2][TAG_LEN];
	assert_int_equal(aead->seal(ctx, message, tag[0], TAG_LEN, nonce, nonce_len, key, 5, message, huge_len),
			 LANE_OK);
	assert_int_equal(
		aead->begin(stream, aead_portable_ctx(key, aead->key_lens[0]), nonce, nonce_len, TAG_LEN, 5, huge_len),
		LANE_OK);
	assert_int_equal(aead->aad(stream, key, 5), LANE_OK);
	for (size_t done = 0; done < huge_len; done += chunk_at(done)) {
		at("ciphertext from byte %zu on", done);
		assert_int_equal(aead->encrypt_update(stream, expected, zeroes, chunk_at(done)), LANE_OK);
		check_equal(message + done, expected, chunk_at(done), "ciphertext");
	}
	assert_int_equal(aead->encrypt_final(stream, tag[1], TAG_LEN), LANE_OK);
	check_equal(tag[0], tag[1], TAG_LEN, "tag");
	assert_int_equal(aead->open(ctx, message, nonce, nonce_len, key, 5, message, huge_len, tag[0], TAG_LEN),
			 LANE_OK);
	check_zeroes(message);
}

// The next chunk as the portable kernel has it: of a stream, or of CBC, which goes on from its last block of
// ciphertext.
static void cipher_chunk(void *stream, const void *portable, uint8_t *iv, size_t len)
{
	if (cipher->begin) {
		assert_int_equal(cipher->update(stream, expected, zeroes, len), LANE_OK);
		return;
	}
	assert_int_equal(cipher->encrypt(portable, expected, iv, zeroes, len), LANE_OK);
	memcpy(iv, expected + len - IV_LEN, IV_LEN);
}

static void cipher_message(void)
{
	const uint8_t *key = random_buffer(64);
	uint8_t *iv = random_buffer(IV_LEN), *first_iv = random_buffer(IV_LEN), *message = huge_new();
	const void *ctx = cipher_ctx(key, cipher->key_lens[0]),
		   *portable = cipher_portable_ctx(key, cipher->key_lens[0]);
	void *stream = zero_buffer(cipher->stream_len, LANE_CTX_ALIGN);
	memset(iv, 0, 4); // ChaCha20's counter
	memcpy(first_iv, iv, IV_LEN);
	assert_int_equal(cipher->encrypt(ctx, message, iv, message, huge_len), LANE_OK);
	if (cipher->begin)
		assert_int_equal(cipher->begin(stream, portable, iv), LANE_OK);
	for (size_t done = 0; done < huge_len; done += chunk_at(done)) {
		at("output from byte %zu on", done);
		cipher_chunk(stream, portable, iv, chunk_at(done));
		check_equal(message + done, expected, chunk_at(done), "output");
	}
	assert_int_equal(cipher->decrypt(ctx, message, first_iv, message, huge_len), LANE_OK);
	check_zeroes(message);
}

static void message_of_more_than_4_gib(void)
{
	if (aead && aead->stream_len == 0) {
		message_without_streams();
	} else if (aead) {
		aead_message();
	} else {
		huge_len = cipher_len(huge_len);
		cipher_message();
	}
}

static const struct CMUnitTest tests[] = {TEST(message_of_more_than_4_gib)};
SUITE(huge, tests);
