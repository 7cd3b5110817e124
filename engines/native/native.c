// SPDX-License-Identifier: MIT
// The engine `native`: liblanecrypt through its public API, each kernel an item
// of its own beside `auto`.

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "native.h"

static const struct native_offer *const offers[] = {
	&native_aes_gcm,
	&native_aes_gcm_siv,
	&native_aes_ccm,
	&native_chacha20_poly1305,
	&native_xchacha20_poly1305,
	&native_aes_ctr,
	&native_aes_ecb,
	&native_chacha20,
	&native_aes_xts,
	&native_aes_cbc,
	&native_ghash,
	&native_polyval,
	&native_poly1305,
	&native_aegis,
};
enum { n_offers = sizeof offers / sizeof offers[0], max_kernels = 64 };

// ---- Items: every offer times every kernel of its family ----

static struct {
	const char *kind;
	struct lane_engine_table table;
} tables[] = {{.kind = LANE_ENGINE_AEAD}, {.kind = LANE_ENGINE_CIPHER}, {.kind = LANE_ENGINE_MAC}};
enum { n_tables = sizeof tables / sizeof tables[0] };

// Why this CPU cannot run a kernel, or NULL; kept for good, as strings of items are.
static const char *why_unavailable(const struct lane_kernel *kernel)
{
	static const struct lane_kernel *asked[max_kernels];
	static char reasons[max_kernels][160];
	if (lane_kernel_usable(kernel))
		return NULL;
	size_t i = 0;
	while (i < max_kernels - 1 && asked[i] && asked[i] != kernel)
		i++;
	asked[i] = kernel;
	char missing[120];
	lane_kernel_features(kernel, 1, missing, sizeof missing);
	snprintf(reasons[i], sizeof reasons[i], "this CPU lacks %s", missing);
	return reasons[i];
}

// Writes the items of one offer for one kernel (NULL: auto).
static void write_items(char *to, const struct native_offer *offer, const struct lane_kernel *kernel)
{
	memcpy(to, offer->items, offer->n_items * offer->item_len);
	for (size_t i = 0; i < offer->n_items; i++) {
		struct lane_engine_item head;
		memcpy(&head, to + i * offer->item_len, sizeof head);
		head.kernel = kernel ? lane_kernel_name(kernel) : "auto";
		head.data = kernel;
		if (kernel)
			head.unavailable = why_unavailable(kernel);
		else if (!lane_kernel_auto(offer->family, 0))
			head.unavailable = "LANE_KERNEL or LANE_CPU_DISABLE leave it no kernel";
		memcpy(to + i * offer->item_len, &head, sizeof head);
	}
}

static size_t kernels_of(const char *family, const struct lane_kernel **kernels)
{
	size_t n = 0;
	for (size_t i = 0; i < lane_kernel_count() && n < max_kernels; i++) {
		if (strcmp(lane_kernel_family(lane_kernel_at(i)), family) == 0)
			kernels[n++] = lane_kernel_at(i);
	}
	return n;
}

static void add_offer(struct lane_engine_table *table, const struct native_offer *offer)
{
	const struct lane_kernel *kernels[1 + max_kernels] = {NULL}; // auto comes first
	const size_t n_kernels = 1 + kernels_of(offer->family, kernels + 1);
	const size_t offer_len = offer->n_items * offer->item_len;
	const size_t old_len = table->n_items * offer->item_len;
	char *const items = realloc((void *)table->items, old_len + n_kernels * offer_len);
	if (!items || n_kernels == 1)
		return;
	for (size_t i = 0; i < n_kernels; i++)
		write_items(items + old_len + i * offer_len, offer, kernels[i]);
	table->items = items;
	table->item_size = (uint32_t)offer->item_len;
	table->n_items += (uint32_t)(n_kernels * offer->n_items);
}

static void make_tables(void)
{
	for (size_t t = 0; t < n_tables; t++) {
		tables[t].table.struct_size = sizeof tables[t].table;
		for (size_t i = 0; i < n_offers; i++) {
			if (strcmp(offers[i]->kind, tables[t].kind) == 0)
				add_offer(&tables[t].table, offers[i]);
		}
	}
}

static const struct lane_engine_table *table(const char *kind)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, make_tables);
	for (size_t t = 0; t < n_tables; t++) {
		if (strcmp(tables[t].kind, kind) == 0)
			return &tables[t].table;
	}
	return NULL;
}

// ---- The engine ----

int native_failure(struct lane_engine_object *engine, enum lane_status status)
{
	atomic_store_explicit(&engine->error, lane_status_string(status), memory_order_relaxed);
	switch (status) {
	case LANE_ERR_AUTH:
		return LANE_ENGINE_REFUSED;
	case LANE_ERR_KEY_LEN:
	case LANE_ERR_NONCE_LEN:
	case LANE_ERR_TAG_LEN:
	case LANE_ERR_LENGTH:
	case LANE_ERR_WEAK_KEY:
		return LANE_ENGINE_UNSUPPORTED;
	default:
		return LANE_ENGINE_FAILED;
	}
}

void *native_alloc(size_t len)
{
	const size_t whole = (len + LANE_CTX_ALIGN - 1) / LANE_CTX_ALIGN * LANE_CTX_ALIGN;
	void *const p = aligned_alloc(LANE_CTX_ALIGN, whole);
	return p ? memset(p, 0, whole) : NULL;
}

static int create(struct lane_engine_object **out, char *reason, size_t reason_cap)
{
	*out = NULL;
	if (lane_kernel_check_environment(reason, reason_cap) != LANE_OK)
		return LANE_ENGINE_FAILED;
	*out = calloc(1, sizeof **out);
	if (!*out) {
		snprintf(reason, reason_cap, "out of memory");
		return LANE_ENGINE_FAILED;
	}
	atomic_init(&(*out)->error, "nothing has failed");
	return LANE_ENGINE_OK;
}

static void destroy(struct lane_engine_object *engine)
{
	free(engine);
}

static const char *last_error(struct lane_engine_object *engine)
{
	return atomic_load_explicit(&engine->error, memory_order_relaxed);
}

static const char *picks(const char *algorithm, size_t len)
{
	for (size_t i = 0; i < n_offers; i++) {
		for (size_t j = 0; j < offers[i]->n_items; j++) {
			struct lane_engine_item head;
			memcpy(&head, (const char *)offers[i]->items + j * offers[i]->item_len, sizeof head);
			if (strcasecmp(head.algorithm, algorithm) != 0)
				continue;
			const struct lane_kernel *const kernel = lane_kernel_auto(offers[i]->family, len);
			return kernel ? lane_kernel_name(kernel) : NULL;
		}
	}
	return NULL;
}

static const char *library_version(void)
{
	static char text[32];
	snprintf(text, sizeof text, "lanecrypt %s", lane_version());
	return text;
}

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

const struct lane_engine *lane_engine_entry(uint32_t host_abi)
{
	static const struct lane_engine engine = {
		.abi_version = LANE_ENGINE_ABI,
		.struct_size = sizeof engine,
		.name = "native",
		.summary = "liblanecrypt: the SIMD kernels of this project",
		.library_version = library_version,
		.built_for = "lanecrypt " STRING(LANE_VERSION_MAJOR) "." STRING(LANE_VERSION_MINOR) "." STRING(
			LANE_VERSION_PATCH),
		.create = create,
		.destroy = destroy,
		.table = table,
		.last_error = last_error,
		.picks = picks,
	};
	(void)host_abi;
	return &engine;
}
