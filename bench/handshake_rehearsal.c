// SPDX-License-Identifier: MIT
// A handshake's primitives without the handshake.

#include "handshake_rehearsal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "chains.h"
#include "group.h"

enum { secret_cap = 4096, raw_cap = 4096, message_cap = 8192, premaster_len = 48, hmac_len = 54, tag_len = 16 };

// A signature to be verified over and over with a key that is new each time, or one that is used again.
struct check {
	const struct lane_engine_pk *pk;
	size_t message_len, signature_len;
	uint8_t signature[secret_cap];
	void *kept; // NULL: new each time
};

// What one side does.
struct actor {
	struct handshake_work work;
	const struct lane_engine_pk *signs, *agrees, *encrypts, *decrypts;
	void *private_key; // signs or decrypts
	struct check handshake, chain[2];
	size_t n_chain;
	uint8_t peer[raw_cap]; // key share
	size_t peer_len;
	const struct lane_engine_kem *kem;
	uint8_t kem_peer[raw_cap];     // public key or ciphertext
	uint8_t encrypted[secret_cap]; // premaster secret
	size_t encrypted_len;
	char primitives[HANDSHAKE_N_PARTS][160];
	char missing[HANDSHAKE_N_PARTS][96];
};

struct record {
	uint8_t *sealed;
	uint8_t tag[tag_len];
};

struct handshake_rehearsal {
	const struct lane_loaded_engine *engine;
	struct lane_engine_object *object;
	const struct tls_kind *kind;
	struct handshake_pair *pair;
	const struct handshake_observation *seen;
	const struct chain *certificates;
	const struct lane_engine_der *private_key, *public_key; // of the kind's type
	const struct lane_engine_mac *hash, *hmac;
	const struct lane_engine_aead *aead;
	void *hash_key;
	struct record records[OBSERVED_RECORDS];
	uint8_t *transcript;
	struct actor actors[HANDSHAKE_N_SIDES];
	uint8_t message[message_cap], out[secret_cap], *plain;
	char reason[256];
};

static const uint8_t key_bytes[64], nonce[64], aad[16];

const char *handshake_part_name(enum handshake_part part)
{
	static const char *const names[HANDSHAKE_N_PARTS] = {
		"object set-up",      "key exchange",         "signature",          "signature verification",
		"chain verification", "certificate decoding", "hash, key schedule", "records",
	};
	return names[part];
}

static int fail(struct handshake_rehearsal *r, const char *what)
{
	snprintf(r->reason, sizeof r->reason, "%s: %s", what, r->engine->engine->last_error(r->object));
	return -1;
}

// ---- What each part does; CPU seconds are added ----

static int make_and_free_connections(struct handshake_rehearsal *r, double seconds[HANDSHAKE_N_SIDES])
{
	if (handshake_pair_idle(r->pair, seconds) == 0)
		return 0;
	snprintf(r->reason, sizeof r->reason, "%s", handshake_pair_reason(r->pair));
	return -1;
}

static int agree(struct handshake_rehearsal *r, const struct actor *a)
{
	const struct lane_engine_pk *pk = a->agrees;
	uint8_t share[raw_cap];
	size_t len;
	void *key;
	if (pk->generate(r->object, pk, &key))
		return fail(r, "key generation");
	const int bad = pk->public_raw(key, share, sizeof share, &len) ||
			pk->derive(key, a->peer, a->peer_len, r->out, sizeof r->out, &len);
	pk->key_free(key);
	return bad ? fail(r, "key agreement") : 0;
}

static int encapsulate(struct handshake_rehearsal *r, const struct actor *a)
{
	uint8_t *const secret = r->out + a->kem->ciphertext_len;
	void *key;
	if (a->kem->import_public(r->object, a->kem, a->kem_peer, a->kem->public_len, &key))
		return fail(r, "a KEM's public key");
	const int bad = a->kem->encapsulate(key, r->out, secret);
	a->kem->key_free(key);
	return bad ? fail(r, "encapsulation") : 0;
}

