// SPDX-License-Identifier: MIT
// Two kernels and an engine on one input: the same outcome, there and back, and
// forgeries refused by all.

#include <string.h>

#include "fuzz.h"
#include "rivals.h"

enum { max_batch = 3, max_short = 64 };

// What all three are given.
struct task {
	const struct rivals *rivals;
	struct implementation who[3];
	uint8_t *key, *nonce, *aad, *in;
	size_t nonce_len, aad_len, tag_len, n;
	size_t len[max_batch]; // of its messages, longest first: all are beginnings of `in`
	size_t shift_in, shift_out;
	int in_place;
};

// What one makes of it.
struct outcome {
	int status;
	uint8_t *out[max_batch], *tag[max_batch];
};

static int wants_in_place(const struct task *t, const struct implementation *who)
{
	return t->in_place && (who->item->capabilities & LANE_ENGINE_IN_PLACE) != 0;
}

static void same(const struct task *t, const struct outcome *a, const struct outcome *b, size_t index)
{
	for (size_t i = 0; i < t->n; i++)
		fuzz_must(memcmp(a->out[i], b->out[i], t->len[i]) == 0 && memcmp(a->tag[i], b->tag[i], t->tag_len) == 0,
			  "%s, message %zu of %zu bytes: %s differs from %s", t->rivals->algorithm, i, t->len[i],
			  rival_name(&t->who[index]), rival_name(&t->who[0]));
}

// ---- AEADs ----

static const struct lane_engine_aead *aead_of(const struct implementation *who)
{
	return (const void *)who->item;
}

static void *aead_key(const struct task *t, const struct implementation *who)
{
	void *key = NULL;
	const struct lane_engine_aead *aead = aead_of(who);
	return aead->key_new(who->object, aead, t->key, aead->key_len, t->tag_len, &key) == LANE_ENGINE_OK ? key : NULL;
}

static struct lane_engine_message message_of(const struct task *t, size_t i, const uint8_t *in, uint8_t *out,
					     uint8_t *tag)
{
	return (struct lane_engine_message){.out = out,
					    .in = in,
					    .len = t->len[i],
					    .nonce = t->nonce,
					    .nonce_len = t->nonce_len,
					    .aad = t->aad,
					    .aad_len = t->aad_len,
					    .tag = tag,
					    .tag_len = t->tag_len,
					    .status = -1};
}

static void aead_seal(const struct task *t, const struct implementation *who, struct outcome *outcome)
{
	struct lane_engine_message messages[max_batch];
	for (size_t i = 0; i < t->n; i++) {
		const uint8_t *in = fuzz_copy(t->in, t->len[i], t->shift_in);
		outcome->out[i] =
			wants_in_place(t, who) ? (uint8_t *)(uintptr_t)in : fuzz_alloc(t->len[i], t->shift_out);
		outcome->tag[i] = fuzz_alloc(t->tag_len, t->shift_out);
		messages[i] = message_of(t, i, in, outcome->out[i], outcome->tag[i]);
	}
	void *key = aead_key(t, who);
	outcome->status = key != NULL ? aead_of(who)->seal(key, messages, t->n) : LANE_ENGINE_FAILED;
	aead_of(who)->key_free(key);
}

static void aead_open(const struct task *t, const struct implementation *who, const struct outcome *sealed,
		      const char *forged)
{
	struct lane_engine_message messages[max_batch];
	for (size_t i = 0; i < t->n; i++) {
		const uint8_t *in = fuzz_copy(sealed->out[i], t->len[i], t->shift_out);
		uint8_t *out = wants_in_place(t, who) ? (uint8_t *)(uintptr_t)in : fuzz_alloc(t->len[i], t->shift_in);
		messages[i] = message_of(t, i, in, out, fuzz_copy(sealed->tag[i], t->tag_len, t->shift_in));
	}
	void *key = aead_key(t, who);
	fuzz_must(key != NULL, "%s, %s: no key", t->rivals->algorithm, rival_name(who));
	aead_of(who)->open(key, messages, t->n);
	aead_of(who)->key_free(key);
	for (size_t i = 0; i < t->n; i++) {
		const size_t len = t->len[i];
		const int opened = memcmp(messages[i].out, t->in, len) == 0;
		const int zeroes = len == 0 || (t->in[0] == 0 && memcmp(t->in, t->in + 1, len - 1) == 0);
		if (forged == NULL)
			fuzz_must(messages[i].status == LANE_ENGINE_OK && opened,
				  "%s, %s: cannot open a message of %zu bytes", t->rivals->algorithm, rival_name(who),
				  len);
		else
			fuzz_must(messages[i].status == LANE_ENGINE_REFUSED && (len < 16 || zeroes || !opened),
				  "%s, %s: opens %zu bytes with a forged %s", t->rivals->algorithm, rival_name(who),
				  len, forged);
	}
}

