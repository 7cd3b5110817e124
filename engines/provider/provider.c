// SPDX-License-Identifier: MIT
// The provider itself: what it is called, what it offers, and the sentences of its errors.

#include "provider.h"

#include <stdlib.h>
#include <string.h>

#define PROPERTIES "provider=lanecrypt"

// The names of OpenSSL 3.0's default provider, object identifiers among them; those that it does not have are the
// field's own. AES-192-XTS exists in no standard.
static const OSSL_ALGORITHM ciphers[] = {
	{"AES-128-GCM:id-aes128-GCM:2.16.840.1.101.3.4.1.6", PROPERTIES, aes_128_gcm_functions, "AES-128-GCM"},
	{"AES-192-GCM:id-aes192-GCM:2.16.840.1.101.3.4.1.26", PROPERTIES, aes_192_gcm_functions, "AES-192-GCM"},
	{"AES-256-GCM:id-aes256-GCM:2.16.840.1.101.3.4.1.46", PROPERTIES, aes_256_gcm_functions, "AES-256-GCM"},
	{"AES-128-CCM:id-aes128-CCM:2.16.840.1.101.3.4.1.7", PROPERTIES, aes_128_ccm_functions, "AES-128-CCM"},
	{"AES-192-CCM:id-aes192-CCM:2.16.840.1.101.3.4.1.27", PROPERTIES, aes_192_ccm_functions, "AES-192-CCM"},
	{"AES-256-CCM:id-aes256-CCM:2.16.840.1.101.3.4.1.47", PROPERTIES, aes_256_ccm_functions, "AES-256-CCM"},
	{"AES-128-CTR", PROPERTIES, aes_128_ctr_functions, "AES-128-CTR"},
	{"AES-192-CTR", PROPERTIES, aes_192_ctr_functions, "AES-192-CTR"},
	{"AES-256-CTR", PROPERTIES, aes_256_ctr_functions, "AES-256-CTR"},
	{"AES-128-XTS:1.3.111.2.1619.0.1.1", PROPERTIES, aes_128_xts_functions, "AES-128-XTS"},
	{"AES-256-XTS:1.3.111.2.1619.0.1.2", PROPERTIES, aes_256_xts_functions, "AES-256-XTS"},
	{"ChaCha20", PROPERTIES, chacha20_functions, "ChaCha20"},
	{"ChaCha20-Poly1305", PROPERTIES, chacha20_poly1305_functions, "ChaCha20-Poly1305"},
	{"AES-128-GCM-SIV", PROPERTIES, aes_128_gcm_siv_functions, "AES-128-GCM-SIV"},
	{"AES-256-GCM-SIV", PROPERTIES, aes_256_gcm_siv_functions, "AES-256-GCM-SIV"},
	{"AEGIS-128L", PROPERTIES, aegis_128l_functions, "AEGIS-128L"},
	{"AEGIS-128X2", PROPERTIES, aegis_128x2_functions, "AEGIS-128X2"},
	{"AEGIS-128X4", PROPERTIES, aegis_128x4_functions, "AEGIS-128X4"},
	{"AEGIS-256", PROPERTIES, aegis_256_functions, "AEGIS-256"},
	{"AEGIS-256X2", PROPERTIES, aegis_256x2_functions, "AEGIS-256X2"},
	{"AEGIS-256X4", PROPERTIES, aegis_256x4_functions, "AEGIS-256X4"},
	{NULL, NULL, NULL, NULL}};

static const OSSL_ALGORITHM *query(void *instance, int operation, int *no_cache)
{
	(void)instance;
	*no_cache = 0;
	return operation == OSSL_OP_CIPHER ? ciphers : NULL;
}

static const OSSL_PARAM *gettable(void *instance)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_NAME, NULL, 0),
					    OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_VERSION, NULL, 0),
					    OSSL_PARAM_utf8_ptr(OSSL_PROV_PARAM_BUILDINFO, NULL, 0),
					    OSSL_PARAM_int(OSSL_PROV_PARAM_STATUS, NULL), OSSL_PARAM_END};
	(void)instance;
	return params;
}

// Whether it was asked for or not.
static int set_text(OSSL_PARAM params[], const char *key, const char *text)
{
	for (OSSL_PARAM *p = params; p->key; p++) {
		if (strcmp(p->key, key) != 0)
			continue;
		if (p->data_type != OSSL_PARAM_UTF8_PTR)
			return 0;
		p->return_size = strlen(text);
		if (p->data)
			memcpy(p->data, &text, sizeof text);
	}
	return 1;
}

