// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "engines.h"

#include <dirent.h>

static struct lane_loader *loader;
enum { max_engines = 16 };
static struct lane_engine_object *objects[max_engines];

static int is_plugin(const struct dirent *entry)
{
	const size_t len = strlen(entry->d_name);
	return len > 3 && strcmp(entry->d_name + len - 3, ".so") == 0;
}

void engines_load(const char *folder, int backwards)
{
	struct dirent **files;
	const int n = scandir(folder, &files, is_plugin, alphasort);
	if (n <= 0) {
		fprintf(stderr, "no plug-ins in %s\n", folder);
		exit(2);
	}
	loader = lane_loader_new();
	for (int i = 0; i < n; i++) {
		char path[4096];
		snprintf(path, sizeof path, "%s/%s", folder, files[backwards ? n - 1 - i : i]->d_name);
		lane_loader_add_file(loader, path);
	}
	for (int i = 0; i < n; i++)
		free(files[i]);
	free(files);
	lane_loader_load(loader, NULL);
}

const struct lane_loaded_engine *engine_at(size_t i)
{
	const struct lane_loaded_engine *e;
	for (size_t j = 0; (e = lane_loader_at(loader, j)); j++) {
		if (e->engine && i-- == 0)
			return e;
	}
	return NULL;
}

struct lane_engine_object *object_of(const struct lane_loaded_engine *engine)
{
	size_t i = 0;
	while (engine_at(i) != engine)
		i++;
	assert_true(i < max_engines);
	char reason[256] = "";
	if (!objects[i] && engine->engine->create(&objects[i], reason, sizeof reason) != LANE_ENGINE_OK)
		fail_msg("%s: %s", engine->name, reason);
	return objects[i];
}

const void *item_at(const struct lane_loaded_engine *e, const char *kind, size_t i)
{
#define KIND(name)                                                                                                     \
	if (strcmp(kind, #name) == 0)                                                                                  \
		return i < e->n_##name ? &e->name[i] : NULL;
	KIND(aead)
	KIND(cipher) KIND(mac) KIND(pk) KIND(kem) KIND(kdf) KIND(tls)
#undef KIND
		return NULL;
}

// What every item begins with.
struct any_item {
	LANE_ENGINE_ITEM;
};

size_t offers_of(const char *kind, const char *algorithm, struct offer *offers)
{
	size_t n = 0;
	const struct lane_loaded_engine *e;
	const struct any_item *item;
	for (size_t i = 0; (e = engine_at(i)); i++) {
		for (size_t j = 0; (item = item_at(e, kind, j)); j++) {
			if (item->unavailable || strcmp(item->algorithm, algorithm) != 0)
				continue;
			assert_true(n < max_offers);
			offers[n] = (struct offer){.engine = e, .item = item};
			snprintf(offers[n++].name, sizeof offers->name, "%s %s", e->name,
				 item->kernel ? item->kernel : "");
		}
	}
	return n;
}

const char *algorithm_at(const char *kind, size_t n)
{
	static const char *seen[256];
	size_t n_seen = 0;
	const struct lane_loaded_engine *e;
	const struct any_item *item;
	for (size_t i = 0; (e = engine_at(i)); i++) {
		for (size_t j = 0; (item = item_at(e, kind, j)); j++) {
			size_t k = 0;
			while (k < n_seen && strcmp(seen[k], item->algorithm) != 0)
				k++;
			if (k < n_seen)
				continue;
			if (n_seen == n)
				return item->algorithm;
			assert_true(n_seen < 256);
			seen[n_seen++] = item->algorithm;
		}
	}
	return NULL;
}
