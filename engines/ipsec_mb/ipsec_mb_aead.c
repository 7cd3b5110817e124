// SPDX-License-Identifier: MIT
// AES-GCM by direct calls; ChaCha20-Poly1305 by a job or by direct calls.

#include "ipsec_mb_engine.h"

enum {
	usual_nonce_len = 12,
	tag_len_max = 16,
	chacha_direct_len = 768, // from here on three direct calls beat a job
};
// The library's functions for one key size, out of its manager.
struct gcm_calls {
	aes_gcm_enc_dec_t seal, open;
	aes_gcm_init_var_iv_t init;
	aes_gcm_enc_dec_update_t encrypt, decrypt;
	aes_gcm_enc_dec_finalize_t encrypt_final, decrypt_final;
};

union context {
	struct gcm_context_data gcm;
	struct chacha20_poly1305_context_data chacha;
};

struct key {
	struct gcm_key_data gcm_key; // AES-GCM
	uint8_t chacha_key[32];      // ChaCha20-Poly1305
	struct gcm_calls calls;
	union context context; // of the message in work
	struct lane_engine_object *engine;
	int is_gcm;
};

// ---- Keys ----

static int gcm_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
		       size_t key_len, size_t tag_len, void **out)
{
	IMB_MGR *const m = engine->manager;
	*out = NULL;
	if (key_len != item->key_len || tag_len < 1 || tag_len > tag_len_max)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	key->is_gcm = 1;
	switch (key_len) {
	case 16:
		IMB_AES128_GCM_PRE(m, bytes, &key->gcm_key);
		key->calls = (struct gcm_calls){m->gcm128_enc,         m->gcm128_dec,        m->gcm128_init_var_iv,
						m->gcm128_enc_update,  m->gcm128_dec_update, m->gcm128_enc_finalize,
						m->gcm128_dec_finalize};
		break;
	case 24:
		IMB_AES192_GCM_PRE(m, bytes, &key->gcm_key);
		key->calls = (struct gcm_calls){m->gcm192_enc,         m->gcm192_dec,        m->gcm192_init_var_iv,
						m->gcm192_enc_update,  m->gcm192_dec_update, m->gcm192_enc_finalize,
						m->gcm192_dec_finalize};
		break;
	default:
		IMB_AES256_GCM_PRE(m, bytes, &key->gcm_key);
		key->calls = (struct gcm_calls){m->gcm256_enc,         m->gcm256_dec,        m->gcm256_init_var_iv,
						m->gcm256_enc_update,  m->gcm256_dec_update, m->gcm256_enc_finalize,
						m->gcm256_dec_finalize};
		break;
	}
	*out = key;
	return LANE_ENGINE_OK;
}