// One bit is changed: of the tag of all messages, or of what all of them have in common.
static const char *forge(struct task *t, struct outcome *sealed, struct input *in)
{
	const size_t what = input_below(in, 4), bit = input_below(in, 1 << 16);
	const uint8_t change = (uint8_t)(1u << bit % 8);
	const size_t least = t->len[t->n - 1]; // the shortest
	if (what == 1 && t->aad_len > 0 && t->tag_len >= 12) {
		t->aad[bit / 8 % t->aad_len] ^= change;
		return "associated data";
	}
	if (what == 2 && least > 0 && t->tag_len >= 12) {
		for (size_t i = 0; i < t->n; i++)
			sealed->out[i][bit / 8 % least] ^= change;
		return "ciphertext";
	}
	for (size_t i = 0; i < t->n; i++)
		sealed->tag[i][bit / 8 % t->tag_len] ^= change;
	return "tag";
}

static void run_aead(struct task *t, struct input *in)
{
	struct outcome outcomes[3];
	for (size_t w = 0; w < 3; w++) {
		aead_seal(t, &t->who[w], &outcomes[w]);
		if (fuzz_planted && w == 1 && t->len[0] > 64 && t->len[0] % 16 == 7 && t->aad_len % 16 == 3)
			outcomes[w].out[0][t->len[0] - 1] ^= 0x80;
		if (w == 1)
			fuzz_must(outcomes[w].status == outcomes[0].status, "%s: %s and %s disagree on what is valid",
				  t->rivals->algorithm, rival_name(&t->who[0]), rival_name(&t->who[1]));
		if (outcomes[0].status != LANE_ENGINE_OK)
			return;
		if (w < 2 || outcomes[w].status == LANE_ENGINE_OK) // an engine may not offer these lengths
			same(t, &outcomes[0], &outcomes[w], w);
	}
	const size_t n_who = outcomes[2].status == LANE_ENGINE_OK ? 3 : 2;
	for (size_t w = 0; w < n_who; w++)
		aead_open(t, &t->who[w], &outcomes[0], NULL);
	const char *forged = forge(t, &outcomes[0], in);
	for (size_t w = 0; w < n_who; w++)
		aead_open(t, &t->who[w], &outcomes[0], forged);
}

static void choose_aead(struct task *t, struct input *in)
{
	const struct lane_engine_aead *aead = aead_of(&t->who[0]), *other = aead_of(&t->who[2]);
	const size_t nonce_min = aead->nonce_min, nonce_max = aead->nonce_max < max_short ? aead->nonce_max : max_short;
	// The usual lengths every second time: the engine has them too.
	const size_t choice = input_below(in, 256);
	t->nonce_len = aead->nonce_len;
	t->tag_len = aead->tag_len;
	if (choice % 4 == 1)
		t->nonce_len = nonce_min + input_below(in, nonce_max - nonce_min + 1);
	if (choice % 4 == 3)
		t->tag_len = aead->tag_min + input_below(in, aead->tag_len - aead->tag_min + 1);
	if (t->nonce_len < other->nonce_min || t->nonce_len > other->nonce_max || t->tag_len < other->tag_min ||
	    t->tag_len > other->tag_len)
		t->who[2] = t->who[1];
	t->aad_len = input_length(in) % 600;
	t->n = choice % 8 < 5 ? 1 : choice % 8 - 3;
	if (t->n > max_batch)
		t->n = max_batch;
	for (size_t i = 0; i < t->n; i++)
		t->len[i] = i == 0 ? input_length(in) : t->len[i - 1] - input_below(in, t->len[i - 1] + 1);
	t->key = input_fill(in, aead->key_len, 0);
	t->nonce = input_fill(in, t->nonce_len, t->shift_out);
	t->aad = input_fill(in, t->aad_len, t->shift_in);
}

// ---- Ciphers and MACs ----

static const struct lane_engine_cipher *cipher_of(const struct implementation *who)
{
	return (const void *)who->item;
}