static int decapsulate(struct handshake_rehearsal *r, const struct actor *a)
{
	uint8_t share[raw_cap];
	size_t len;
	void *key;
	if (a->kem->generate(r->object, a->kem, &key))
		return fail(r, "generation of a KEM's key");
	const int bad =
		a->kem->public_raw(key, share, sizeof share, &len) || a->kem->decapsulate(key, a->kem_peer, r->out);
	a->kem->key_free(key);
	return bad ? fail(r, "decapsulation") : 0;
}

static int exchange_keys(struct handshake_rehearsal *r, const struct actor *a, double *seconds)
{
	void *key = NULL;
	size_t len;
	int bad = 0;
	// The key comes from the certificate, whose decoding is another part.
	if (a->encrypts &&
	    a->encrypts->import_public(r->object, a->encrypts, r->public_key->data, r->public_key->len, &key))
		return fail(r, "a public key");
	double since = stopwatch_cpu_seconds();
	if (a->agrees)
		bad = agree(r, a);
	if (!bad && a->kem)
		bad = a->work.encapsulates ? encapsulate(r, a) : decapsulate(r, a);
	if (a->encrypts && a->encrypts->encrypt(key, r->out, sizeof r->out, &len, r->message, premaster_len))
		bad = fail(r, "encryption");
	if (a->decrypts &&
	    a->decrypts->decrypt(a->private_key, r->out, sizeof r->out, &len, a->encrypted, a->encrypted_len))
		bad = fail(r, "decryption");
	*seconds += stopwatch_lap(&since);
	if (key)
		a->encrypts->key_free(key);
	return bad;
}

// Of a signature over so many bytes, or over the transcript.
static size_t message_len(const struct handshake_rehearsal *r, uint32_t len)
{
	const size_t transcript = r->seen->transcript_len;
	return len ? len : transcript < message_cap ? transcript : message_cap;
}

static int sign(struct handshake_rehearsal *r, const struct actor *a, double *seconds)
{
	size_t len;
	double since = stopwatch_cpu_seconds();
	if (a->signs->sign(a->private_key, r->out, sizeof r->out, &len, r->message, message_len(r, a->work.signed_len)))
		return fail(r, "signing");
	*seconds += stopwatch_lap(&since);
	return 0;
}

static int verify(struct handshake_rehearsal *r, const struct check *check, double *seconds)
{
	const struct lane_engine_pk *pk = check->pk;
	void *key = check->kept;
	if (!key && pk->import_public(r->object, pk, r->public_key->data, r->public_key->len, &key))
		return fail(r, "a public key");
	double since = stopwatch_cpu_seconds();
	const int bad = pk->verify(key, check->signature, check->signature_len, r->message, check->message_len);
	*seconds += stopwatch_lap(&since);
	if (key != check->kept)
		pk->key_free(key);
	return bad ? fail(r, "verifying") : 0;
}

static int decode(struct handshake_rehearsal *r, const struct actor *a, double *seconds)
{
	double since = stopwatch_cpu_seconds();
	for (size_t i = 0; i < a->work.n_chain; i++)
		if (r->engine->tls->certificate_decode(r->object, r->certificates->sent[i].data,
						       r->certificates->sent[i].len))
			return fail(r, "a certificate");
	*seconds += stopwatch_lap(&since);
	return 0;
}

static int schedule(struct handshake_rehearsal *r, const struct actor *a, double *seconds)
{
	const uint32_t n_keys = a->work.n_hmac_keys;
	int bad;
	double since = stopwatch_cpu_seconds();
	bad = r->hash->compute(r->hash_key, r->out, r->transcript, r->seen->transcript_len);
	for (uint32_t i = 0; i < a->work.n_hashes; i++)
		bad |= r->hash->compute(r->hash_key, r->out, r->message, r->hash->tag_len);
	for (uint32_t k = 0; k < n_keys && !bad; k++) {
		void *key;
		if (r->hmac->key_new(r->object, r->hmac, key_bytes, r->hmac->key_len, &key))
			return fail(r, "HMAC");
		for (uint32_t i = k; i < a->work.n_hmacs; i += n_keys)
			bad |= r->hmac->compute(key, r->out, r->message, hmac_len);
		r->hmac->key_free(key);
	}
	*seconds += stopwatch_lap(&since);
	return bad ? fail(r, "hashing") : 0;
}

