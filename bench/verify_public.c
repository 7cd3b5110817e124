// SPDX-License-Identifier: MIT
// Public keys, KEMs and KDFs: what one engine makes, all others must accept and
// agree with. Keys are those of known_keys.c, so nothing waits for RSA primes.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "known_answers.h"
#include "known_keys.h"
#include "verify.h"

enum { cap = 4096, message_len = 100, max_rivals = 16 };

// One engine's key, and what it made with it.
struct party {
	struct check *check;
	const struct lane_engine_pk *pk;
	struct lane_engine_object *object;
	void *private_key, *public_key;
	uint8_t spki[cap];
	size_t spki_len;
};

static const char *error_of(const struct party *p)
{
	return p->check->engine->engine->last_error(p->object);
}

static int has(const struct party *p, uint32_t operation)
{
	return p->private_key != NULL && (p->pk->operations & operation) != 0;
}

// The test key through import, and out and in again through DER.
static void party_keys(struct party *p)
{
	const struct lane_engine_pk *pk = p->pk;
	struct bytes der = bytes_of_base64(known_key(pk->key_type));
	uint8_t exported[cap];
	size_t len = 0;
	void *again = NULL;
	int status = LANE_ENGINE_UNSUPPORTED;
	if (der.len > 0 && pk->import_private != NULL)
		status = pk->import_private(p->object, pk, der.data, der.len, &p->private_key);
	else if (pk->generate != NULL)
		status = pk->generate(p->object, pk, &p->private_key);
	free(der.data);
	if (!check_that(p->check, status == LANE_ENGINE_OK, "private key: %s", error_of(p))) {
		p->private_key = NULL;
		return;
	}
	if (pk->export_private != NULL && pk->import_private != NULL) {
		status = pk->export_private(p->private_key, exported, cap, &len);
		if (status == LANE_ENGINE_OK)
			status = pk->import_private(p->object, pk, exported, len, &again);
		check_that(p->check, status == LANE_ENGINE_OK, "private key exported and imported: %s", error_of(p));
		if (status == LANE_ENGINE_OK)
			pk->key_free(again);
	}
	if (pk->export_public == NULL || pk->import_public == NULL)
		return;
	status = pk->export_public(p->private_key, p->spki, cap, &p->spki_len);
	if (!check_that(p->check, status == LANE_ENGINE_OK, "public key exported: %s", error_of(p)))
		p->spki_len = 0;
}

// Each takes the public key that another exported.
static void exchange_public_keys(struct party *parties, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct party *p = &parties[i], *from = p;
		for (size_t step = 1; step < n && from == p; step++)
			if (parties[(i + step) % n].spki_len > 0)
				from = &parties[(i + step) % n];
		if (p->private_key == NULL || p->spki_len == 0)
			continue;
		int status = p->pk->import_public(p->object, p->pk, from->spki, from->spki_len, &p->public_key);
		if (!check_that(p->check, status == LANE_ENGINE_OK, "public key of %s: %s", from->check->engine->name,
				error_of(p)))
			p->public_key = NULL;
	}
}

// The key that checks signatures or encrypts: the imported one, else the private one's public half.
static void *public_of(const struct party *p)
{
	return p->public_key != NULL ? p->public_key : p->private_key;
}

