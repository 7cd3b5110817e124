// SPDX-License-Identifier: MIT
// What one engine signs, encrypts or agrees on, every other one must verify, decrypt or agree on as well.

#include "engines.h"

enum { max_der = 8192, max_out = 2048 };

static struct offer offers[max_offers];
static size_t n_offers;

struct der {
	uint8_t data[max_der];
	size_t len;
};

// One key pair for all, made by the first engine that can: as DER.
static int make_pair(struct der *private_key, struct der *public_key)
{
	for (size_t i = 0; i < n_offers; i++) {
		const struct lane_engine_pk *item = offers[i].item;
		void *key;
		if (!(item->operations & LANE_ENGINE_PK_GENERATE))
			continue;
		assert_int_equal(item->generate(object_of(offers[i].engine), item, &key), LANE_ENGINE_OK);
		assert_int_equal(item->export_private(key, private_key->data, max_der, &private_key->len),
				 LANE_ENGINE_OK);
		assert_int_equal(item->export_public(key, public_key->data, max_der, &public_key->len), LANE_ENGINE_OK);
		item->key_free(key);
		return 1;
	}
	return 0;
}

static void *import_private(const struct offer *o, const struct der *der)
{
	const struct lane_engine_pk *item = o->item;
	void *key;
	at("%s of %s: import_private", item->algorithm, o->name);
	assert_int_equal(item->import_private(object_of(o->engine), item, der->data, der->len, &key), LANE_ENGINE_OK);
	return key;
}

static void *import_public(const struct offer *o, const struct der *der)
{
	const struct lane_engine_pk *item = o->item;
	void *key;
	at("%s of %s: import_public", item->algorithm, o->name);
	assert_int_equal(item->import_public(object_of(o->engine), item, der->data, der->len, &key), LANE_ENGINE_OK);
	return key;
}

static void check_signature(const struct offer *signer, const struct offer *verifier, void *private_key,
			    void *public_key)
{
	const struct lane_engine_pk *s = signer->item, *v = verifier->item;
	uint8_t sig[max_out], message[100];
	size_t sig_len;
	random_bytes(message, sizeof message);
	at("%s signed by %s, verified by %s", s->algorithm, signer->name, verifier->name);
	assert_int_equal(s->sign(private_key, sig, sizeof sig, &sig_len, message, sizeof message), LANE_ENGINE_OK);
	assert_true(sig_len <= s->max_out);
	assert_int_equal(v->verify(public_key, sig, sig_len, message, sizeof message), LANE_ENGINE_OK);
	message[50] ^= 1;
	assert_int_equal(v->verify(public_key, sig, sig_len, message, sizeof message), LANE_ENGINE_REFUSED);
	message[50] ^= 1;
	sig[sig_len / 2] ^= 1;
	assert_int_equal(v->verify(public_key, sig, sig_len, message, sizeof message), LANE_ENGINE_REFUSED);
	sig[sig_len / 2] ^= 1;
	assert_int_equal(v->verify(public_key, sig, sig_len - 1, message, sizeof message), LANE_ENGINE_REFUSED);
}

static void check_encryption(const struct offer *sender, const struct offer *receiver, void *public_key,
			     void *private_key)
{
	const struct lane_engine_pk *s = sender->item, *r = receiver->item;
	uint8_t message[max_out], crypted[max_out], plain[max_out];
	const size_t len = 1 + random_below(s->max_message);
	size_t crypted_len, plain_len;
	random_bytes(message, sizeof message);
	at("%s encrypted by %s, decrypted by %s", s->algorithm, sender->name, receiver->name);
	assert_int_equal(s->encrypt(public_key, crypted, sizeof crypted, &crypted_len, message, len), LANE_ENGINE_OK);
	assert_int_equal(r->decrypt(private_key, plain, sizeof plain, &plain_len, crypted, crypted_len),
			 LANE_ENGINE_OK);
	assert_int_equal(plain_len, len);
	check_equal(plain, message, len, "plaintext");
	crypted[crypted_len / 2] ^= 1;
	const int status = r->decrypt(private_key, plain, sizeof plain, &plain_len, crypted, crypted_len);
	// PKCS#1 v1.5 may hide the failure (implicit rejection), never the difference.
	if (status == LANE_ENGINE_OK)
		assert_true(plain_len != len || memcmp(plain, message, len) != 0);
	assert_int_not_equal(s->encrypt(public_key, crypted, sizeof crypted, &crypted_len, message, s->max_message + 1),
			     LANE_ENGINE_OK);
}