static struct lane_engine_message record_message(struct handshake_rehearsal *r, size_t i)
{
	struct record *record = &r->records[i];
	return (struct lane_engine_message){.out = r->plain,
					    .in = r->plain,
					    .len = r->seen->records[i].len,
					    .nonce = nonce,
					    .nonce_len = r->aead->nonce_len,
					    .aad = aad,
					    .aad_len = r->kind->version == LANE_ENGINE_TLS13 ? 5 : 13,
					    .tag = record->tag,
					    .tag_len = tag_len};
}

static int seal(struct handshake_rehearsal *r, void *key, size_t i)
{
	struct lane_engine_message m = record_message(r, i);
	m.out = r->records[i].sealed;
	return r->aead->seal(key, &m, 1);
}

static int open(struct handshake_rehearsal *r, void *key, size_t i)
{
	struct lane_engine_message m = record_message(r, i);
	m.in = r->records[i].sealed;
	return r->aead->open(key, &m, 1);
}

// Keys as many as the side sets up; the records, all with the last of them.
static int pass_records(struct handshake_rehearsal *r, int side, double *seconds)
{
	const struct actor *a = &r->actors[side];
	void *key = NULL;
	int bad = 0;
	double since = stopwatch_cpu_seconds();
	for (uint32_t k = 0; k < a->work.n_record_keys && !bad; k++) {
		if (key)
			r->aead->key_free(key);
		key = NULL;
		bad = r->aead->key_new(r->object, r->aead, key_bytes, r->aead->key_len, tag_len, &key);
	}
	for (size_t i = 0; i < r->seen->n_records && !bad; i++)
		bad = r->seen->records[i].side == side ? seal(r, key, i) : open(r, key, i);
	if (key)
		r->aead->key_free(key);
	*seconds += stopwatch_lap(&since);
	return bad ? fail(r, "records") : 0;
}

// Whether the part is there to be done.
static int has(const struct actor *a, enum handshake_part part)
{
	return a->primitives[part][0] && !a->missing[part][0];
}

static int rehearse_side(struct handshake_rehearsal *r, int side, double *seconds)
{
	const struct actor *a = &r->actors[side];
	int bad = 0;
	if (has(a, PART_KEY_EXCHANGE))
		bad = exchange_keys(r, a, &seconds[PART_KEY_EXCHANGE]);
	if (!bad && has(a, PART_SCHEDULE))
		bad = schedule(r, a, &seconds[PART_SCHEDULE]);
	if (!bad && has(a, PART_RECORDS))
		bad = pass_records(r, side, &seconds[PART_RECORDS]);
	if (!bad && has(a, PART_CERTIFICATES))
		bad = decode(r, a, &seconds[PART_CERTIFICATES]);
	for (size_t i = 0; i < a->n_chain && !bad && has(a, PART_CHAIN); i++)
		bad = verify(r, &a->chain[i], &seconds[PART_CHAIN]);
	if (!bad && has(a, PART_VERIFICATION))
		bad = verify(r, &a->handshake, &seconds[PART_VERIFICATION]);
	if (!bad && has(a, PART_SIGNATURE))
		bad = sign(r, a, &seconds[PART_SIGNATURE]);
	return bad;
}

int handshake_rehearse(struct handshake_rehearsal *r, double seconds[HANDSHAKE_N_SIDES][HANDSHAKE_N_PARTS])
{
	double set_up[HANDSHAKE_N_SIDES] = {0};
	int bad = make_and_free_connections(r, set_up);
	for (int side = 0; side < HANDSHAKE_N_SIDES && !bad; side++) {
		seconds[side][PART_SET_UP] += set_up[side];
		bad = rehearse_side(r, side, seconds[side]);
	}
	return bad;
}

// ---- Setting up ----

static const struct lane_engine_pk *find_pk(const struct lane_loaded_engine *engine, const char *algorithm,
					    uint32_t operation)
{
	for (size_t i = 0; i < engine->n_pk; i++) {
		const struct lane_engine_pk *pk = &engine->pk[i];
		if (strcasecmp(pk->algorithm, algorithm) == 0 && (pk->operations & operation) && !pk->unavailable &&
		    bench_is_verified(pk))
			return pk;
	}
	return NULL;
}

