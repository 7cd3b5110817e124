/* SPDX-License-Identifier: MIT */
#ifndef LANE_PROVIDER_H
#define LANE_PROVIDER_H

/*
 * lanecrypt.so, an OpenSSL 3 provider: OpenSSL's ciphers, computed by liblanecrypt. What the files of this folder
 * share: the instance, errors, keys, parameters, and how a cipher becomes a table of functions (provider-cipher(7)).
 *
 * A cipher behaves as OpenSSL's default provider has it: the same calls succeed, with the same bytes. Exceptions, all
 * of them on the safe side, are named at the head of the file that has them.
 *
 * The provider links no libcrypto: what it needs of the one that loads it comes through the dispatch table of
 * OSSL_provider_init, so it is at home in any OpenSSL 3.
 */

#include <stddef.h>
#include <stdint.h>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>
#include <openssl/core_names.h>
#include <openssl/params.h>

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

/* An instance: one for each library context that loaded the provider. */
struct provider {
	const OSSL_CORE_HANDLE *core;
	OSSL_FUNC_core_new_error_fn *new_error;
	OSSL_FUNC_core_set_error_debug_fn *set_error_debug;
	OSSL_FUNC_core_vset_error_fn *vset_error;
	const struct lane_kernel *gcm_kernel; /* found once: keys are set for single messages */
	int bad_environment;                  /* LANE_KERNEL or LANE_CPU_DISABLE is wrong: no key can be set */
};

/* Why a call failed; provider.c has the sentences. */
enum reason {
	REASON_PARAMETER = 1,
	REASON_KEY_LEN,
	REASON_KEY_MISSING,
	REASON_KEY_HALVES,
	REASON_IV_LEN,
	REASON_IV_MISSING,
	REASON_IV_USED,
	REASON_IV_GENERATE,
	REASON_TAG_LEN,
	REASON_TAG_MISSING,
	REASON_TAG_DIRECTION,
	REASON_TAG_WRONG,
	REASON_TLS_AAD,
	REASON_TLS_RECORD,
	REASON_TLS_RECORDS,
	REASON_OUTPUT_LEN,
	REASON_MESSAGE_LEN,
	REASON_OVERLAP,
	REASON_ORDER,
	REASON_KERNEL,
	REASON_MEMORY,
	REASON_DATA_UNIT
};

/* Puts an error on OpenSSL's queue; always 0. */
int provider_fail(const struct provider *provider, enum reason reason, const char *function);
#define FAIL(provider, reason) provider_fail(provider, reason, __func__)

/* 1 for LANE_OK, else an error and 0. */
int provider_check(const struct provider *provider, enum lane_status status, const char *function);
#define CHECK(provider, status) provider_check(provider, status, __func__)

/* 1 when len bytes of randomness are there. */
int provider_random(uint8_t *out, size_t len);

/* --- what is fixed about a cipher --- */

struct cipher_info {
	unsigned mode; /* EVP_CIPH_…_MODE */
	int aead, custom_iv;
	size_t key_len, block_len, iv_len;
	int variant; /* the family's own */
};

extern const OSSL_DISPATCH aes_128_gcm_functions[], aes_192_gcm_functions[], aes_256_gcm_functions[],
	aes_128_ccm_functions[], aes_192_ccm_functions[], aes_256_ccm_functions[], aes_128_ctr_functions[],
	aes_192_ctr_functions[], aes_256_ctr_functions[], aes_128_xts_functions[], aes_256_xts_functions[],
	chacha20_functions[], chacha20_poly1305_functions[], aes_128_gcm_siv_functions[], aes_256_gcm_siv_functions[],
	aegis_128l_functions[], aegis_128x2_functions[], aegis_128x4_functions[], aegis_256_functions[],
	aegis_256x2_functions[], aegis_256x4_functions[];

/* The functions of one cipher of a family, <name>_functions: its own here, the rest are the family's, whose
 * <family>_init takes the direction last. What follows the family's name are the fields of struct cipher_info. */