static void try_signatures(struct party *parties, size_t n, struct rng *rng)
{
	uint8_t message[message_len], sig[cap];
	for (size_t i = 0; i < n; i++) {
		struct party *signer = &parties[i];
		size_t len = 0;
		if (!has(signer, LANE_ENGINE_PK_SIGN))
			continue;
		rng_fill(rng, message, sizeof(message));
		int status = signer->pk->sign(signer->private_key, sig, cap, &len, message, sizeof(message));
		if (!check_that(signer->check, status == LANE_ENGINE_OK && len <= signer->pk->max_out, "sign: %s",
				error_of(signer)))
			continue;
		for (size_t j = 0; j < n; j++) {
			struct party *v = &parties[j];
			if (!has(v, LANE_ENGINE_PK_SIGN) || (signer->public_key == NULL) != (v->public_key == NULL))
				continue;
			status = v->pk->verify(public_of(v), sig, len, message, sizeof(message));
			check_that(i == j ? signer->check : v->check, status == LANE_ENGINE_OK,
				   "verify of a signature by %s: not accepted", signer->check->engine->name);
			size_t bit = rng_below(rng, 8 * len);
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
			status = v->pk->verify(public_of(v), sig, len, message, sizeof(message));
			check_that(v->check, status != LANE_ENGINE_OK,
				   "verify with bit %zu of the signature changed: accepted", bit);
			sig[bit / 8] ^= (uint8_t)(1u << bit % 8);
			message[0] ^= 1;
			status = v->pk->verify(public_of(v), sig, len, message, sizeof(message));
			check_that(v->check, status == LANE_ENGINE_REFUSED, "verify of another message: not refused");
			message[0] ^= 1;
		}
	}
}

// Some libraries take no empty messages.
static int encrypts(const struct party *p, size_t len)
{
	return has(p, LANE_ENGINE_PK_ENCRYPT) && (len > 0 || (p->pk->capabilities & LANE_ENGINE_NO_EMPTY) == 0);
}

static void try_encryption(struct party *parties, size_t n, struct rng *rng)
{
	uint8_t message[message_len], sealed[cap], got[cap];
	for (size_t i = 0; i < n; i++) {
		struct party *sender = &parties[i];
		size_t len = 0, got_len = 0, m_len = rng_below(rng, sizeof(message) + 1);
		if (!encrypts(sender, m_len))
			continue;
		rng_fill(rng, message, sizeof(message));
		int status = sender->pk->encrypt(public_of(sender), sealed, cap, &len, message, m_len);
		if (!check_that(sender->check, status == LANE_ENGINE_OK && len <= sender->pk->max_out, "encrypt: %s",
				error_of(sender)))
			continue;
		for (size_t j = 0; j < n; j++) {
			struct party *r = &parties[j];
			if (!encrypts(r, m_len))
				continue;
			status = r->pk->decrypt(r->private_key, got, cap, &got_len, sealed, len);
			check_that(r->check,
				   status == LANE_ENGINE_OK && got_len == m_len && memcmp(got, message, m_len) == 0,
				   "decrypt of what %s encrypted: wrong", sender->check->engine->name);
			// PKCS#1 v1.5 may answer with random bytes instead of refusing (implicit rejection).
			sealed[len / 2] ^= 0x40;
			status = r->pk->decrypt(r->private_key, got, cap, &got_len, sealed, len);
			check_that(r->check,
				   status != LANE_ENGINE_OK ||
					   (strstr(r->pk->algorithm, "-OAEP") == NULL &&
					    (got_len != m_len || m_len < 4 || memcmp(got, message, m_len) != 0)),
				   "decrypt of a changed ciphertext: accepted");
			sealed[len / 2] ^= 0x40;
		}
		uint8_t *long_message = bench_calloc(1, cap);
		status = sender->pk->encrypt(public_of(sender), sealed, cap, &len, long_message,
					     sender->pk->max_message + 1);
		check_that(sender->check, status != LANE_ENGINE_OK, "encrypt of a message that is too long: accepted");
		free(long_message);
	}
}

