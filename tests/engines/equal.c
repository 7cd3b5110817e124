// SPDX-License-Identifier: MIT
// Every kernel and every engine against every other, byte by byte: test-engines-equal FOLDER forwards|backwards.

#include "engines.h"

#ifdef LANE_TEST_EMULATED
enum { every_len = 256, n_random = 20 };
#else
enum { every_len = 1024, n_random = 60 };
#endif
enum { max_random_len = 65536, max_key_len = 64, max_tag_len = 64 };

static struct offer offers[max_offers];
static void *keys[max_offers];
static size_t n_offers;
static int is_forged; // whether the message at hand is also tried with a wrong tag

// The n-th length to try: each from 0 on, then random ones.
static size_t len_at(size_t n)
{
	return n <= every_len ? n : random_below(max_random_len);
}

static void check_ok(int status, const struct offer *o, const char *what)
{
	if (status != LANE_ENGINE_OK)
		fail_msg("%s: %s answers %d: %s", o->name, what, status,
			 o->engine->engine->last_error(object_of(o->engine)));
}

// ---- AEADs

static size_t nonce_len, tag_len; // what the offers at hand have in common

// Keeps the offers that take such nonces and tags; returns how many.
static size_t aeads_that_fit(const struct offer *all, size_t n, struct offer *kept)
{
	size_t n_kept = 0;
	for (size_t i = 0; i < n; i++) {
		const struct lane_engine_aead *item = all[i].item;
		if (nonce_len >= item->nonce_min && nonce_len <= item->nonce_max && tag_len >= item->tag_min &&
		    tag_len <= item->tag_len)
			kept[n_kept++] = all[i];
	}
	return n_kept;
}

// The usual lengths of that offer which most others can take too: not all of CCM's implementations have tags of 16
// bytes, and a tag of another length is another tag.
static void aead_offers(const char *algorithm)
{
	struct offer all[max_offers], kept[max_offers];
	const size_t n = offers_of("aead", algorithm, all);
	size_t best_nonce_len = 0, best_tag_len = 0;
	n_offers = 0;
	for (size_t i = 0; i < n; i++) {
		const struct lane_engine_aead *item = all[i].item;
		nonce_len = item->nonce_len;
		tag_len = item->tag_len;
		const size_t n_kept = aeads_that_fit(all, n, kept);
		if (n_kept <= n_offers)
			continue;
		n_offers = n_kept;
		best_nonce_len = nonce_len;
		best_tag_len = tag_len;
	}
	nonce_len = best_nonce_len;
	tag_len = best_tag_len;
	n_offers = aeads_that_fit(all, n, offers);
}

static void aead_keys(const uint8_t *key)
{
	for (size_t i = 0; i < n_offers; i++) {
		const struct lane_engine_aead *item = offers[i].item;
		at("%s of %s: key_new", item->algorithm, offers[i].name);
		check_ok(item->key_new(object_of(offers[i].engine), item, key, item->key_len, tag_len, &keys[i]),
			 &offers[i], "key_new");
	}
}

static void aead_message(const uint8_t *nonce, const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
			 uint8_t *expected, uint8_t *out)
{
	uint8_t expected_tag[max_tag_len], tag[max_tag_len];
	for (size_t i = 0; i < n_offers; i++) {
		const struct lane_engine_aead *item = offers[i].item;
		at("%s of %s: length %zu, associated data %zu", item->algorithm, offers[i].name, len, aad_len);
		struct lane_engine_message m = {.out = i == 0 ? expected : out,
						.in = in,
						.len = len,
						.nonce = nonce,
						.nonce_len = nonce_len,
						.aad = aad,
						.aad_len = aad_len,
						.tag = i == 0 ? expected_tag : tag,
						.tag_len = tag_len,
						.status = 99};
		check_ok(item->seal(keys[i], &m, 1), &offers[i], "seal");
		assert_int_equal(m.status, LANE_ENGINE_OK);
		check_equal(m.out, expected, len, "ciphertext");
		check_equal(m.tag, expected_tag, tag_len, "tag");

		m.in = expected;
		m.out = out;
		m.tag = expected_tag;
		m.status = 99;
		check_ok(item->open(keys[i], &m, 1), &offers[i], "open");
		assert_int_equal(m.status, LANE_ENGINE_OK);
		check_equal(out, in, len, "plaintext");
		if (!is_forged)
			continue;
		memcpy(tag, expected_tag, tag_len);
		tag[len % tag_len] ^= 0x10;
		m.tag = tag;
		assert_int_equal(item->open(keys[i], &m, 1), LANE_ENGINE_REFUSED);
		assert_int_equal(m.status, LANE_ENGINE_REFUSED);
		if (len >= 16) // shorter ones may be alike by chance
			assert_int_not_equal(memcmp(out, in, len), 0);
	}
}