// Of the MACs, AEADs and KEMs, the one that the engine takes by itself.
#define FIND(type, list)                                                                                               \
	static const struct lane_engine_##type *find_##type(const struct lane_loaded_engine *engine,                   \
							    const char *algorithm)                                     \
	{                                                                                                              \
		for (size_t i = 0; i < engine->n_##list; i++) {                                                        \
			const struct lane_engine_##type *item = &engine->list[i];                                      \
			if (strcasecmp(item->algorithm, algorithm) == 0 && !item->unavailable &&                       \
			    (!item->kernel || strcmp(item->kernel, "auto") == 0) && bench_is_verified(item))           \
				return item;                                                                           \
		}                                                                                                      \
		return NULL;                                                                                           \
	}
FIND(mac, mac)
FIND(aead, aead)
FIND(kem, kem)
#undef FIND

static void lacks(struct actor *a, enum handshake_part part, const char *what)
{
	if (!a->missing[part][0])
		snprintf(a->missing[part], sizeof a->missing[part], "%s", what);
}

__attribute__((format(printf, 3, 4))) static void names(struct actor *a, enum handshake_part part, const char *format,
							...)
{
	char *text = a->primitives[part];
	const size_t used = strlen(text), room = sizeof a->primitives[part];
	va_list arguments;
	if (used)
		snprintf(text + used, room - used, ", ");
	va_start(arguments, format);
	vsnprintf(text + strlen(text), room - strlen(text), format, arguments);
	va_end(arguments);
}

// A key of the kind's type, to sign or decrypt with; NULL when that fails.
static void *private_key(const struct handshake_rehearsal *r, const struct lane_engine_pk *pk)
{
	void *key = NULL;
	if (!r->private_key || !pk->import_private ||
	    pk->import_private(r->object, pk, r->private_key->data, r->private_key->len, &key))
		return NULL;
	return key;
}

// A signature for this side to verify.
static int prepare_check(struct handshake_rehearsal *r, struct check *check, const char *algorithm, size_t message_len,
			 int kept)
{
	const struct lane_engine_pk *pk = find_pk(r->engine, algorithm, LANE_ENGINE_PK_SIGN);
	void *signer = pk && pk->import_public && r->public_key ? private_key(r, pk) : NULL;
	if (!signer || message_len > message_cap)
		return -1;
	check->pk = pk;
	check->message_len = message_len;
	int bad = pk->sign(signer, check->signature, sizeof check->signature, &check->signature_len, r->message,
			   message_len);
	if (!bad && kept)
		bad = pk->import_public(r->object, pk, r->public_key->data, r->public_key->len, &check->kept);
	pk->key_free(signer);
	return bad;
}

// The length of a certificate's signed part: in a SEQUENCE the first element, a SEQUENCE itself (RFC 5280 §4.1).
static size_t to_be_signed_len(const struct lane_engine_der *der)
{
	size_t at = 0, len = 0;
	for (int depth = 0; depth < 2; depth++) {
		if (at + 2 > der->len || der->data[at] != 0x30)
			return 0;
		const size_t n_more = der->data[at + 1] & 0x80 ? der->data[at + 1] & 0x7f : 0;
		if (n_more > 3 || at + 2 + n_more > der->len)
			return 0;
		len = n_more ? 0 : der->data[at + 1];
		for (size_t i = 0; i < n_more; i++)
			len = len << 8 | der->data[at + 2 + i];
		at += 2 + n_more;
		len += depth ? 2 + n_more : 0;
	}
	return len;
}

static void prepare_certificates(struct handshake_rehearsal *r, struct actor *a)
{
	const struct handshake_work *work = &a->work;
	if (work->verifies) {
		names(a, PART_VERIFICATION, "%s verify", work->verifies);
		if (prepare_check(r, &a->handshake, work->verifies, message_len(r, work->verified_len), 0))
			lacks(a, PART_VERIFICATION, work->verifies);
	}
	if (!work->n_chain)
		return;
	names(a, PART_CHAIN, "%u × %s verify", work->n_chain, work->chain);
	names(a, PART_CERTIFICATES, "%u certificates", work->n_chain);
	// The leaf's by the intermediate, whose key is new; the intermediate's by the trust anchor.
	for (; a->n_chain < work->n_chain; a->n_chain++)
		if (prepare_check(r, &a->chain[a->n_chain], work->chain,
				  to_be_signed_len(&r->certificates->sent[a->n_chain]),
				  a->n_chain + 1 == work->n_chain))
			lacks(a, PART_CHAIN, work->chain);
	if (!r->engine->tls->certificate_decode)
		lacks(a, PART_CERTIFICATES, "call for it");
}

