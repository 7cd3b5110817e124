// SPDX-License-Identifier: MIT
// What all ciphers of the provider need: errors, randomness, parameters, memory.

#define _GNU_SOURCE
#include "provider.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/evp.h>

// --- errors

static void set_error(const struct provider *provider, uint32_t reason, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	provider->vset_error(provider->core, reason, format, args);
	va_end(args);
}

int provider_fail(const struct provider *provider, enum reason reason, const char *function)
{
	if (provider->new_error && provider->set_error_debug && provider->vset_error) {
		provider->new_error(provider->core);
		provider->set_error_debug(provider->core, "lanecrypt", 0, function);
		set_error(provider, (uint32_t)reason, NULL);
	}
	return 0;
}

int provider_check(const struct provider *provider, enum lane_status status, const char *function)
{
	static const enum reason reasons[] = {
		[LANE_ERR_AUTH] = REASON_TAG_WRONG,     [LANE_ERR_KEY_LEN] = REASON_KEY_LEN,
		[LANE_ERR_NONCE_LEN] = REASON_IV_LEN,   [LANE_ERR_TAG_LEN] = REASON_TAG_LEN,
		[LANE_ERR_LENGTH] = REASON_MESSAGE_LEN, [LANE_ERR_OVERLAP] = REASON_OVERLAP,
		[LANE_ERR_STATE] = REASON_ORDER,        [LANE_ERR_KERNEL] = REASON_KERNEL,
		[LANE_ERR_ALIGN] = REASON_MEMORY,       [LANE_ERR_NULL] = REASON_PARAMETER,
		[LANE_ERR_WEAK_KEY] = REASON_KEY_HALVES};
	return __builtin_expect(status == LANE_OK, 1) ? 1 : provider_fail(provider, reasons[status], function);
}

int provider_random(uint8_t *out, size_t len)
{
	while (len > 0) {
		const ssize_t n = getrandom(out, len, 0);
		if (n < 0 && errno != EINTR)
			return 0;
		if (n > 0) {
			out += n;
			len -= (size_t)n;
		}
	}
	return 1;
}

// --- parameters

static const char *const names[N_PARAMS] = {
	[PARAM_KEYLEN] = OSSL_CIPHER_PARAM_KEYLEN,
	[PARAM_IVLEN] = OSSL_CIPHER_PARAM_IVLEN,
	[PARAM_IV] = OSSL_CIPHER_PARAM_IV,
	[PARAM_UPDATED_IV] = OSSL_CIPHER_PARAM_UPDATED_IV,
	[PARAM_PADDING] = OSSL_CIPHER_PARAM_PADDING,
	[PARAM_NUM] = OSSL_CIPHER_PARAM_NUM,
	[PARAM_USE_BITS] = OSSL_CIPHER_PARAM_USE_BITS,
	[PARAM_MODE] = OSSL_CIPHER_PARAM_MODE,
	[PARAM_BLOCK_SIZE] = OSSL_CIPHER_PARAM_BLOCK_SIZE,
	[PARAM_AEAD] = OSSL_CIPHER_PARAM_AEAD,
	[PARAM_CUSTOM_IV] = OSSL_CIPHER_PARAM_CUSTOM_IV,
	[PARAM_CTS] = OSSL_CIPHER_PARAM_CTS,
	[PARAM_TAG] = OSSL_CIPHER_PARAM_AEAD_TAG,
	[PARAM_TAGLEN] = OSSL_CIPHER_PARAM_AEAD_TAGLEN,
	[PARAM_TLS_AAD] = OSSL_CIPHER_PARAM_AEAD_TLS1_AAD,
	[PARAM_TLS_AAD_PAD] = OSSL_CIPHER_PARAM_AEAD_TLS1_AAD_PAD,
	[PARAM_TLS_IV_FIXED] = OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED,
	[PARAM_TLS_IV_GEN] = OSSL_CIPHER_PARAM_AEAD_TLS1_GET_IV_GEN,
	[PARAM_TLS_IV_INV] = OSSL_CIPHER_PARAM_AEAD_TLS1_SET_IV_INV,
	[PARAM_TLS_VERSION] = OSSL_CIPHER_PARAM_TLS_VERSION,
	[PARAM_TLS_MAC] = OSSL_CIPHER_PARAM_TLS_MAC,
	[PARAM_TLS_MAC_SIZE] = OSSL_CIPHER_PARAM_TLS_MAC_SIZE,
	[PARAM_TLS_MULTIBLOCK] = OSSL_CIPHER_PARAM_TLS1_MULTIBLOCK,
	[PARAM_HAS_RANDKEY] = OSSL_CIPHER_PARAM_HAS_RAND_KEY,
};

static int is_called(const char *key, const char *name)
{
	while (*key != '\0' && *key == *name)
		key++, name++;
	return *key == *name;
}

