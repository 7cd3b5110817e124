// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "items.h"

static const struct {
	const char *name, *title;
	size_t size, list, count; // of an item; of the two members of lane_loaded_engine
} kinds[ITEM_N_KINDS] = {
#define KIND(member, title)                                                                                            \
	{                                                                                                              \
#member, title, sizeof(struct lane_engine_##member), offsetof(struct lane_loaded_engine, member),      \
			offsetof(struct lane_loaded_engine, n_##member)                                                \
	}
	KIND(aead, "Authenticated encryption"),
	KIND(cipher, "Ciphers without authentication"),
	KIND(mac, "Authentication codes and hashes"),
	KIND(pk, "Public keys"),
	KIND(kem, "Key encapsulation"),
	KIND(kdf, "Key derivation"),
	KIND(tls, "TLS"),
};

const char *item_kind_name(enum item_kind kind)
{
	return kinds[kind].name;
}

const char *item_kind_title(enum item_kind kind)
{
	return kinds[kind].title;
}

const struct item *item_at(const struct lane_loaded_engine *engine, enum item_kind kind, size_t i)
{
	const char *base = (const char *)engine;
	const char *list = *(const char *const *)(const void *)(base + kinds[kind].list);
	size_t n = *(const size_t *)(const void *)(base + kinds[kind].count);
	return i < n ? (const struct item *)(const void *)(list + i * kinds[kind].size) : NULL;
}

const char *item_label(const struct lane_loaded_engine *engine, const void *item, char *text, size_t cap)
{
	const struct item *it = item;
	snprintf(text, cap, "%s%s%s", engine->name, it->kernel != NULL ? " " : "",
		 it->kernel != NULL ? it->kernel : "");
	return text;
}

int item_passes(const struct bench_options *options, const struct lane_loaded_engine *engine, const void *item)
{
	const struct item *it = item;
	if (!bench_filter_passes(&options->engines, engine->name) ||
	    !bench_filter_passes(&options->algorithms, it->algorithm))
		return 0;
	return options->kernels.n == 0 || (it->kernel != NULL && bench_filter_passes(&options->kernels, it->kernel));
}

int item_is_detail(const struct lane_loaded_engine *engine, enum item_kind kind, const void *item)
{
	const struct item *it = item, *other;
	if (it->kernel == NULL || strcmp(it->kernel, "auto") == 0)
		return 0;
	for (size_t i = 0; (other = item_at(engine, kind, i)) != NULL; i++)
		if (other->kernel != NULL && strcmp(other->kernel, "auto") == 0 &&
		    strcasecmp(other->algorithm, it->algorithm) == 0)
			return 1;
	return 0;
}

const char *item_picked(const struct lane_loaded_engine *engine, const void *item, size_t len)
{
	const struct item *it = item;
	const struct lane_engine *e = engine->engine;
	int tells = e->struct_size >= offsetof(struct lane_engine, picks) + sizeof(e->picks) && e->picks != NULL;
	return tells && it->kernel != NULL && strcmp(it->kernel, "auto") == 0 ? e->picks(it->algorithm, len) : NULL;
}