static int prepare_agreement(struct handshake_rehearsal *r, struct actor *a)
{
	const struct lane_engine_pk *pk = a->agrees = find_pk(r->engine, a->work.agrees, LANE_ENGINE_PK_DERIVE);
	void *key;
	if (!pk || !(pk->operations & LANE_ENGINE_PK_GENERATE) || pk->generate(r->object, pk, &key))
		return -1;
	const int bad = pk->public_raw(key, a->peer, sizeof a->peer, &a->peer_len);
	pk->key_free(key);
	return bad;
}

static int prepare_kem(struct handshake_rehearsal *r, struct actor *a)
{
	const struct lane_engine_kem *kem = a->kem = find_kem(r->engine, a->work.kem);
	size_t len;
	void *key;
	if (!kem || kem->public_len > raw_cap || kem->ciphertext_len + kem->secret_len > secret_cap ||
	    kem->generate(r->object, kem, &key))
		return -1;
	const int bad = a->work.encapsulates ? kem->public_raw(key, a->kem_peer, sizeof a->kem_peer, &len)
					     : kem->encapsulate(key, a->kem_peer, r->out);
	kem->key_free(key);
	return bad;
}

// The premaster secret encrypted, for this side to decrypt.
static int prepare_decryption(struct handshake_rehearsal *r, struct actor *a)
{
	const struct lane_engine_pk *pk = a->decrypts = find_pk(r->engine, a->work.decrypts, LANE_ENGINE_PK_ENCRYPT);
	void *key;
	if (!pk || !pk->import_public || !r->public_key ||
	    pk->import_public(r->object, pk, r->public_key->data, r->public_key->len, &key))
		return -1;
	const int bad =
		pk->encrypt(key, a->encrypted, sizeof a->encrypted, &a->encrypted_len, r->message, premaster_len);
	pk->key_free(key);
	a->private_key = private_key(r, pk);
	return bad || !a->private_key;
}

static void prepare_key_exchange(struct handshake_rehearsal *r, struct actor *a)
{
	const struct handshake_work *work = &a->work;
	if (work->agrees) {
		names(a, PART_KEY_EXCHANGE, "%s keygen, derive", work->agrees);
		if (prepare_agreement(r, a))
			lacks(a, PART_KEY_EXCHANGE, work->agrees);
	}
	if (work->kem) {
		names(a, PART_KEY_EXCHANGE, "%s %s", work->kem,
		      work->encapsulates ? "encapsulate" : "keygen, decapsulate");
		if (prepare_kem(r, a))
			lacks(a, PART_KEY_EXCHANGE, work->kem);
	}
	if (work->encrypts) {
		names(a, PART_KEY_EXCHANGE, "%s encrypt", work->encrypts);
		a->encrypts = find_pk(r->engine, work->encrypts, LANE_ENGINE_PK_ENCRYPT);
		if (!a->encrypts || !a->encrypts->import_public || !r->public_key)
			lacks(a, PART_KEY_EXCHANGE, work->encrypts);
	}
	if (work->decrypts) {
		names(a, PART_KEY_EXCHANGE, "%s decrypt", work->decrypts);
		if (prepare_decryption(r, a))
			lacks(a, PART_KEY_EXCHANGE, work->decrypts);
	}
}

static void prepare_signature(struct handshake_rehearsal *r, struct actor *a)
{
	if (!a->work.signs)
		return;
	names(a, PART_SIGNATURE, "%s sign", a->work.signs);
	a->signs = find_pk(r->engine, a->work.signs, LANE_ENGINE_PK_SIGN);
	if (!a->signs || !(a->private_key = private_key(r, a->signs)))
		lacks(a, PART_SIGNATURE, a->work.signs);
}

