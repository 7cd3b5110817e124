/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_ADAPTOR_H
#define LANE_ENGINES_ADAPTOR_H

/* What adaptors to plain C libraries have in common: an engine object that only
 * remembers what went wrong, memory for keys, and the loop over messages. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"

/* An adaptor that needs more begins its own struct with this one. */
struct lane_engine_object {
	const char *error;
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
	*out = (struct lane_engine_object *)malloc(sizeof **out);
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

/* Defines `function` as lane_engine_aead.seal or .open: each message through
 * int one(key_type *key, const struct lane_engine_message *m), which answers a status. */
#define ADAPTOR_EACH(function, key_type, one)                                                                          \
	static int function(void *key, struct lane_engine_message *messages, size_t n)                                 \
	{                                                                                                              \
		int first = LANE_ENGINE_OK;                                                                            \
		for (size_t i = 0; i < n; i++) {                                                                       \
			messages[i].status = one((key_type *)key, &messages[i]);                                       \
			if (first == LANE_ENGINE_OK)                                                                   \
				first = messages[i].status;                                                            \
		}                                                                                                      \
		return first;                                                                                          \
	}

enum { adaptor_tag_max = 16 };

/* Not 0 when two tags of at most 16 bytes differ; where, is not to be seen from outside. */
static inline uint64_t adaptor_tags_differ(const uint8_t *a, const uint8_t *b, size_t len)
{
	uint64_t x[2] = {0}, y[2] = {0};
	if (len == 16) {
		memcpy(x, a, 16);
		memcpy(y, b, 16);
	} else {
		memcpy(x, a, len);
		memcpy(y, b, len);
	}
	uint64_t difference = (x[0] ^ y[0]) | (x[1] ^ y[1]);
	__asm__("" : "+r"(difference)); /* keeps the compiler from splitting the comparison */
	return difference;
}

/* The answer to an open: is_authentic, or else no plaintext stays in the output. */
static inline int adaptor_verdict(const struct lane_engine_message *m, int is_authentic)
{
	if (is_authentic)
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

#endif