static int chacha_key_new(struct lane_engine_object *engine, const struct lane_engine_aead *item, const uint8_t *bytes,
			  size_t key_len, size_t tag_len, void **out)
{
	*out = NULL;
	if (key_len != item->key_len || tag_len != item->tag_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct key *const key = adaptor_alloc(engine, sizeof *key);
	if (!key)
		return LANE_ENGINE_FAILED;
	key->engine = engine;
	memcpy(key->chacha_key, bytes, sizeof key->chacha_key);
	*out = key;
	return LANE_ENGINE_OK;
}

static void key_free(void *key)
{
	adaptor_free(key, sizeof(struct key));
}

// ---- Messages ----

static inline int verdict(const struct lane_engine_message *m, const uint8_t tag[tag_len_max])
{
	return adaptor_verdict(m, !adaptor_tags_differ(tag, m->tag, m->tag_len));
}

static inline void gcm_seal_into(struct key *key, const struct lane_engine_message *m, uint8_t *tag, size_t tag_len)
{
	struct gcm_context_data *const context = &key->context.gcm;
	if (m->nonce_len == usual_nonce_len) {
		key->calls.seal(&key->gcm_key, context, m->out, m->in, m->len, m->nonce, m->aad, m->aad_len, tag,
				tag_len);
	} else {
		key->calls.init(&key->gcm_key, context, m->nonce, m->nonce_len, m->aad, m->aad_len);
		key->calls.encrypt(&key->gcm_key, context, m->out, m->in, m->len);
		key->calls.encrypt_final(&key->gcm_key, context, tag, tag_len);
	}
}

static inline void gcm_open_into(struct key *key, const struct lane_engine_message *m, uint8_t tag[tag_len_max])
{
	struct gcm_context_data *const context = &key->context.gcm;
	if (m->nonce_len == usual_nonce_len) {
		key->calls.open(&key->gcm_key, context, m->out, m->in, m->len, m->nonce, m->aad, m->aad_len, tag,
				tag_len_max);
	} else {
		key->calls.init(&key->gcm_key, context, m->nonce, m->nonce_len, m->aad, m->aad_len);
		key->calls.decrypt(&key->gcm_key, context, m->out, m->in, m->len);
		key->calls.decrypt_final(&key->gcm_key, context, tag, tag_len_max);
	}
}

static inline int gcm_fits(const struct lane_engine_message *m)
{
	return m->nonce_len > 0 && m->tag_len > 0 && m->tag_len <= tag_len_max && m->len <= ADAPTOR_GCM_MAX_LEN;
}

static inline int gcm_seal_one(struct key *key, const struct lane_engine_message *m)
{
	if (!gcm_fits(m))
		return LANE_ENGINE_UNSUPPORTED;
	gcm_seal_into(key, m, m->tag, m->tag_len);
	return LANE_ENGINE_OK;
}

static inline int gcm_open_one(struct key *key, const struct lane_engine_message *m)
{
	uint8_t tag[tag_len_max];
	if (!gcm_fits(m))
		return LANE_ENGINE_UNSUPPORTED;
	gcm_open_into(key, m, tag);
	return verdict(m, tag);
}

static int chacha_job(struct key *key, const struct lane_engine_message *m, uint8_t tag[16],
		      IMB_CIPHER_DIRECTION direction)
{
	IMB_JOB *const job = next_job(key->engine);
	job->cipher_mode = IMB_CIPHER_CHACHA20_POLY1305;
	job->hash_alg = IMB_AUTH_CHACHA20_POLY1305;
	job->cipher_direction = direction;
	job->chain_order = direction == IMB_DIR_ENCRYPT ? IMB_ORDER_CIPHER_HASH : IMB_ORDER_HASH_CIPHER;
	job->enc_keys = job->dec_keys = key->chacha_key;
	job->key_len_in_bytes = sizeof key->chacha_key;
	job->src = m->in;
	job->dst = m->out;
	job->cipher_start_src_offset_in_bytes = job->hash_start_src_offset_in_bytes = 0;
	job->msg_len_to_cipher_in_bytes = job->msg_len_to_hash_in_bytes = m->len;
	job->iv = m->nonce;
	job->iv_len_in_bytes = usual_nonce_len;
	job->u.CHACHA20_POLY1305.aad = m->aad;
	job->u.CHACHA20_POLY1305.aad_len_in_bytes = m->aad_len;
	job->auth_tag_output = tag;
	job->auth_tag_output_len_in_bytes = 16;
	return run_job(key->engine);
}

static inline int chacha_fits(const struct lane_engine_message *m)
{
	return m->nonce_len == usual_nonce_len && m->tag_len == 16 && m->len <= ADAPTOR_CHACHA_MAX_LEN;
}

static inline int chacha_seal_one(struct key *key, const struct lane_engine_message *m)
{
	IMB_MGR *const manager = key->engine->manager;
	struct chacha20_poly1305_context_data *const context = &key->context.chacha;
	if (!chacha_fits(m))
		return LANE_ENGINE_UNSUPPORTED;
	if (m->len < chacha_direct_len)
		return chacha_job(key, m, m->tag, IMB_DIR_ENCRYPT);
	IMB_CHACHA20_POLY1305_INIT(manager, key->chacha_key, context, m->nonce, m->aad, m->aad_len);
	IMB_CHACHA20_POLY1305_ENC_UPDATE(manager, key->chacha_key, context, m->out, m->in, m->len);
	IMB_CHACHA20_POLY1305_ENC_FINALIZE(manager, context, m->tag, 16);
	return LANE_ENGINE_OK;
}

static inline int chacha_open_one(struct key *key, const struct lane_engine_message *m)
{
	IMB_MGR *const manager = key->engine->manager;
	struct chacha20_poly1305_context_data *const context = &key->context.chacha;
	uint8_t tag[tag_len_max];
	if (!chacha_fits(m))
		return LANE_ENGINE_UNSUPPORTED;
	if (m->len < chacha_direct_len) {
		const int status = chacha_job(key, m, tag, IMB_DIR_DECRYPT);
		return status == LANE_ENGINE_OK ? verdict(m, tag) : status;
	}
	IMB_CHACHA20_POLY1305_INIT(manager, key->chacha_key, context, m->nonce, m->aad, m->aad_len);
	IMB_CHACHA20_POLY1305_DEC_UPDATE(manager, key->chacha_key, context, m->out, m->in, m->len);
	IMB_CHACHA20_POLY1305_DEC_FINALIZE(manager, context, tag, 16);
	return verdict(m, tag);
}

ADAPTOR_EACH(gcm_seal, struct key, gcm_seal_one)
ADAPTOR_EACH(chacha_seal, struct key, chacha_seal_one)
ADAPTOR_EACH(chacha_open, struct key, chacha_open_one)
ADAPTOR_EACH(gcm_open_each, struct key, gcm_open_one)

// One message with the usual lengths, which one branch tells. The library opens 16 bytes in 15 ns, where each check
// shows: 0.904 of a bare loop's speed; with the checks one by one in gcm_open_one 0.886, no checks at all 0.917. Tried
// and lost: these lengths first in gcm_open_one (0.890), context and key in cache lines of their own (0.887).
static int gcm_open(void *opaque, struct lane_engine_message *m, size_t n)
{
	struct key *const key = opaque;
	uint8_t tag[tag_len_max];
	const size_t unusual = (n ^ 1) | (m->nonce_len ^ (size_t)usual_nonce_len) | (m->tag_len ^ (size_t)tag_len_max);
	if (__builtin_expect(unusual != 0 || m->len > ADAPTOR_GCM_MAX_LEN, 0))
		return gcm_open_each(key, m, n);
	key->calls.open(&key->gcm_key, &key->context.gcm, m->out, m->in, m->len, m->nonce, m->aad, m->aad_len, tag,
			tag_len_max);
	return m->status = adaptor_verdict(m, !adaptor_tags_differ(tag, m->tag, tag_len_max));
}

// ---- Streaming ----

// The library takes nonce and associated data at once, so both are collected until the text begins.
struct stream {
	union context context;
	const struct key *key;
	uint8_t *head; // nonce, then associated data
	size_t nonce_len, head_len;
	int decrypt, begun;
};

static int stream_aad(void *p, const uint8_t *aad, size_t aad_len)
{
	struct stream *const s = p;
	if (s->begun)
		return adaptor_failed(s->key->engine, "associated data after the text has begun");
	if (aad_len == 0)
		return LANE_ENGINE_OK;
	uint8_t *const head = realloc(s->head, s->head_len + aad_len);
	if (!head)
		return adaptor_failed(s->key->engine, "out of memory");
	memcpy(head + s->head_len, aad, aad_len);
	s->head = head;
	s->head_len += aad_len;
	return LANE_ENGINE_OK;
}

static void stream_free(void *p)
{
	struct stream *const s = p;
	if (s)
		free(s->head);
	adaptor_free(s, sizeof *s);
}

static int stream_new(void *p, int decrypt, const uint8_t *nonce, size_t nonce_len, void **out)
{
	const struct key *const key = p;
	*out = NULL;
	if (nonce_len == 0 || (!key->is_gcm && nonce_len != usual_nonce_len))
		return LANE_ENGINE_UNSUPPORTED;
	struct stream *const s = adaptor_alloc(key->engine, sizeof *s);
	if (!s)
		return LANE_ENGINE_FAILED;
	s->key = key;
	s->decrypt = decrypt;
	s->nonce_len = nonce_len;
	const int status = stream_aad(s, nonce, nonce_len);
	if (status == LANE_ENGINE_OK)
		*out = s;
	else
		stream_free(s);
	return status;
}

static void stream_begin(struct stream *s)
{
	const struct key *const key = s->key;
	const uint8_t *const aad = s->head + s->nonce_len;
	const size_t aad_len = s->head_len - s->nonce_len;
	if (!s->begun && key->is_gcm)
		key->calls.init(&key->gcm_key, &s->context.gcm, s->head, s->nonce_len, aad, aad_len);
	else if (!s->begun)
		IMB_CHACHA20_POLY1305_INIT(key->engine->manager, key->chacha_key, &s->context.chacha, s->head, aad,
					   aad_len);
	s->begun = 1;
}

static int stream_update(void *p, uint8_t *out, const uint8_t *in, size_t len)
{
	struct stream *const s = p;
	const struct key *const key = s->key;
	IMB_MGR *const manager = key->engine->manager;
	stream_begin(s);
	if (key->is_gcm)
		(s->decrypt ? key->calls.decrypt : key->calls.encrypt)(&key->gcm_key, &s->context.gcm, out, in, len);
	else if (s->decrypt)
		IMB_CHACHA20_POLY1305_DEC_UPDATE(manager, key->chacha_key, &s->context.chacha, out, in, len);
	else
		IMB_CHACHA20_POLY1305_ENC_UPDATE(manager, key->chacha_key, &s->context.chacha, out, in, len);
	return LANE_ENGINE_OK;
}

static int stream_final(void *p, uint8_t *tag, size_t tag_len)
{
	struct stream *const s = p;
	const struct key *const key = s->key;
	uint8_t computed[tag_len_max];
	if (tag_len == 0 || tag_len > tag_len_max || (!key->is_gcm && tag_len != 16))
		return LANE_ENGINE_UNSUPPORTED;
	stream_begin(s);
	if (key->is_gcm)
		(s->decrypt ? key->calls.decrypt_final : key->calls.encrypt_final)(&key->gcm_key, &s->context.gcm,
										   computed, tag_len_max);
	else
		IMB_CHACHA20_POLY1305_ENC_FINALIZE(key->engine->manager, &s->context.chacha, computed, tag_len_max);
	if (s->decrypt)
		return adaptor_tags_differ(computed, tag, tag_len) == 0 ? LANE_ENGINE_OK : LANE_ENGINE_REFUSED;
	memcpy(tag, computed, tag_len);
	return LANE_ENGINE_OK;
}

// ---- Items ----

#define AES_GCM(bits)                                                                                                  \
	{                                                                                                              \
		.algorithm = "AES-" #bits "-GCM",                                                                      \
		.capabilities =                                                                                        \
			LANE_ENGINE_IN_PLACE | LANE_ENGINE_STREAMING | LANE_ENGINE_TRUNCATED | LANE_ENGINE_ANY_NONCE,  \
		.key_len = bits / 8, .nonce_len = usual_nonce_len, .tag_len = tag_len_max, .nonce_min = 1,             \
		.nonce_max = UINT32_MAX, .tag_min = 1, .max_len = ADAPTOR_GCM_MAX_LEN, .key_new = gcm_key_new,         \
		.key_free = key_free, .seal = gcm_seal, .open = gcm_open, .stream_new = stream_new,                    \
		.stream_aad = stream_aad, .stream_update = stream_update, .stream_final = stream_final,                \
		.stream_free = stream_free                                                                             \
	}
static const struct lane_engine_aead aeads[] = {
	AES_GCM(128),
	AES_GCM(192),
	AES_GCM(256),
	{
		.algorithm = "ChaCha20-Poly1305",
		.capabilities = LANE_ENGINE_IN_PLACE | LANE_ENGINE_STREAMING,
		.key_len = 32,
		.nonce_len = usual_nonce_len,
		.tag_len = 16,
		.max_len = ADAPTOR_CHACHA_MAX_LEN,
		.key_new = chacha_key_new,
		.key_free = key_free,
		.seal = chacha_seal,
		.open = chacha_open,
		.stream_new = stream_new,
		.stream_aad = stream_aad,
		.stream_update = stream_update,
		.stream_final = stream_final,
		.stream_free = stream_free,
	},
};
const struct lane_engine_table ipsec_mb_aead_table = ADAPTOR_TABLE(aeads);