static void prepare_schedule(struct handshake_rehearsal *r, struct actor *a)
{
	const struct handshake_work *work = &a->work;
	names(a, PART_SCHEDULE, "%s of %zu B, %u × %s", work->hash, r->seen->transcript_len, work->n_hmacs, work->hmac);
	r->hash = find_mac(r->engine, work->hash);
	r->hmac = find_mac(r->engine, work->hmac);
	if (!r->hash || !r->hmac)
		lacks(a, PART_SCHEDULE, r->hash ? work->hmac : work->hash);
	else if (!r->hash_key && r->hash->key_new(r->object, r->hash, key_bytes, r->hash->key_len, &r->hash_key))
		lacks(a, PART_SCHEDULE, work->hash);
}

static void prepare_records(struct handshake_rehearsal *r, struct actor *a)
{
	const struct handshake_work *work = &a->work;
	void *key = NULL;
	names(a, PART_RECORDS, "%s, %u keys, %zu records", work->aead, work->n_record_keys, r->seen->n_records);
	r->aead = find_aead(r->engine, work->aead);
	int bad = !r->aead || r->aead->key_new(r->object, r->aead, key_bytes, r->aead->key_len, tag_len, &key);
	for (size_t i = 0; i < r->seen->n_records && !bad; i++) {
		if (!r->records[i].sealed)
			r->records[i].sealed = bench_calloc(1, r->seen->records[i].len);
		bad = seal(r, key, i);
	}
	if (key)
		r->aead->key_free(key);
	if (bad)
		lacks(a, PART_RECORDS, work->aead);
}

struct handshake_rehearsal *handshake_rehearsal_new(struct bench_run *run, const struct lane_loaded_engine *engine,
						    const struct tls_kind *kind, struct handshake_pair *pair,
						    const struct handshake_observation *seen)
{
	struct handshake_rehearsal *r = bench_calloc(1, sizeof *r);
	size_t longest = 0;
	*r = (struct handshake_rehearsal){.engine = engine, .kind = kind, .pair = pair, .seen = seen};
	r->object = bench_engine(engine, NULL);
	r->certificates = bench_chain(run, kind->key_type);
	r->private_key = bench_private_key(run, kind->key_type);
	r->public_key = bench_public_key(run, kind->key_type);
	r->transcript = bench_calloc(1, seen->transcript_len);
	for (size_t i = 0; i < seen->n_records; i++)
		longest = seen->records[i].len > longest ? seen->records[i].len : longest;
	r->plain = bench_calloc(1, longest);
	for (int side = 0; side < HANDSHAKE_N_SIDES; side++) {
		struct actor *a = &r->actors[side];
		a->work = handshake_work(kind, side);
		names(a, PART_SET_UP, "a connection made and freed");
		prepare_key_exchange(r, a);
		prepare_signature(r, a);
		prepare_certificates(r, a);
		prepare_schedule(r, a);
		prepare_records(r, a);
	}
	return r;
}

static void check_free(const struct check *check)
{
	if (check->kept)
		check->pk->key_free(check->kept);
}

void handshake_rehearsal_free(struct handshake_rehearsal *r)
{
	if (!r)
		return;
	for (int side = 0; side < HANDSHAKE_N_SIDES; side++) {
		struct actor *a = &r->actors[side];
		if (a->private_key)
			(a->signs ? a->signs : a->decrypts)->key_free(a->private_key);
		check_free(&a->handshake);
		for (size_t i = 0; i < 2; i++)
			check_free(&a->chain[i]);
	}
	if (r->hash_key)
		r->hash->key_free(r->hash_key);
	for (size_t i = 0; i < OBSERVED_RECORDS; i++)
		free(r->records[i].sealed);
	free(r->transcript);
	free(r->plain);
	free(r);
}

const char *handshake_rehearsal_primitives(const struct handshake_rehearsal *r, int side, enum handshake_part part)
{
	return r->actors[side].primitives[part];
}

const char *handshake_rehearsal_missing(const struct handshake_rehearsal *r, int side, enum handshake_part part)
{
	const char *missing = r->actors[side].missing[part];
	return missing[0] ? missing : NULL;
}

const char *handshake_rehearsal_reason(const struct handshake_rehearsal *r)
{
	return r->reason;
}