// Every two agree, by keys that each made itself.
static void try_agreement(struct party *parties, size_t n)
{
	void *own[max_rivals] = {NULL};
	uint8_t shares[max_rivals][256], secrets[2][256];
	size_t lens[max_rivals] = {0}, secret_lens[2];
	for (size_t i = 0; i < n; i++) {
		struct party *p = &parties[i];
		if (!has(p, LANE_ENGINE_PK_DERIVE) || (p->pk->operations & LANE_ENGINE_PK_GENERATE) == 0)
			continue;
		int status = p->pk->generate(p->object, p->pk, &own[i]);
		if (status == LANE_ENGINE_OK)
			status = p->pk->public_raw(own[i], shares[i], sizeof(shares[i]), &lens[i]);
		check_that(p->check, status == LANE_ENGINE_OK && lens[i] == p->pk->public_len, "key share: %s",
			   error_of(p));
	}
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j <= i; j++) {
			if (own[i] == NULL || own[j] == NULL || lens[i] == 0 || lens[j] == 0)
				continue;
			int a = parties[i].pk->derive(own[i], shares[j], lens[j], secrets[0], 256, &secret_lens[0]);
			int b = parties[j].pk->derive(own[j], shares[i], lens[i], secrets[1], 256, &secret_lens[1]);
			int same = a == LANE_ENGINE_OK && b == LANE_ENGINE_OK && secret_lens[0] == secret_lens[1] &&
				   memcmp(secrets[0], secrets[1], secret_lens[0]) == 0;
			check_that(parties[i].check, same, "derive with %s: no agreement",
				   parties[j].check->engine->name);
			check_that(parties[j].check, same, "derive with %s: no agreement",
				   parties[i].check->engine->name);
		}
	for (size_t i = 0; i < n; i++) {
		struct party *p = &parties[i];
		if (own[i] == NULL)
			continue;
		if (lens[i] > 32) { // a point off the curve
			shares[i][lens[i] - 1] ^= 1;
			int status = p->pk->derive(own[i], shares[i], lens[i], secrets[0], 256, &secret_lens[0]);
			check_that(p->check, status != LANE_ENGINE_OK, "derive with a point off the curve: accepted");
		}
		p->pk->key_free(own[i]);
	}
}

void verify_pk(struct contest *contest, struct rng rng)
{
	size_t n = contest->n < max_rivals ? contest->n : max_rivals, present = 0;
	struct party *parties = bench_calloc(n + 1, sizeof(*parties));
	for (size_t i = 0; i < n; i++) {
		struct party *p = &parties[present];
		*p = (struct party){.check = &contest->checks[i], .pk = (const void *)contest->checks[i].item};
		p->object = check_object(p->check);
		if (p->object != NULL) {
			party_keys(p);
			present++;
		}
	}
	exchange_public_keys(parties, present);
	try_signatures(parties, present, &rng);
	try_encryption(parties, present, &rng);
	try_agreement(parties, present);
	for (size_t i = 0; i < present; i++) {
		if (parties[i].private_key != NULL)
			parties[i].pk->key_free(parties[i].private_key);
		if (parties[i].public_key != NULL)
			parties[i].pk->key_free(parties[i].public_key);
	}
	free(parties);
}

// ---- KEMs ----