static void aeads_are_equal(void)
{
	uint8_t *in = random_buffer(max_random_len + 64), *aad = random_buffer(1024), *nonce = random_buffer(64);
	uint8_t *expected = random_buffer(max_random_len), *out = random_buffer(max_random_len + 64);
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("aead", a)); a++) {
		aead_offers(algorithm);
		if (n_offers < 2)
			continue;
		print_message("%s: %zu implementations\n", algorithm, n_offers);
		aead_keys(in);
		for (size_t n = 0; n <= every_len + n_random; n++) {
			const size_t len = len_at(n);
			random_bytes(nonce, 64);
			is_forged = n % 7 == 0;
			aead_message(nonce + random_below(16), aad, n % 3 == 0 ? 13 : random_below(600),
				     in + random_below(64), len, expected, out + random_below(64));
		}
		for (size_t i = 0; i < n_offers; i++)
			((const struct lane_engine_aead *)offers[i].item)->key_free(keys[i]);
	}
}

// A batch through the engine is its messages one by one.
static void aead_batches(void)
{
	enum { n_messages = 9 };
	const uint8_t *key = random_buffer(max_key_len), *nonce = random_buffer(64), *in = random_buffer(2000);
	uint8_t *out = random_buffer(n_messages * 2000), tags[n_messages][max_tag_len], expected[2000],
		tag[max_tag_len];
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("aead", a)); a++) {
		aead_offers(algorithm);
		aead_keys(key);
		for (size_t i = 0; i < n_offers; i++) {
			const struct lane_engine_aead *item = offers[i].item;
			struct lane_engine_message m[n_messages];
			at("%s of %s", algorithm, offers[i].name);
			for (size_t j = 0; j < n_messages; j++)
				m[j] = (struct lane_engine_message){.out = out + 2000 * j,
								    .in = in,
								    .len = 200 * j,
								    .nonce = nonce + j,
								    .nonce_len = nonce_len,
								    .tag = tags[j],
								    .tag_len = tag_len,
								    .status = 99};
			check_ok(item->seal(keys[i], m, n_messages), &offers[i], "seal");
			for (size_t j = 0; j < n_messages; j++) {
				struct lane_engine_message one = m[j];
				one.out = expected;
				one.tag = tag;
				check_ok(item->seal(keys[i], &one, 1), &offers[i], "seal");
				check_equal(m[j].out, expected, m[j].len, "ciphertext of a batch");
				check_equal(m[j].tag, tag, tag_len, "tag of a batch");
				m[j].in = m[j].out;
			}
			tags[4][0] ^= 1;
			assert_int_equal(item->open(keys[i], m, n_messages), LANE_ENGINE_REFUSED);
			for (size_t j = 0; j < n_messages; j++) {
				assert_int_equal(m[j].status, j == 4 ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK);
				if (j != 4)
					check_equal(m[j].out, in, m[j].len, "plaintext of a batch");
			}
			item->key_free(keys[i]);
		}
	}
}

static void aead_streams(void)
{
	enum { max_len = 2000, aad_len = 77 };
	const uint8_t *key = random_buffer(max_key_len), *nonce = random_buffer(64), *in = random_buffer(max_len);
	uint8_t *out = random_buffer(max_len), *expected = random_buffer(max_len), expected_tag[max_tag_len];
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("aead", a)); a++) {
		aead_offers(algorithm);
		aead_keys(key);
		for (size_t i = 0; i < n_offers; i++) {
			const struct lane_engine_aead *item = offers[i].item;
			for (int round = 0; round < 40 && item->capabilities & LANE_ENGINE_STREAMING; round++) {
				const size_t len = random_below(max_len);
				at("%s of %s, stream of %zu bytes", algorithm, offers[i].name, len);
				struct lane_engine_message m = {.out = expected,
								.in = in,
								.len = len,
								.nonce = nonce,
								.nonce_len = nonce_len,
								.aad = in,
								.aad_len = aad_len,
								.tag = expected_tag,
								.tag_len = tag_len};
				check_ok(item->seal(keys[i], &m, 1), &offers[i], "seal");
				for (int decrypt = 0; decrypt <= 1; decrypt++) {
					const uint8_t *from = decrypt ? expected : in, *to = decrypt ? in : expected;
					uint8_t tag[max_tag_len];
					void *stream;
					check_ok(item->stream_new(keys[i], decrypt, nonce, nonce_len, &stream),
						 &offers[i], "stream_new");
					check_ok(item->stream_aad(stream, in, 20), &offers[i], "stream_aad");
					check_ok(item->stream_aad(stream, in + 20, aad_len - 20), &offers[i],
						 "stream_aad");
					for (size_t done = 0, n; done < len; done += n) {
						n = 1 + random_below(300);
						n = n < len - done ? n : len - done;
						check_ok(item->stream_update(stream, out + done, from + done, n),
							 &offers[i], "stream_update");
					}
					memcpy(tag, expected_tag, tag_len);
					if (!decrypt)
						memset(tag, 0, sizeof tag);
					check_ok(item->stream_final(stream, tag, tag_len), &offers[i], "stream_final");
					check_equal(out, to, len, "output of a stream");
					check_equal(tag, expected_tag, tag_len, "tag of a stream");
					item->stream_free(stream);
				}
			}
			item->key_free(keys[i]);
		}
	}
}

