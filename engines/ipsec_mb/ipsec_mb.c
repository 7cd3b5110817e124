// SPDX-License-Identifier: MIT
// The engine `ipsec-mb`: what it is. Its paths into the library: ipsec_mb_engine.h.

#include <pthread.h>

#include "ipsec_mb_engine.h"

static const struct lane_engine_table *table(const char *kind)
{
	if (strcmp(kind, LANE_ENGINE_AEAD) == 0)
		return &ipsec_mb_aead_table;
	if (strcmp(kind, LANE_ENGINE_CIPHER) == 0)
		return &ipsec_mb_cipher_table;
	if (strcmp(kind, LANE_ENGINE_MAC) == 0)
		return &ipsec_mb_mac_table;
	return NULL;
}

static void destroy(struct lane_engine_object *engine)
{
	if (engine && engine->manager)
		free_mb_mgr(engine->manager);
	adaptor_destroy(engine);
}

// The instruction set: the best there is, or what LANE_IPSEC_MB_ISA says, so that kernels can be compared with their
// equals. 0 when this library does not know that word.
static int start_manager(IMB_MGR *manager)
{
	const char *const isa = getenv("LANE_IPSEC_MB_ISA");
	if (!isa || !*isa)
		init_mb_mgr_auto(manager, NULL);
	else if (strcmp(isa, "sse") == 0)
		init_mb_mgr_sse(manager);
#if IMB_VERSION_NUM < IMB_VERSION(2, 0, 0) // which has no AVX code any more
	else if (strcmp(isa, "avx") == 0)
		init_mb_mgr_avx(manager);
#endif
	else if (strcmp(isa, "avx2") == 0)
		init_mb_mgr_avx2(manager);
	else if (strcmp(isa, "avx512") == 0)
		init_mb_mgr_avx512(manager);
	else
		return 0;
	return 1;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	const int status = adaptor_create(out, reason, reason_cap);
	if (status != LANE_ENGINE_OK)
		return status;
	IMB_MGR *const manager = (*out)->manager = alloc_mb_mgr(0);
	if (!manager) {
		snprintf(reason, reason_cap, "out of memory");
	} else if (!start_manager(manager)) {
		snprintf(reason, reason_cap,
			 "LANE_IPSEC_MB_ISA names none of its instruction sets: sse, avx (before 2.0), avx2, avx512");
	} else {
		const int error = imb_get_errno(manager);
		if (error == 0)
			return LANE_ENGINE_OK;
		snprintf(reason, reason_cap, "init_mb_mgr: %s", imb_get_strerror(error));
	}
	destroy(*out);
	*out = NULL;
	return LANE_ENGINE_FAILED;
}

static char running[64];

static void write_version(void)
{
	snprintf(running, sizeof running, "ipsec-mb %s", imb_get_version_str());
}

static const char *library_version(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, write_version);
	return running;
}

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI,
		.struct_size = sizeof engine,
		.name = "ipsec-mb",
		.summary = "Intel Multi-Buffer Crypto for IPsec: AES-GCM, AES-CTR, ChaCha20-Poly1305",
		.library_version = library_version,
		.built_for = "ipsec-mb " IMB_VERSION_STR,
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = adaptor_last_error,
	};
	(void)host_abi;
	return &engine;
}
