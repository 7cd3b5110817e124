// SPDX-License-Identifier: MIT
// Finds plug-ins and puts them in order. What one plug-in is, plugin.c says.

#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugin.h"

struct lane_loader {
	char **files; // of lane_loader_add_file
	size_t n_files;
	struct broken {
		char *path, *reason; // path NULL: all that are foreign
	} * broken;
	size_t n_broken;
	const char *loading; // the plug-in that is, NULL when none
	bool loading_foreign;
	struct lane_loaded_engine *engines;
	size_t n_engines;
};

// The engines of this project, and what brings their libraries on Debian.
static const struct known {
	const char *name, *remedy;
} known_engines[] = {
	{"native", "build the target engines, or name its folder in LANE_ENGINE_PATH"},
	{"bearssl", "apt install libbearssl-dev, then configure and build again"},
	{"boringssl", "apt install android-libboringssl-dev, then configure and build again"},
	{"botan", "apt install libbotan-2-dev, then configure and build again"},
	{"libgcrypt", "apt install libgcrypt20-dev, then configure and build again"},
	{"libsodium", "apt install libsodium-dev, then configure and build again"},
	{"mbedtls", "apt install libmbedtls-dev, then configure and build again"},
	{"nettle", "apt install nettle-dev, then configure and build again"},
	{"openssl", "apt install libssl-dev, then configure and build again"},
	{"wolfssl", "apt install libwolfssl-dev (under the GPL), then configure and build again"},
#if defined(__x86_64__)
	{"ipsec-mb", "apt install libipsec-mb-dev, then configure and build again"},
#endif
};
enum { n_known = sizeof known_engines / sizeof known_engines[0] };

struct lane_loader *lane_loader_new(void)
{
	return lane_must(calloc(1, sizeof(struct lane_loader)));
}

void lane_loader_add_file(struct lane_loader *loader, const char *path)
{
	loader->files = lane_must(reallocarray(loader->files, loader->n_files + 1, sizeof *loader->files));
	loader->files[loader->n_files++] = lane_must(strdup(path));
}

static void add(struct lane_loader *loader, const struct lane_loaded_engine *engine)
{
	loader->engines = lane_must(reallocarray(loader->engines, loader->n_engines + 1, sizeof *loader->engines));
	loader->engines[loader->n_engines++] = *engine;
}

static void add_refused(struct lane_loader *loader, const char *path, const char *reason)
{
	struct lane_loaded_engine engine;
	lane_plugin_refuse(&engine, path, reason);
	add(loader, &engine);
}

// The engine of that name that has been loaded, not one that was refused.
static const struct lane_loaded_engine *find_loaded(const struct lane_loader *loader, const char *name)
{
	for (size_t i = 0; i < loader->n_engines; i++) {
		if (loader->engines[i].engine && strcmp(loader->engines[i].name, name) == 0)
			return &loader->engines[i];
	}
	return NULL;
}

static const char *why_broken(const struct lane_loader *loader, const char *path, bool foreign)
{
	for (size_t i = 0; i < loader->n_broken; i++) {
		const char *const broken = loader->broken[i].path;
		if (broken ? strcmp(broken, path) == 0 : foreign)
			return loader->broken[i].reason;
	}
	return NULL;
}

static void load(struct lane_loader *loader, struct lane_loaded_engine *engine, const char *path, bool foreign)
{
	const char *const broken = why_broken(loader, path, foreign);
	if (broken) {
		lane_plugin_refuse(engine, path, broken);
	} else {
		loader->loading_foreign = foreign;
		loader->loading = path;
		lane_plugin_load(engine, path);
		loader->loading = NULL;
	}
	engine->foreign = foreign;
	engine->broke = broken != NULL;
}

static void load_given(struct lane_loader *loader, const char *path)
{
	struct lane_loaded_engine engine;
	load(loader, &engine, path, true);
	const struct lane_loaded_engine *const first = engine.engine ? find_loaded(loader, engine.name) : NULL;
	if (!first) {
		add(loader, &engine);
		return;
	}
	char *const reason =
		lane_line("another plug-in of the name %s was loaded before: %s", first->name, first->path);
	lane_plugin_free(&engine);
	add_refused(loader, path, reason);
	free(reason);
}

// A found plug-in gives way to one of its name that is there already. The file's name is looked at
// first, so that the shadowed one is not even loaded.
static void load_found(struct lane_loader *loader, const char *folder, const char *file, bool foreign)
{
	char *path;
	if (asprintf(&path, "%s/%s", folder, file) < 0)
		lane_must(NULL);
	bool skip = false;
	for (size_t i = 0; i < loader->n_engines; i++) {
		const struct lane_loaded_engine *const e = &loader->engines[i];
		const size_t len = strlen(e->name);
		skip |= e->engine && strncmp(file, e->name, len) == 0 && strcmp(file + len, ".so") == 0;
		skip |= strcmp(path, e->path) == 0;
	}
	if (!skip) {
		struct lane_loaded_engine engine;
		load(loader, &engine, path, foreign);
		if (engine.engine && find_loaded(loader, engine.name))
			lane_plugin_free(&engine);
		else
			add(loader, &engine);
	}
	free(path);
}