static int get_params(void *instance, OSSL_PARAM params[])
{
	const struct provider *provider = instance;
	for (OSSL_PARAM *p = params; p->key; p++)
		if (strcmp(p->key, OSSL_PROV_PARAM_STATUS) == 0 && !param_set_int(p, !provider->bad_environment))
			return 0;
	return set_text(params, OSSL_PROV_PARAM_NAME, "lanecrypt: vectorised AES, ChaCha20 and AEGIS") &&
	       set_text(params, OSSL_PROV_PARAM_VERSION, lane_version()) &&
	       set_text(params, OSSL_PROV_PARAM_BUILDINFO, lane_version());
}

static const OSSL_ITEM *reason_strings(void *instance)
{
#define SENTENCE(number, text)                                                                                         \
	{                                                                                                              \
		number, (void *)(uintptr_t)(text)                                                                      \
	}
	static const OSSL_ITEM reasons[] = {
		SENTENCE(REASON_PARAMETER, "a parameter of the wrong type or size"),
		SENTENCE(REASON_KEY_LEN, "a key length that the cipher does not have"),
		SENTENCE(REASON_KEY_MISSING, "no key has been set"),
		SENTENCE(REASON_KEY_HALVES, "the two halves of an XTS key are equal"),
		SENTENCE(REASON_IV_LEN, "an IV length that the cipher does not have"),
		SENTENCE(REASON_IV_MISSING, "no IV has been set"),
		SENTENCE(REASON_IV_USED, "the IV has been used: set a new one for the next message"),
		SENTENCE(REASON_IV_GENERATE, "an IV cannot be generated here"),
		SENTENCE(REASON_TAG_LEN, "a tag length that the cipher does not have"),
		SENTENCE(REASON_TAG_MISSING, "there is no tag yet"),
		SENTENCE(REASON_TAG_DIRECTION, "a tag is set for decryption, and got from encryption"),
		SENTENCE(REASON_TAG_WRONG, "the tag does not match: forged, damaged, or another key"),
		SENTENCE(REASON_TLS_AAD, "associated data that no TLS record has"),
		SENTENCE(REASON_TLS_RECORD, "not a TLS record, or not in place"),
		SENTENCE(REASON_TLS_RECORDS, "too many TLS records under one key"),
		SENTENCE(REASON_OUTPUT_LEN, "the output buffer is too small"),
		SENTENCE(REASON_MESSAGE_LEN, "a message longer than the cipher allows, or than was declared"),
		SENTENCE(REASON_OVERLAP, "input and output overlap without being equal"),
		SENTENCE(REASON_ORDER, "calls in a wrong order"),
		SENTENCE(REASON_KERNEL, "LANE_KERNEL or LANE_CPU_DISABLE names what is unknown or cannot run"),
		SENTENCE(REASON_MEMORY, "out of memory"),
		SENTENCE(REASON_DATA_UNIT, "an XTS data unit has 16 bytes to 16 MiB"),
		{0, NULL}};
	(void)instance;
	return reasons;
}

static void teardown(void *instance)
{
	free(instance);
}

static const OSSL_DISPATCH functions[] = {{OSSL_FUNC_PROVIDER_TEARDOWN, (void (*)(void))teardown},
					  {OSSL_FUNC_PROVIDER_GETTABLE_PARAMS, (void (*)(void))gettable},
					  {OSSL_FUNC_PROVIDER_GET_PARAMS, (void (*)(void))get_params},
					  {OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query},
					  {OSSL_FUNC_PROVIDER_GET_REASON_STRINGS, (void (*)(void))reason_strings},
					  {0, NULL}};

OSSL_provider_init_fn OSSL_provider_init;

__attribute__((visibility("default"))) int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in,
							      const OSSL_DISPATCH **out, void **instance)
{
	struct provider *provider = calloc(1, sizeof *provider);
	char why[200];
	if (!provider)
		return 0;
	provider->core = handle;
	for (; in->function_id != 0; in++) {
		if (in->function_id == OSSL_FUNC_CORE_NEW_ERROR)
			provider->new_error = OSSL_FUNC_core_new_error(in);
		else if (in->function_id == OSSL_FUNC_CORE_SET_ERROR_DEBUG)
			provider->set_error_debug = OSSL_FUNC_core_set_error_debug(in);
		else if (in->function_id == OSSL_FUNC_CORE_VSET_ERROR)
			provider->vset_error = OSSL_FUNC_core_vset_error(in);
	}
	provider->bad_environment = lane_kernel_check_environment(why, sizeof why) != LANE_OK;
	provider->gcm_kernel = lane_kernel_auto("aes-gcm", SIZE_MAX);
	*out = functions;
	*instance = provider;
	return 1;
}
