/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_ADAPTOR_H
#define LANE_ENGINES_ADAPTOR_H

/* What adaptors to plain C libraries have in common: an engine object that only
 * remembers what went wrong, memory for keys, and the loop over messages. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

/* An adaptor that needs more in it defines ADAPTOR_MEMBERS first. */
#ifndef ADAPTOR_MEMBERS
#define ADAPTOR_MEMBERS
#endif
struct lane_engine_object {
	const char *error;
	ADAPTOR_MEMBERS
};

/* LANE_ENGINE_FAILED, with what last_error() is to say. */
static inline int adaptor_failed(struct lane_engine_object *engine, const char *sentence)
{
	engine->error = sentence;
	return LANE_ENGINE_FAILED;
}

/* lane_engine.create, destroy and last_error for who needs no more than that. */
static inline int adaptor_create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	*out = (struct lane_engine_object *)calloc(1, sizeof **out);
	if (!*out) {
		snprintf(reason, reason_cap, "out of memory");
		return LANE_ENGINE_FAILED;
	}
	(*out)->error = "nothing has failed";
	return LANE_ENGINE_OK;
}

static inline void adaptor_destroy(struct lane_engine_object *engine)
{
	free(engine);
}

static inline const char *adaptor_last_error(struct lane_engine_object *engine)
{
	return engine->error;
}

/* len zeroed bytes at a multiple of 64; NULL, with last_error() set, when there are none. */
static inline void *adaptor_alloc(struct lane_engine_object *engine, size_t len)
{
	const size_t whole = (len + 63) / 64 * 64;
	void *const p = aligned_alloc(64, whole);
	if (!p)
		adaptor_failed(engine, "out of memory");
	return p ? memset(p, 0, whole) : NULL;
}

/* The end of a secret on the heap. */
static inline void adaptor_free(void *p, size_t len)
{
	if (p)
		explicit_bzero(p, len);
	free(p);
}

#define ADAPTOR_TABLE(item_array)                                                                                      \
	{                                                                                                              \
		.struct_size = sizeof(struct lane_engine_table), .item_size = sizeof item_array[0],                    \
		.n_items = sizeof item_array / sizeof item_array[0], .items = item_array                               \
	}

/* The messages after the first, whose status is `first`: each through `crypt` again. */
__attribute__((noinline, unused)) static int adaptor_others(int (*crypt)(void *, struct lane_engine_message *, size_t),
							    void *key, struct lane_engine_message *messages, size_t n,
							    int first)
{
	for (size_t i = 1; i < n; i++) {
		const int status = crypt(key, &messages[i], 1);
		if (first == LANE_ENGINE_OK)
			first = status;
	}
	return first;
}

/* Defines `function` as lane_engine_aead.seal or .open: each message through
 * int one(key_type *key, const struct lane_engine_message *m), which answers a
 * status. One message is the usual case: no loop is set up for it. */
#define ADAPTOR_EACH(function, key_type, one)                                                                          \
	static int function(void *key, struct lane_engine_message *m, size_t n)                                        \
	{                                                                                                              \
		const int first = m->status = one((key_type *)key, m);                                                 \
		return n == 1 ? first : adaptor_others(function, key, m, n, first);                                    \
	}

enum { adaptor_tag_max = 16 };

/* Not 0 when two tags differ; where, is not to be seen from outside. */
static inline uint64_t adaptor_tags_differ(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint64_t difference = 0;
	if (__builtin_expect(len == 16, 1)) { /* in registers: by way of memory it takes ten cycles more */
		uint64_t x[2], y[2];
		memcpy(x, a, sizeof x);
		memcpy(y, b, sizeof y);
		difference = (x[0] ^ y[0]) | (x[1] ^ y[1]);
	} else {
		for (size_t i = 0; i < len; i++)
			difference |= (uint64_t)(a[i] ^ b[i]);
	}
	__asm__("" : "+r"(difference)); /* keeps the compiler from splitting the comparison */
	return difference;
}

/* The answer to an open: is_authentic, or else no plaintext stays in the output. */
static inline int adaptor_verdict(const struct lane_engine_message *m, int is_authentic)
{
	if (__builtin_expect(is_authentic, 1))
		return LANE_ENGINE_OK;
	if (m->len > 0)
		memset(m->out, 0, m->len);
	return LANE_ENGINE_REFUSED;
}

static inline uint32_t adaptor_load32_le(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static inline uint32_t adaptor_load32_be(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

/* Bounds of messages: SP 800-38D §5.2.1.1, RFC 8439 §2.8. */
#define ADAPTOR_GCM_MAX_LEN ((UINT64_C(1) << 36) - 32)
#define ADAPTOR_CHACHA_MAX_LEN ((UINT64_C(1) << 38) - 64)

/* RFC 3610 §2.1: what the nonce leaves of 15 bytes holds the length. */
static inline int adaptor_ccm_fits(const struct lane_engine_message *m)
{
	return m->nonce_len >= 7 && m->nonce_len <= 13 && (m->nonce_len == 7 || m->len >> 8 * (15 - m->nonce_len) == 0);
}

#endif