static int is_plugin_name(const struct dirent *entry)
{
	const size_t len = strlen(entry->d_name);
	return entry->d_name[0] != '.' && len > 3 && strcmp(entry->d_name + len - 3, ".so") == 0;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

// Only a folder that the user named has to exist.
static void load_folder(struct lane_loader *loader, const char *folder, bool named)
{
	struct dirent **files;
	char *const real = realpath(folder, NULL);
	const int n = real ? scandir(real, &files, is_plugin_name, by_bytes) : -1;
	if (n < 0 && named) {
		char *const reason =
			lane_line("LANE_ENGINE_PATH names a folder that cannot be read: %s", strerror(errno));
		add_refused(loader, folder, reason);
		free(reason);
	}
	for (int i = 0; i < n; i++) {
		load_found(loader, real, files[i]->d_name, named);
		free(files[i]);
	}
	if (n >= 0)
		free(files);
	free(real);
}

// NULL when there is none.
static const char *engine_path(void)
{
	const char *const value = secure_getenv("LANE_ENGINE_PATH");
	return value && *value ? value : NULL;
}

static void load_engine_path(struct lane_loader *loader)
{
	const char *const value = engine_path();
	if (!value)
		return;
	char *const folders = lane_must(strdup(value));
	char *rest = folders;
	for (char *folder; (folder = strsep(&rest, ":"));) {
		if (*folder)
			load_folder(loader, folder, true);
	}
	free(folders);
}

static void load_below(struct lane_loader *loader, const char *program_dir, const char *relative)
{
	char *folder;
	if (asprintf(&folder, "%s/%s", program_dir, relative) < 0)
		lane_must(NULL);
	load_folder(loader, folder, false);
	free(folder);
}

static const struct known *find_known(const char *name)
{
	for (size_t i = 0; i < n_known; i++) {
		if (strcmp(known_engines[i].name, name) == 0)
			return &known_engines[i];
	}
	return NULL;
}

// What would bring the engines that are not there.
static void add_remedies(struct lane_loader *loader)
{
	bool seen[n_known] = {false};
	for (size_t i = 0; i < loader->n_engines; i++) {
		struct lane_loaded_engine *const e = &loader->engines[i];
		const struct known *const known = find_known(e->name);
		if (known)
			seen[known - known_engines] = true;
		if (known && !e->engine && !find_loaded(loader, e->name))
			e->remedy = known->remedy;
	}
	for (size_t i = 0; i < n_known; i++) {
		if (!seen[i])
			add(loader, &(struct lane_loaded_engine){
					    .name = lane_line("%s", known_engines[i].name),
					    .reason = lane_line("its plug-in was not built or not found"),
					    .remedy = known_engines[i].remedy,
				    });
	}
}

// native, then by name; of one name the loaded one, then by path.
static int in_order(const void *pa, const void *pb)
{
	const struct lane_loaded_engine *const a = pa, *const b = pb;
	const int native = (strcmp(b->name, "native") == 0) - (strcmp(a->name, "native") == 0);
	if (native)
		return native;
	const int name = strcmp(a->name, b->name);
	if (name)
		return name;
	const int loaded = (b->engine != NULL) - (a->engine != NULL);
	return loaded ? loaded : strcmp(a->path ? a->path : "", b->path ? b->path : "");
}

size_t lane_loader_load(struct lane_loader *loader, const char *program_dir)
{
	for (size_t i = 0; i < loader->n_files; i++)
		load_given(loader, loader->files[i]);
	load_engine_path(loader);
	if (program_dir) {
		load_below(loader, program_dir, "engines");
		load_below(loader, program_dir, LANE_ENGINE_REL_DIR); // installed, and moved as a whole
	}
	load_folder(loader, LANE_ENGINE_DIR, false);
	add_remedies(loader);
	qsort(loader->engines, loader->n_engines, sizeof *loader->engines, in_order);
	return loader->n_engines;
}

int lane_loader_has_foreign(const struct lane_loader *loader)
{
	return !why_broken(loader, "", true) && (loader->n_files > 0 || engine_path());
}

void lane_loader_blame(struct lane_loader *loader, const char *path, const char *reason)
{
	loader->broken = lane_must(reallocarray(loader->broken, loader->n_broken + 1, sizeof *loader->broken));
	loader->broken[loader->n_broken++] = (struct broken){
		.path = path ? lane_must(strdup(path)) : NULL,
		.reason = lane_must(strdup(reason)),
	};
}

// "./x.so" is what the dynamic linker was given for "x.so".
static bool is_file(const char *file, const char *path)
{
	return strcmp(file, path) == 0 || (strncmp(file, "./", 2) == 0 && strcmp(file + 2, path) == 0);
}

const char *lane_loader_owner(const struct lane_loader *loader, const void *address, int all)
{
	Dl_info info;
	if (!dladdr(address, &info) || !info.dli_fname)
		return NULL;
	if (loader->loading && (all || loader->loading_foreign) && is_file(info.dli_fname, loader->loading))
		return loader->loading;
	for (size_t i = 0; i < loader->n_engines; i++) {
		const struct lane_loaded_engine *const e = &loader->engines[i];
		if (e->engine && (all || e->foreign) && is_file(info.dli_fname, e->path))
			return e->path;
	}
	return NULL;
}

const struct lane_loaded_engine *lane_loader_at(const struct lane_loader *loader, size_t i)
{
	return i < loader->n_engines ? &loader->engines[i] : NULL;
}

void lane_loader_free(struct lane_loader *loader)
{
	if (!loader)
		return;
	for (size_t i = 0; i < loader->n_engines; i++)
		lane_plugin_free(&loader->engines[i]);
	free(loader->engines);
	for (size_t i = 0; i < loader->n_files; i++)
		free(loader->files[i]);
	free(loader->files);
	for (size_t i = 0; i < loader->n_broken; i++) {
		free(loader->broken[i].path);
		free(loader->broken[i].reason);
	}
	free(loader->broken);
	free(loader);
}