// A name is compared once, with the one that its beginning leaves: several parameters come with every message.
static enum param candidate(const char *key)
{
	switch (key[0]) {
	case 'k':
		return PARAM_KEYLEN;
	case 'i':
		return key[1] == 'v' && key[2] == 'l' ? PARAM_IVLEN : PARAM_IV;
	case 'u':
		return key[1] == 'p' ? PARAM_UPDATED_IV : PARAM_USE_BITS;
	case 'p':
		return PARAM_PADDING;
	case 'n':
		return PARAM_NUM;
	case 'm':
		return PARAM_MODE;
	case 'b':
		return PARAM_BLOCK_SIZE;
	case 'a':
		return PARAM_AEAD;
	case 'c':
		return key[1] == 'u' ? PARAM_CUSTOM_IV : PARAM_CTS;
	case 'h':
		return PARAM_HAS_RANDKEY;
	case 't':
		break;
	default:
		return N_PARAMS;
	}
	if (key[1] == 'a')
		return key[2] == 'g' && key[3] == 'l' ? PARAM_TAGLEN : PARAM_TAG;
	if (key[1] != 'l' || key[2] != 's')
		return N_PARAMS;
	for (enum param i = PARAM_TLS_AAD; i <= PARAM_TLS_MULTIBLOCK; i++)
		if (is_called(key, names[i]))
			return i;
	return N_PARAMS;
}

enum param params_only(const OSSL_PARAM params[])
{
	if (!params[0].key || params[1].key)
		return N_PARAMS;
	const enum param i = candidate(params[0].key);
	return i < N_PARAMS && is_called(params[0].key, names[i]) ? i : N_PARAMS;
}

void params_find(struct found *found, const OSSL_PARAM params[])
{
	memset(found, 0, sizeof *found);
	for (const OSSL_PARAM *p = params; p && p->key; p++) {
		const enum param i = candidate(p->key);
		if (i < N_PARAMS && !found->p[i] && is_called(p->key, names[i]))
			found->p[i] = (OSSL_PARAM *)(uintptr_t)p;
	}
}

// A number that is not negative, into an integer of whatever width and sign.
static int set_number(OSSL_PARAM *p, uint64_t value, size_t natural)
{
	if (!p)
		return 1;
	p->return_size = 0;
	if (p->data_type != OSSL_PARAM_UNSIGNED_INTEGER && p->data_type != OSSL_PARAM_INTEGER)
		return 0;
	const unsigned sign = p->data_type == OSSL_PARAM_INTEGER;
	if (!p->data) {
		p->return_size = natural;
		return 1;
	}
	if (p->data_size == sizeof(uint32_t)) {
		if (value > (sign ? INT32_MAX : UINT32_MAX))
			return 0;
		const uint32_t narrow = (uint32_t)value;
		memcpy(p->data, &narrow, sizeof narrow);
	} else if (p->data_size == sizeof(uint64_t)) {
		if (value > (sign ? INT64_MAX : UINT64_MAX))
			return 0;
		memcpy(p->data, &value, sizeof value);
	} else {
		return 0;
	}
	p->return_size = p->data_size;
	return 1;
}

int param_set_size(OSSL_PARAM *p, size_t value)
{
	return set_number(p, value, sizeof(size_t));
}

int param_set_int(OSSL_PARAM *p, int value)
{
	return set_number(p, (uint64_t)value, sizeof(int));
}

int param_set_uint(OSSL_PARAM *p, unsigned value)
{
	return set_number(p, value, sizeof(unsigned));
}

int param_set_octets(OSSL_PARAM *p, const void *value, size_t len)
{
	if (!p)
		return 1;
	p->return_size = len;
	if (!p->data)
		return 1;
	if (p->data_type == OSSL_PARAM_OCTET_PTR) {
		memcpy(p->data, &value, sizeof value);
		return 1;
	}
	if (!param_is_octets(p) || p->data_size < len)
		return 0;
	if (len > 0)
		memcpy(p->data, value, len);
	return 1;
}

int param_get_size(const OSSL_PARAM *p, size_t *value)
{
	if (!p->data || (p->data_type != OSSL_PARAM_UNSIGNED_INTEGER && p->data_type != OSSL_PARAM_INTEGER))
		return 0;
	if (p->data_size == sizeof(uint32_t)) {
		uint32_t narrow;
		memcpy(&narrow, p->data, sizeof narrow);
		*value = narrow;
		return p->data_type == OSSL_PARAM_UNSIGNED_INTEGER || narrow <= INT32_MAX;
	}
	if (p->data_size == sizeof(uint64_t)) {
		uint64_t wide;
		memcpy(&wide, p->data, sizeof wide);
		*value = (size_t)wide;
		return wide <= (p->data_type == OSSL_PARAM_INTEGER ? INT64_MAX : SIZE_MAX);
	}
	return 0;
}

