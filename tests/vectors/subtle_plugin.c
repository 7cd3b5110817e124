// SPDX-License-Identifier: MIT
// A plug-in whose AES-128-GCM is right, but for one fault chosen when it is built:
// of those that only forged messages or rare sizes show.

#include <stdlib.h>
#include <string.h>

#include <lanecrypt/aes_gcm.h>

#include "../../engines/engine.h"

enum { max_len = 1 << 16, tag_len = 16 };

struct lane_engine_object {
	int unused;
};

static int key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *key_bytes,
		   size_t key_len, size_t len, void **out)
{
	(void)engine, (void)item;
	*out = NULL;
	if (len != tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct lane_aes_gcm_ctx *key = aligned_alloc(64, (sizeof(*key) + 63) / 64 * 64);
	if (key == NULL || lane_aes_gcm_init(key, key_bytes, key_len) != LANE_OK)
		abort();
	*out = key;
	return LANE_ENGINE_OK;
}

static int seal_one(const struct lane_aes_gcm_ctx *key, const struct lane_engine_message *m, uint8_t *out, uint8_t *tag)
{
	return lane_aes_gcm_seal(key, out, tag, tag_len, m->nonce, m->nonce_len, m->aad, m->aad_len, m->in, m->len) ==
			       LANE_OK
		       ? LANE_ENGINE_OK
		       : LANE_ENGINE_FAILED;
}

static int seal(void *key, struct lane_engine_message *messages, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct lane_engine_message *m = &messages[i];
		m->status = seal_one(key, m, m->out, m->tag);
#ifdef FAULT_CRASH
		if (m->nonce_len == 8)
			abort();
#endif
#ifdef FAULT_NONCE_OF_8
		if (m->nonce_len == 8)
			m->tag[0] ^= 1;
#endif
	}
	return messages[0].status;
}

// Sealing the ciphertext gives the plaintext, and sealing that the right tag.
static int open_one(const struct lane_aes_gcm_ctx *key, struct lane_engine_message *m, uint8_t *plaintext)
{
	static const uint8_t none[tag_len];
	uint8_t tag[tag_len];
	size_t compared = tag_len;
	uint8_t *scratch = malloc(m->len + 1);
	if (scratch == NULL)
		abort();
	struct lane_engine_message again = *m;
	seal_one(key, m, plaintext, tag);
	again.in = plaintext;
	seal_one(key, &again, scratch, tag);
	free(scratch);
#ifdef FAULT_SHORT_COMPARE
	compared = tag_len - 1;
#endif
#ifdef FAULT_ZERO_TAG
	if (memcmp(m->tag, none, tag_len) == 0)
		return LANE_ENGINE_OK;
#endif
	(void)none;
	return memcmp(tag, m->tag, compared) == 0 ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
}

static int open(void *key, struct lane_engine_message *messages, size_t n)
{
	int first = LANE_ENGINE_OK;
	for (size_t i = 0; i < n; i++) {
		struct lane_engine_message *m = &messages[i];
		uint8_t *plaintext = malloc(m->len + 1);
		if (plaintext == NULL)
			abort();
		m->status = open_one(key, m, plaintext);
		int shown = m->status == LANE_ENGINE_OK;
#ifdef FAULT_LEAVES_PLAINTEXT
		shown = 1;
#endif
		if (m->len > 0)
			shown ? memcpy(m->out, plaintext, m->len) : memset(m->out, 0, m->len);
		free(plaintext);
		first = first == LANE_ENGINE_OK ? m->status : first;
	}
	return first;
}

#ifdef FAULT_OVERLAP // claims to refuse what open takes
enum { claims = LANE_ENGINE_NO_OVERLAP };
#else
enum { claims = 0 };
#endif

static const struct lane_engine_aead aeads[] = {{.algorithm = "AES-128-GCM",
						 .capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_ANY_NONCE | claims,
						 .key_len = 16,
						 .nonce_len = 12,
						 .nonce_min = 1,
						 .nonce_max = 1024,
						 .tag_len = tag_len,
						 .max_len = max_len,
						 .key_new = key_new,
						 .key_free = free,
						 .seal = seal,
						 .open = open}};

static const struct lane_engine_table *table(const char *kind)
{
	static const struct lane_engine_table aead = {sizeof aead, sizeof aeads[0], 1, 0, aeads};
	return strcmp(kind, LANE_ENGINE_AEAD) == 0 ? &aead : NULL;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	static struct lane_engine_object object;
	(void)reason, (void)reason_cap;
	*out = &object;
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	(void)engine;
}

static const char *version(void)
{
	return "subtle 1.0";
}

static const char *last_error(struct lane_engine_object *engine)
{
	(void)engine;
	return "none";
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {.abi_version = LANE_ENGINE_ABI,
						  .struct_size = sizeof engine,
						  .name = "subtle",
						  .summary = "right but for one fault",
						  .library_version = version,
						  .built_for = "subtle 1.0",
						  .create = create,
						  .destroy = destroy,
						  .table = table,
						  .last_error = last_error};
	(void)host_abi;
	return &engine;
}