static void kem_pair(struct check *owner, struct check *sender, struct rng *rng)
{
	const struct lane_engine_kem *mine = (const void *)owner->item, *theirs = (const void *)sender->item;
	struct lane_engine_object *a = check_object(owner), *b = check_object(sender);
	uint8_t raw[cap], ciphertext[cap], sent[256] = {0}, got[256] = {1};
	void *key = NULL, *public = NULL;
	size_t len = 0;
	if (a == NULL || b == NULL)
		return;
	if (!check_that(owner,
			mine->public_len <= cap && mine->ciphertext_len <= cap && mine->secret_len <= sizeof(got),
			"sizes beyond the %d and %zu bytes that are checked", (int)cap, sizeof(got)) ||
	    !check_that(sender,
			theirs->ciphertext_len == mine->ciphertext_len && theirs->secret_len == mine->secret_len,
			"other sizes than %s", owner->engine->name))
		return;
	int status = mine->generate(a, mine, &key);
	if (status == LANE_ENGINE_OK)
		status = mine->public_raw(key, raw, cap, &len);
	if (!check_that(owner, status == LANE_ENGINE_OK && len == mine->public_len, "generate: %s",
			owner->engine->engine->last_error(a)))
		return;
	status = theirs->import_public(b, theirs, raw, len, &public);
	if (status == LANE_ENGINE_OK)
		status = theirs->encapsulate(public, ciphertext, sent);
	if (check_that(sender, status == LANE_ENGINE_OK, "encapsulate for %s: %s", owner->engine->name,
		       sender->engine->engine->last_error(b))) {
		status = mine->decapsulate(key, ciphertext, got);
		check_that(owner, status == LANE_ENGINE_OK && memcmp(sent, got, mine->secret_len) == 0,
			   "decapsulate what %s sent: another secret", sender->engine->name);
		ciphertext[rng_below(rng, mine->ciphertext_len)] ^= 1;
		status = mine->decapsulate(key, ciphertext, got);
		check_that(owner, status != LANE_ENGINE_OK || memcmp(sent, got, mine->secret_len) != 0,
			   "decapsulate a changed ciphertext: the same secret");
	}
	mine->key_free(key);
	if (public != NULL)
		theirs->key_free(public);
}

void verify_kem(struct contest *contest, struct rng rng)
{
	for (size_t i = 0; i < contest->n; i++)
		for (size_t j = 0; j < contest->n; j++)
			kem_pair(&contest->checks[i], &contest->checks[j], &rng);
}

// ---- KDFs ----

void verify_kdf(struct contest *contest, struct rng rng)
{
	enum { n_cases = 12, max_out = 200 };
	uint8_t secret[64], salt[64], info[64], out[max_rivals][max_out];
	int groups[max_rivals];
	const int is_argon = strncmp(contest->algorithm, "Argon", 5) == 0;
	const int is_hkdf = strncmp(contest->algorithm, "HKDF", 4) == 0;
	const size_t n = contest->n < max_rivals ? contest->n : max_rivals;
	struct contest limited = *contest;
	limited.n = n;
	const size_t salt_min = is_hkdf ? 0 : 8; // RFC 8018 §4.1
	for (int number = 0; number < n_cases; number++) {
		const size_t out_len = 16 + rng_below(&rng, max_out - 15);
		const size_t salt_len = is_argon ? 16 : salt_min + rng_below(&rng, sizeof(salt) - salt_min);
		const struct lane_engine_kdf_input input = {.struct_size = sizeof(input),
							    .iterations =
								    1 + (uint32_t)rng_below(&rng, is_argon ? 3 : 20),
							    .memory = is_argon ? 65536 : 0,
							    .secret = secret,
							    .secret_len = 1 + rng_below(&rng, sizeof(secret)),
							    .salt = salt,
							    .salt_len = salt_len,
							    .info = info,
							    .info_len = is_hkdf ? rng_below(&rng, sizeof(info)) : 0};
		rng_fill(&rng, secret, sizeof(secret));
		rng_fill(&rng, salt, sizeof(salt));
		rng_fill(&rng, info, sizeof(info));
		for (size_t i = 0; i < n; i++) {
			struct check *check = &contest->checks[i];
			const struct lane_engine_kdf *kdf = (const void *)check->item;
			struct lane_engine_object *object = check_object(check);
			groups[i] = -1;
			if (object == NULL)
				continue;
			int status = kdf->derive(object, kdf, &input, out[i], out_len);
			if (!check_that(check, status == LANE_ENGINE_OK, "derive %zu bytes: %s", out_len,
					check->engine->engine->last_error(object)))
				continue;
			groups[i] = (int)i;
			for (size_t j = 0; j < i && groups[i] == (int)i; j++)
				if (groups[j] == (int)j && memcmp(out[i], out[j], out_len) == 0)
					groups[i] = (int)j;
		}
		char what[40];
		snprintf(what, sizeof(what), "derive %zu bytes", out_len);
		contest_settle(&limited, groups, what);
	}
}