// ---- Ciphers

// ipsec-mb's ChaCha20 begins at block 1 always.
static const uint8_t block_1[4] = {1};

static int is_usual_iv(const uint8_t *iv)
{
	return memcmp(iv, block_1, sizeof block_1) == 0;
}

static void cipher_message(const uint8_t *iv, const uint8_t *in, size_t len, uint8_t *expected, uint8_t *out)
{
	for (size_t i = 0; i < n_offers; i++) {
		const struct lane_engine_cipher *item = offers[i].item;
		at("%s of %s: length %zu", item->algorithm, offers[i].name, len);
		const int status = item->encrypt(keys[i], iv, i == 0 ? expected : out, in, len);
		if (status == LANE_ENGINE_UNSUPPORTED && !is_usual_iv(iv))
			continue;
		check_ok(status, &offers[i], "encrypt");
		if (i > 0)
			check_equal(out, expected, len, "ciphertext");
		if (item->capabilities & LANE_ENGINE_ENCRYPT_ONLY)
			continue;
		check_ok(item->decrypt(keys[i], iv, out, expected, len), &offers[i], "decrypt");
		check_equal(out, in, len, "plaintext");
	}
}

static void ciphers_are_equal(void)
{
	uint8_t *in = random_buffer(max_random_len + 64), *expected = random_buffer(max_random_len);
	uint8_t *out = random_buffer(max_random_len + 64), iv[16];
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("cipher", a)); a++) {
		n_offers = offers_of("cipher", algorithm, offers);
		if (n_offers < 2)
			continue;
		print_message("%s: %zu implementations\n", algorithm, n_offers);
		size_t block_len = 1, min_len = 0;
		for (size_t i = 0; i < n_offers; i++) {
			const struct lane_engine_cipher *item = offers[i].item;
			check_ok(item->key_new(object_of(offers[i].engine), item, in, item->key_len, &keys[i]),
				 &offers[i], "key_new");
			block_len = item->block_len > block_len ? item->block_len : block_len;
			min_len = item->min_len > min_len ? item->min_len : min_len;
		}
		for (size_t n = 0; n <= every_len + n_random; n++) {
			size_t len = len_at(n) / block_len * block_len;
			len = len < min_len ? min_len : len;
			random_bytes(iv, sizeof iv);
			iv[3] &= 0x7f; // away from the end of ChaCha20's counter
			if (n % 2 == 0)
				memcpy(iv, block_1, sizeof block_1);
			cipher_message(iv, in + random_below(64), len, expected, out + random_below(64));
		}
		for (size_t i = 0; i < n_offers; i++)
			((const struct lane_engine_cipher *)offers[i].item)->key_free(keys[i]);
	}
}

// ---- MACs and hashes

static void macs_are_equal(void)
{
	uint8_t *in = random_buffer(max_random_len + 64), expected[max_tag_len], tag[max_tag_len];
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("mac", a)); a++) {
		n_offers = offers_of("mac", algorithm, offers);
		if (n_offers < 2)
			continue;
		print_message("%s: %zu implementations\n", algorithm, n_offers);
		size_t block_len = 1;
		for (size_t i = 0; i < n_offers; i++) {
			const struct lane_engine_mac *item = offers[i].item;
			check_ok(item->key_new(object_of(offers[i].engine), item, in, item->key_len, &keys[i]),
				 &offers[i], "key_new");
			block_len = item->block_len > block_len ? item->block_len : block_len;
		}
		for (size_t n = 0; n <= every_len + n_random; n++) {
			const size_t len = len_at(n) / block_len * block_len, off = random_below(64);
			for (size_t i = 0; i < n_offers; i++) {
				const struct lane_engine_mac *item = offers[i].item;
				at("%s of %s: length %zu", algorithm, offers[i].name, len);
				check_ok(item->compute(keys[i], i == 0 ? expected : tag, in + off, len), &offers[i],
					 "compute");
				if (i > 0)
					check_equal(tag, expected, item->tag_len, "tag");
			}
		}
		for (size_t i = 0; i < n_offers; i++)
			((const struct lane_engine_mac *)offers[i].item)->key_free(keys[i]);
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: test-engines-equal FOLDER forwards|backwards\n");
		return 2;
	}
	engines_load(argv[1], strcmp(argv[2], "backwards") == 0);
	const struct CMUnitTest tests[] = {TEST(aeads_are_equal), TEST(aead_batches), TEST(aead_streams),
					   TEST(ciphers_are_equal), TEST(macs_are_equal)};
	return cmocka_run_group_tests_name("engines are equal", tests, NULL, NULL);
}