int param_is_len(const struct provider *provider, const OSSL_PARAM *p, size_t len, enum reason reason)
{
	size_t wanted;
	if (!p)
		return 1;
	if (!param_get_size(p, &wanted))
		return FAIL(provider, REASON_PARAMETER);
	return wanted == len || FAIL(provider, reason);
}

const OSSL_PARAM *cipher_gettable_params(void *provider)
{
	static const OSSL_PARAM gettable[] = {OSSL_PARAM_uint(OSSL_CIPHER_PARAM_MODE, NULL),
					      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL),
					      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL),
					      OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_BLOCK_SIZE, NULL),
					      OSSL_PARAM_int(OSSL_CIPHER_PARAM_AEAD, NULL),
					      OSSL_PARAM_int(OSSL_CIPHER_PARAM_CUSTOM_IV, NULL),
					      OSSL_PARAM_int(OSSL_CIPHER_PARAM_CTS, NULL),
					      OSSL_PARAM_int(OSSL_CIPHER_PARAM_TLS1_MULTIBLOCK, NULL),
					      OSSL_PARAM_int(OSSL_CIPHER_PARAM_HAS_RAND_KEY, NULL),
					      OSSL_PARAM_END};
	(void)provider;
	return gettable;
}

int cipher_get_params(OSSL_PARAM params[], const struct cipher_info *info)
{
	struct found found;
	params_find(&found, params);
	return param_set_uint(found.p[PARAM_MODE], info->mode) && param_set_int(found.p[PARAM_AEAD], info->aead) &&
	       param_set_int(found.p[PARAM_CUSTOM_IV], info->custom_iv) && param_set_int(found.p[PARAM_CTS], 0) &&
	       param_set_int(found.p[PARAM_TLS_MULTIBLOCK], 0) && param_set_int(found.p[PARAM_HAS_RANDKEY], 0) &&
	       param_set_size(found.p[PARAM_KEYLEN], info->key_len) &&
	       param_set_size(found.p[PARAM_BLOCK_SIZE], info->block_len) &&
	       param_set_size(found.p[PARAM_IVLEN], info->iv_len);
}

const OSSL_PARAM *block_gettable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL),
					    OSSL_PARAM_uint(OSSL_CIPHER_PARAM_PADDING, NULL),
					    OSSL_PARAM_uint(OSSL_CIPHER_PARAM_NUM, NULL),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_IV, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_UPDATED_IV, NULL, 0),
					    OSSL_PARAM_octet_ptr(OSSL_CIPHER_PARAM_TLS_MAC, NULL, 0),
					    OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

const OSSL_PARAM *aead_gettable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_TAGLEN, NULL),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_IV, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_UPDATED_IV, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, NULL, 0),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_TLS1_AAD_PAD, NULL),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_GET_IV_GEN, NULL, 0),
					    OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

const OSSL_PARAM *aead_settable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_AEAD_IVLEN, NULL),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TAG, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_AAD, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_IV_FIXED, NULL, 0),
					    OSSL_PARAM_octet_string(OSSL_CIPHER_PARAM_AEAD_TLS1_SET_IV_INV, NULL, 0),
					    OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

int tls_aad_shorten(uint8_t *aad, size_t around)
{
	uint8_t *end = aad + EVP_AEAD_TLS1_AAD_LEN - 2;
	const size_t len = (size_t)end[0] << 8 | end[1];
	if (len < around)
		return 0;
	end[0] = (uint8_t)((len - around) >> 8);
	end[1] = (uint8_t)(len - around);
	return 1;
}

// --- memory

// What stands before it.
struct owners {
	LANE_ALIGNAS(LANE_CTX_ALIGN) atomic_uint n;
};

static struct owners *owners_of(void *memory)
{
	return (struct owners *)memory - 1;
}

void *memory_new(size_t len)
{
	const size_t whole = sizeof(struct owners) + (len + LANE_CTX_ALIGN - 1) / LANE_CTX_ALIGN * LANE_CTX_ALIGN;
	struct owners *owners = aligned_alloc(LANE_CTX_ALIGN, whole);
	if (!owners)
		return NULL;
	memset(owners, 0, whole);
	atomic_init(&owners->n, 1);
	return owners + 1;
}

void *memory_copy(const void *memory, size_t len)
{
	void *copy = memory_new(len);
	return copy ? memcpy(copy, memory, len) : NULL;
}

void *memory_share(void *memory)
{
	atomic_fetch_add_explicit(&owners_of(memory)->n, 1, memory_order_relaxed);
	return memory;
}

void memory_release(void *memory, size_t len)
{
	if (!memory || atomic_fetch_sub_explicit(&owners_of(memory)->n, 1, memory_order_acq_rel) > 1)
		return;
	lane_wipe(memory, len);
	free(owners_of(memory));
}

void *memory_own(void *memory, size_t len)
{
	if (memory && atomic_load_explicit(&owners_of(memory)->n, memory_order_acquire) == 1)
		return memory;
	memory_release(memory, len);
	return memory_new(len);
}
