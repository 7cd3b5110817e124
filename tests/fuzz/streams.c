// SPDX-License-Identifier: MIT
// A message in any pieces, sealed and opened, is the message in one.

#include <string.h>

#include "fuzz.h"
#include "rivals.h"

struct task {
	const struct lane_engine_aead *aead;
	const char *name;
	void *key;
	struct input cuts; // where it is cut, the same for all passes
	uint8_t *nonce, *aad, *in;
	size_t aad_len, len, shift;
};

static struct implementation streaming[256];
static size_t n_streaming;

static size_t next_piece(struct input *cuts, size_t left)
{
	const size_t byte = input_byte(cuts);
	const size_t n = byte < 0x80 ? byte : byte < 0xF0 ? (byte - 0x7F) * 16 : left;
	return n < left && cuts->left > 0 ? n : left;
}

static void *begin(const struct task *t, struct input *cuts, int decrypt)
{
	void *stream;
	fuzz_must(t->aead->stream_new(t->key, decrypt, t->nonce, t->aead->nonce_len, &stream) == LANE_ENGINE_OK,
		  "%s: no stream", t->name);
	for (size_t at = 0, n; at < t->aad_len; at += n) {
		n = next_piece(cuts, t->aad_len - at);
		const uint8_t *piece = fuzz_copy(t->aad + at, n, t->shift);
		fuzz_must(t->aead->stream_aad(stream, piece, n) == LANE_ENGINE_OK, "%s: associated data", t->name);
	}
	return stream;
}

// From `from` to `to`, which may be the same place.
static void update(const struct task *t, void *stream, struct input *cuts, uint8_t *to, const uint8_t *from)
{
	size_t last = 0;
	for (size_t at = 0, n; at < t->len; at += n) {
		n = next_piece(cuts, t->len - at);
		fuzz_must(t->aead->stream_update(stream, to + at, from + at, n) == LANE_ENGINE_OK,
			  "%s: update of %zu bytes at %zu", t->name, n, at);
		if (fuzz_planted && last == 17 && n % 16 == 5 && n > 16)
			to[at] ^= 1;
		last = n;
	}
}

static void run(struct task *t, int in_place)
{
	uint8_t tag[64], streamed_tag[64];
	const size_t tag_len = t->aead->tag_len;
	uint8_t *sealed = fuzz_alloc(t->len, t->shift);
	struct lane_engine_message m = {.out = sealed,
					.in = t->in,
					.len = t->len,
					.nonce = t->nonce,
					.nonce_len = t->aead->nonce_len,
					.aad = t->aad,
					.aad_len = t->aad_len,
					.tag = tag,
					.tag_len = tag_len};
	fuzz_must(t->aead->seal(t->key, &m, 1) == LANE_ENGINE_OK, "%s: cannot seal %zu bytes", t->name, t->len);

	struct input cuts = t->cuts;
	void *stream = begin(t, &cuts, 0);
	uint8_t *from = fuzz_copy(t->in, t->len, t->shift), *to = in_place ? from : fuzz_alloc(t->len, 0);
	update(t, stream, &cuts, to, from);
	fuzz_must(t->aead->stream_final(stream, streamed_tag, tag_len) == LANE_ENGINE_OK, "%s: final", t->name);
	t->aead->stream_free(stream);
	fuzz_must(memcmp(to, sealed, t->len) == 0 && memcmp(streamed_tag, tag, tag_len) == 0,
		  "%s: %zu bytes with %zu of associated data in pieces differ from one", t->name, t->len, t->aad_len);

	for (int forged = 0; forged < 2; forged++) {
		cuts = t->cuts;
		stream = begin(t, &cuts, 1);
		from = fuzz_copy(sealed, t->len, t->shift);
		to = in_place ? from : fuzz_alloc(t->len, 0);
		update(t, stream, &cuts, to, from);
		tag[t->len % tag_len] ^= (uint8_t)(forged << t->aad_len % 8);
		const int status = t->aead->stream_final(stream, tag, tag_len);
		t->aead->stream_free(stream);
		fuzz_must(status == (forged ? LANE_ENGINE_REFUSED : LANE_ENGINE_OK) && memcmp(to, t->in, t->len) == 0,
			  "%s: opening %zu bytes in pieces, %s: status %d", t->name, t->len,
			  forged ? "forged" : "authentic", status);
	}
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc, (void)argv;
	rivals_load();
	for (size_t i = 0; i < rivals_count(); i++)
		for (size_t k = 0; k < rivals_at(i)->n; k++) {
			const struct implementation *who = &rivals_at(i)->all[k];
			if (rivals_at(i)->kind == ITEM_AEAD && (who->item->capabilities & LANE_ENGINE_STREAMING) != 0)
				streaming[n_streaming++ % 256] = *who;
		}
	fuzz_must(n_streaming > 0 && n_streaming <= 256, "%zu that stream", n_streaming);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct input in = {data, len};
	const struct implementation *who = &streaming[input_below(&in, n_streaming)];
	struct task t = {.aead = (const void *)who->item, .name = rival_name(who)};
	const size_t choice = input_below(&in, 256);
	t.shift = choice >> 1 & 63;
	t.aad_len = input_length(&in) % 300;
	t.len = input_length(&in);
	t.cuts = in;
	t.nonce = input_fill(&in, t.aead->nonce_len, 0);
	t.aad = input_fill(&in, t.aad_len, t.shift);
	t.in = input_fill(&in, t.len, t.shift);
	const uint8_t *key = input_fill(&in, t.aead->key_len, 0);
	fuzz_must(t.aead->key_new(who->object, t.aead, key, t.aead->key_len, t.aead->tag_len, &t.key) == LANE_ENGINE_OK,
		  "%s: no key", t.name);
	run(&t, (choice & 1) != 0 && (who->item->capabilities & LANE_ENGINE_IN_PLACE) != 0);
	t.aead->key_free(t.key);
	fuzz_release();
	return 0;
}