#define CIPHER(name, family, ...)                                                                                      \
	static const struct cipher_info name##_info = {__VA_ARGS__};                                                   \
	static void *name##_new(void *provider)                                                                        \
	{                                                                                                              \
		return family##_new(provider, &name##_info);                                                           \
	}                                                                                                              \
	static int name##_get(OSSL_PARAM params[])                                                                     \
	{                                                                                                              \
		return cipher_get_params(params, &name##_info);                                                        \
	}                                                                                                              \
	static int name##_encrypt_init(void *ctx, const unsigned char *key, size_t key_len, const unsigned char *iv,   \
				       size_t iv_len, const OSSL_PARAM params[])                                       \
	{                                                                                                              \
		return family##_init(ctx, key, key_len, iv, iv_len, params, 1);                                        \
	}                                                                                                              \
	static int name##_decrypt_init(void *ctx, const unsigned char *key, size_t key_len, const unsigned char *iv,   \
				       size_t iv_len, const OSSL_PARAM params[])                                       \
	{                                                                                                              \
		return family##_init(ctx, key, key_len, iv, iv_len, params, 0);                                        \
	}                                                                                                              \
	const OSSL_DISPATCH name##_functions[] = {                                                                     \
		{OSSL_FUNC_CIPHER_NEWCTX, (void (*)(void))name##_new},                                                 \
		{OSSL_FUNC_CIPHER_FREECTX, (void (*)(void))family##_free},                                             \
		{OSSL_FUNC_CIPHER_DUPCTX, (void (*)(void))family##_dup},                                               \
		{OSSL_FUNC_CIPHER_ENCRYPT_INIT, (void (*)(void))name##_encrypt_init},                                  \
		{OSSL_FUNC_CIPHER_DECRYPT_INIT, (void (*)(void))name##_decrypt_init},                                  \
		{OSSL_FUNC_CIPHER_UPDATE, (void (*)(void))family##_update},                                            \
		{OSSL_FUNC_CIPHER_FINAL, (void (*)(void))family##_final},                                              \
		{OSSL_FUNC_CIPHER_CIPHER, (void (*)(void))family##_cipher},                                            \
		{OSSL_FUNC_CIPHER_GET_PARAMS, (void (*)(void))name##_get},                                             \
		{OSSL_FUNC_CIPHER_GETTABLE_PARAMS, (void (*)(void))cipher_gettable_params},                            \
		{OSSL_FUNC_CIPHER_GET_CTX_PARAMS, (void (*)(void))family##_get_ctx_params},                            \
		{OSSL_FUNC_CIPHER_GETTABLE_CTX_PARAMS, (void (*)(void))family##_gettable},                             \
		{OSSL_FUNC_CIPHER_SET_CTX_PARAMS, (void (*)(void))family##_set_ctx_params},                            \
		{OSSL_FUNC_CIPHER_SETTABLE_CTX_PARAMS, (void (*)(void))family##_settable},                             \
		{0, NULL}}

int cipher_get_params(OSSL_PARAM params[], const struct cipher_info *info);
const OSSL_PARAM *cipher_gettable_params(void *provider);

/* What can be got from a context of a block cipher's mode, and got from and set in one of an AEAD: its parameters in
 * OpenSSL's own words. */
const OSSL_PARAM *block_gettable(void *ctx, void *provider);
const OSSL_PARAM *aead_gettable(void *ctx, void *provider);
const OSSL_PARAM *aead_settable(void *ctx, void *provider);

/* --- parameters --- */

enum param {
	PARAM_KEYLEN,
	PARAM_IVLEN,
	PARAM_IV,
	PARAM_UPDATED_IV,
	PARAM_PADDING,
	PARAM_NUM,
	PARAM_USE_BITS,
	PARAM_MODE,
	PARAM_BLOCK_SIZE,
	PARAM_AEAD,
	PARAM_CUSTOM_IV,
	PARAM_CTS,
	PARAM_TAG,
	PARAM_TAGLEN,
	PARAM_TLS_AAD,
	PARAM_TLS_AAD_PAD,
	PARAM_TLS_IV_FIXED,
	PARAM_TLS_IV_GEN,
	PARAM_TLS_IV_INV,
	PARAM_TLS_VERSION,
	PARAM_TLS_MAC,
	PARAM_TLS_MAC_SIZE,
	PARAM_TLS_MULTIBLOCK,
	PARAM_HAS_RANDKEY,
	N_PARAMS
};

/* The first of each kind among params, as OSSL_PARAM_locate has it, NULL where there is none. */
struct found {
	OSSL_PARAM *p[N_PARAMS];
};
void params_find(struct found *found, const OSSL_PARAM params[]);

/* Which one it is that params consists of; N_PARAMS when there are others or none, or it is none of these. For what
 * comes with every message. */
enum param params_only(const OSSL_PARAM params[]);

/* As OSSL_PARAM_set_size_t and so on: NULL, which was not asked for, is fine. 0 when it does not fit. */
int param_set_size(OSSL_PARAM *p, size_t value);
int param_set_int(OSSL_PARAM *p, int value);
int param_set_uint(OSSL_PARAM *p, unsigned value);
int param_set_octets(OSSL_PARAM *p, const void *value, size_t len); /* octet string, or octet pointer */
int param_get_size(const OSSL_PARAM *p, size_t *value);

/* 1 when p, if it is there, is that length, which cannot be changed; else an error, for the given reason. */
int param_is_len(const struct provider *provider, const OSSL_PARAM *p, size_t len, enum reason reason);

/* A parameter of octets, wherever they are. */
static inline int param_is_octets(const OSSL_PARAM *p)
{
	return p->data_type == OSSL_PARAM_OCTET_STRING;
}

/* Of the 13 bytes that a TLS 1.2 record authenticates the last two are its length. Takes what stands around the text
 * off it: TLS authenticates the text's. 0 when the record is shorter. */
int tls_aad_shorten(uint8_t *aad, size_t around);

/* --- memory --- */

/* len bytes of zeroes, aligned for the library's contexts, for one owner; NULL when there is no memory. */
void *memory_new(size_t len);
/* One owner more. */
void *memory_share(void *memory);
/* One owner less: wiped and freed by the last one. NULL is fine. */
void memory_release(void *memory, size_t len);
/* Memory of its own with the same bytes, for a duplicate; NULL when there is none. */
void *memory_copy(const void *memory, size_t len);
/* Memory of the only owner, or NULL: what others own too is left to them. */
void *memory_own(void *memory, size_t len);

#endif