static void cipher_run(const struct task *t, const struct implementation *who, struct outcome *outcome)
{
	const struct lane_engine_cipher *cipher = cipher_of(who);
	const size_t len = t->len[0];
	void *key = NULL;
	const uint8_t *in = fuzz_copy(t->in, len, t->shift_in);
	const int in_place = wants_in_place(t, who);
	outcome->out[0] = in_place ? (uint8_t *)(uintptr_t)in : fuzz_alloc(len, t->shift_out);
	outcome->tag[0] = outcome->out[0]; // there is none: of no bytes
	outcome->status = cipher->key_new(who->object, cipher, t->key, cipher->key_len, &key);
	if (outcome->status == LANE_ENGINE_OK)
		outcome->status = cipher->encrypt(key, t->nonce, outcome->out[0], in, len);
	if (outcome->status == LANE_ENGINE_OK && (cipher->capabilities & LANE_ENGINE_ENCRYPT_ONLY) == 0) {
		uint8_t *back = fuzz_copy(outcome->out[0], len, t->shift_in);
		fuzz_must(cipher->decrypt(key, t->nonce, back, in_place ? back : outcome->out[0], len) ==
					  LANE_ENGINE_OK &&
				  memcmp(back, t->in, len) == 0,
			  "%s, %s: %zu bytes do not come back", t->rivals->algorithm, rival_name(who), len);
	}
	if (key != NULL)
		cipher->key_free(key);
}

static void choose_cipher(struct task *t, struct input *in)
{
	const struct lane_engine_cipher *cipher = cipher_of(&t->who[0]), *other = cipher_of(&t->who[2]);
	const size_t block = cipher->block_len > other->block_len ? cipher->block_len : other->block_len;
	const size_t least = cipher->min_len > other->min_len ? cipher->min_len : other->min_len;
	t->len[0] = input_length(in) / block * block;
	if (t->len[0] < least)
		t->len[0] = least;
	t->key = input_fill(in, cipher->key_len, 0);
	t->nonce = input_fill(in, cipher->iv_len, t->shift_out);
	if (strcmp(t->rivals->algorithm, "ChaCha20") == 0)
		t->nonce[3] = 0; // what follows block 2^32 - 1 is defined nowhere
}

static void mac_run(const struct task *t, const struct implementation *who, struct outcome *outcome)
{
	const struct lane_engine_mac *mac = (const void *)who->item;
	void *key = NULL;
	outcome->out[0] = fuzz_alloc(mac->tag_len, t->shift_out);
	outcome->tag[0] = outcome->out[0]; // there is none: of no bytes
	outcome->status = mac->key_new(who->object, mac, t->key, mac->key_len, &key);
	if (outcome->status == LANE_ENGINE_OK) {
		const uint8_t *in = fuzz_copy(t->in, t->len[0], t->shift_in);
		outcome->status = mac->compute(key, outcome->out[0], in, t->len[0]);
		mac->key_free(key);
	}
}

static void run_alone(struct task *t, struct input *in)
{
	struct outcome outcomes[3];
	const int is_mac = t->rivals->kind == ITEM_MAC;
	if (is_mac) {
		const struct lane_engine_mac *mac = (const void *)t->who[0].item;
		t->len[0] = input_length(in) / mac->block_len * mac->block_len;
		t->key = input_fill(in, mac->key_len, 0);
	} else {
		choose_cipher(t, in);
	}
	t->n = 1;
	t->in = input_fill(in, t->len[0], 0);
	for (size_t w = 0; w < 3; w++) {
		if (is_mac)
			mac_run(t, &t->who[w], &outcomes[w]);
		else
			cipher_run(t, &t->who[w], &outcomes[w]);
	}
	if (is_mac)
		t->len[0] = ((const struct lane_engine_mac *)(const void *)t->who[0].item)->tag_len;
	fuzz_must(outcomes[0].status == outcomes[1].status, "%s: %s and %s disagree on what is valid",
		  t->rivals->algorithm, rival_name(&t->who[0]), rival_name(&t->who[1]));
	for (size_t w = 1; w < 3 && outcomes[0].status == LANE_ENGINE_OK; w++)
		if (outcomes[w].status == LANE_ENGINE_OK)
			same(t, &outcomes[0], &outcomes[w], w);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	rivals_load();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};
	struct task t = {.rivals = rivals_at(input_below(&in, rivals_count()))};
	const struct rivals *r = t.rivals;
	const size_t n_others = r->n - r->n_native;
	t.who[0] = r->all[input_below(&in, r->n_native)];
	t.who[1] = r->all[input_below(&in, r->n_native)];
	t.who[2] = n_others > 0 ? r->all[r->n_native + input_below(&in, n_others)] : t.who[1];
	const size_t choice = input_below(&in, 1 << 16);
	t.in_place = (int)(choice & 1);
	t.shift_in = choice >> 1 & 63;
	t.shift_out = choice >> 7 & 63;
	if (r->kind == ITEM_AEAD) {
		choose_aead(&t, &in);
		t.in = input_fill(&in, t.len[0], 0);
		run_aead(&t, &in);
	} else {
		run_alone(&t, &in);
	}
	fuzz_release();
	return 0;
}
