// SPDX-License-Identifier: MIT
// AES-CMAC, HMAC, Poly1305, SHA-256.

#include "wolfssl_engine.h"

#include <wolfssl/wolfcrypt/cmac.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/poly1305.h>

struct key {
	union {
		Cmac cmac;
		Hmac hmac;
		wc_Sha256 sha256;
		struct {
			Poly1305 state;
			uint8_t bytes[32];
		} poly1305;
	};
	struct lane_engine_object *engine;
};

// Contexts without a device own nothing: to wipe them is all.
static void key_free(void *key)
{
	adaptor_free(key, sizeof(struct key));
}

static int cmac_set(struct key *key, const uint8_t *bytes, word32 len)
{
	return wc_InitCmac(&key->cmac, bytes, len, WC_CMAC_AES, NULL);
}

static int hmac_set(struct key *key, const uint8_t *bytes, word32 len)
{
	const int answer = wc_HmacInit(&key->hmac, NULL, INVALID_DEVID);
	return answer ? answer : wc_HmacSetKey(&key->hmac, WC_SHA256, bytes, len);
}

static int poly1305_set(struct key *key, const uint8_t *bytes, word32 len)
{
	memcpy(key->poly1305.bytes, bytes, len);
	return 0;
}

static int sha256_set(struct key *key, const uint8_t *bytes, word32 len)
{
	(void)bytes;
	(void)len;
	return wc_InitSha256(&key->sha256);
}

// The library clears a CMAC's state, key and all, when it is done: each message works on a copy.
static int cmac_compute(const struct key *key, uint8_t *tag, const uint8_t *in, word32 len)
{
	Cmac cmac = key->cmac;
	word32 tag_len = 16;
	const int answer = wc_CmacUpdate(&cmac, in, len);
	return answer ? answer : wc_CmacFinal(&cmac, tag, &tag_len);
}

// The others begin anew by themselves.
static int hmac_compute(struct key *key, uint8_t *tag, const uint8_t *in, word32 len)
{
	const int answer = wc_HmacUpdate(&key->hmac, in, len);
	return answer ? answer : wc_HmacFinal(&key->hmac, tag);
}

static int poly1305_compute(struct key *key, uint8_t *tag, const uint8_t *in, word32 len)
{
	int answer = wc_Poly1305SetKey(&key->poly1305.state, key->poly1305.bytes, sizeof key->poly1305.bytes);
	if (answer == 0)
		answer = wc_Poly1305Update(&key->poly1305.state, in, len);
	return answer ? answer : wc_Poly1305Final(&key->poly1305.state, tag);
}

static int sha256_compute(struct key *key, uint8_t *tag, const uint8_t *in, word32 len)
{
	const int answer = wc_Sha256Update(&key->sha256, in, len);
	return answer ? answer : wc_Sha256Final(&key->sha256, tag);
}

#define FUNCTIONS(name)                                                                                                \
	static int name##_key_new(struct lane_engine_object *engine, const struct lane_engine_mac *item,               \
				  const uint8_t *bytes, size_t key_len, void **out)                                    \
	{                                                                                                              \
		*out = NULL;                                                                                           \
		if (key_len != item->key_len)                                                                          \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		struct key *const key = adaptor_alloc(engine, sizeof *key);                                            \
		if (!key)                                                                                              \
			return LANE_ENGINE_FAILED;                                                                     \
		key->engine = engine;                                                                                  \
		return wolfssl_made(engine, name##_set(key, bytes, (word32)key_len), key, key_free, out);              \
	}                                                                                                              \
	static int name(void *p, uint8_t *tag, const uint8_t *in, size_t len)                                          \
	{                                                                                                              \
		struct key *const key = p;                                                                             \
		if (len > wolfssl_max_len)                                                                             \
			return LANE_ENGINE_UNSUPPORTED;                                                                \
		return wolfssl_status(key->engine, name##_compute(key, tag, in, (word32)len),                          \
				      "authenticating failed");                                                        \
	}
FUNCTIONS(cmac)
FUNCTIONS(hmac)
FUNCTIONS(poly1305)
FUNCTIONS(sha256)

#define MAC(name, key_bytes, tag_bytes, function)                                                                      \
	{                                                                                                              \
		.algorithm = name, .key_len = key_bytes, .tag_len = tag_bytes, .block_len = 1,                         \
		.key_new = function##_key_new, .key_free = key_free, .compute = function                               \
	}
static const struct lane_engine_mac macs[] = {
	MAC("AES-128-CMAC", 16, 16, cmac), MAC("AES-256-CMAC", 32, 16, cmac), MAC("HMAC-SHA-256", 32, 32, hmac),
	MAC("Poly1305", 32, 16, poly1305), MAC("SHA-256", 0, 32, sha256),
};
const struct lane_engine_table wolfssl_mac_table = ADAPTOR_TABLE(macs);