static void check_derivation(const struct offer *a, const struct offer *b)
{
	const struct lane_engine_pk *items[2] = {a->item, b->item};
	const struct offer *sides[2] = {a, b};
	void *keys[2];
	uint8_t shares[2][256], secrets[2][256];
	size_t share_lens[2], secret_lens[2], ignored;
	at("%s between %s and %s", items[0]->algorithm, a->name, b->name);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(items[i]->generate(object_of(sides[i]->engine), items[i], &keys[i]), LANE_ENGINE_OK);
		assert_int_equal(items[i]->public_raw(keys[i], shares[i], sizeof shares[i], &share_lens[i]),
				 LANE_ENGINE_OK);
		assert_int_equal(share_lens[i], items[i]->public_len);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(items[i]->derive(keys[i], shares[1 - i], share_lens[1 - i], secrets[i],
						  sizeof secrets[i], &secret_lens[i]),
				 LANE_ENGINE_OK);
		assert_int_not_equal(items[i]->derive(keys[i], shares[1 - i], 3, secrets[i] + 128, 128, &ignored),
				     LANE_ENGINE_OK);
	}
	assert_int_equal(secret_lens[0], secret_lens[1]);
	check_equal(secrets[0], secrets[1], secret_lens[0], "secret");
	items[0]->key_free(keys[0]);
	items[1]->key_free(keys[1]);
}

static void check_pairs(const struct der *private_key, const struct der *public_key)
{
	for (size_t i = 0; i < n_offers; i++) {
		for (size_t j = 0; j < n_offers; j++) {
			const struct lane_engine_pk *a = offers[i].item, *b = offers[j].item;
			const uint32_t both = a->operations & b->operations;
			if (both & LANE_ENGINE_PK_DERIVE)
				check_derivation(&offers[i], &offers[j]);
			if (!(both & (LANE_ENGINE_PK_SIGN | LANE_ENGINE_PK_ENCRYPT)))
				continue;
			void *secret = import_private(&offers[i], private_key),
			     *open = import_public(&offers[j], public_key);
			if (both & LANE_ENGINE_PK_SIGN)
				check_signature(&offers[i], &offers[j], secret, open);
			if (both & LANE_ENGINE_PK_ENCRYPT)
				check_encryption(&offers[j], &offers[i], open, secret);
			a->key_free(secret);
			b->key_free(open);
		}
	}
}

static void engines_understand_each_other(void)
{
	static struct der private_key, public_key;
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("pk", a)); a++) {
		if (strstr(algorithm, "4096") ||
		    strstr(algorithm, "3072")) // their keys take seconds; the code is that of 2048
			continue;
		n_offers = offers_of("pk", algorithm, offers);
		if (n_offers == 0)
			continue;
		print_message("%s: %zu engines\n", algorithm, n_offers);
		at("%s: key pair", algorithm);
		assert_true(make_pair(&private_key, &public_key));
		check_pairs(&private_key, &public_key);
	}
}

static void broken_keys_are_refused(void)
{
	static struct der private_key, public_key;
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("pk", a)); a++) {
		if (strstr(algorithm, "4096") || strstr(algorithm, "3072"))
			continue;
		n_offers = offers_of("pk", algorithm, offers);
		assert_true(make_pair(&private_key, &public_key));
		for (size_t i = 0; i < n_offers; i++) {
			const struct lane_engine_pk *item = offers[i].item;
			void *key;
			at("%s of %s", algorithm, offers[i].name);
			for (size_t len = 0; len < public_key.len; len += 1 + len / 4)
				assert_int_not_equal(item->import_public(object_of(offers[i].engine), item,
									 public_key.data, len, &key),
						     LANE_ENGINE_OK);
			for (size_t len = 0; len < private_key.len; len += 1 + len / 4)
				assert_int_not_equal(item->import_private(object_of(offers[i].engine), item,
									  private_key.data, len, &key),
						     LANE_ENGINE_OK);
		}
	}
}

static void kems_agree(void)
{
	const char *algorithm;
	for (size_t a = 0; (algorithm = algorithm_at("kem", a)); a++) {
		n_offers = offers_of("kem", algorithm, offers);
		for (size_t i = 0; i < n_offers; i++) {
			for (size_t j = 0; j < n_offers; j++) {
				const struct lane_engine_kem *x = offers[i].item, *y = offers[j].item;
				void *key, *peer;
				uint8_t share[4096], crypted[4096], secret[2][64];
				size_t share_len;
				at("%s between %s and %s", algorithm, offers[i].name, offers[j].name);
				assert_int_equal(x->generate(object_of(offers[i].engine), x, &key), LANE_ENGINE_OK);
				assert_int_equal(x->public_raw(key, share, sizeof share, &share_len), LANE_ENGINE_OK);
				assert_int_equal(
					y->import_public(object_of(offers[j].engine), y, share, share_len, &peer),
					LANE_ENGINE_OK);
				assert_int_equal(y->encapsulate(peer, crypted, secret[0]), LANE_ENGINE_OK);
				assert_int_equal(x->decapsulate(key, crypted, secret[1]), LANE_ENGINE_OK);
				check_equal(secret[1], secret[0], x->secret_len, "secret");
				x->key_free(key);
				y->key_free(peer);
			}
		}
	}
}

int main(int argc, char **argv)
{
	if (argc != 3) {
		fprintf(stderr, "usage: test-engines-public-keys FOLDER forwards|backwards\n");
		return 2;
	}
	engines_load(argv[1], strcmp(argv[2], "backwards") == 0);
	const struct CMUnitTest tests[] = {TEST(engines_understand_each_other), TEST(broken_keys_are_refused),
					   TEST(kems_agree)};
	return cmocka_run_group_tests_name("public keys", tests, NULL, NULL);
}
