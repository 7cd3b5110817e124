/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_LOADER_H
#define LANE_ENGINES_LOADER_H

/*
 * The host's side of engine.h: finds plug-ins, refuses what does not fit, says
 * why and what would help, and hands out every item in a struct of the host's
 * own size, so that no caller minds which version a plug-in was built with.
 *
 * Plug-ins are looked for, in this order, the first of a name winning: files
 * given by lane_loader_add_file (--engine FILE.so); the folders of
 * LANE_ENGINE_PATH (colon-separated); the folder `engines` beside the command in
 * a build tree; the installed plug-in folder. Within a folder files are taken
 * by name, and only those called *.so.
 */

#include "engine.h"

/* A plug-in that was found, or a known engine that was not. */
struct lane_loaded_engine {
	const char *name;            /* of the engine; of the file when it would not load */
	const char *path;            /* NULL when not found */
	const struct lane_engine *engine; /* NULL when it could not be loaded */
	const char *reason;          /* why it is missing, one line; NULL when loaded */
	const char *remedy;          /* what to do about it; NULL when loaded or unknown */
	int foreign;                 /* brought by the user: by lane_loader_add_file or LANE_ENGINE_PATH */
	int broke;                   /* given up on, by lane_loader_blame */
	const char *note;            /* "runs 3.0.22, built for 3.0.20"; NULL when alike */

	/* Normalised items, host-sized. */
	size_t n_aead, n_cipher, n_mac, n_pk, n_kem, n_kdf, n_tls;
	const struct lane_engine_aead *aead;
	const struct lane_engine_cipher *cipher;
	const struct lane_engine_mac *mac;
	const struct lane_engine_pk *pk;
	const struct lane_engine_kem *kem;
	const struct lane_engine_kdf *kdf;
	const struct lane_engine_tls *tls;
};

struct lane_loader;

/* Exits on out of memory, as all of the command does. */
struct lane_loader *lane_loader_new(void);

/* Queues one plug-in file, loaded before all others, in the order of the calls. */
void lane_loader_add_file(struct lane_loader *loader, const char *path);

/* Whether a plug-in may come from the user. */
int lane_loader_has_foreign(const struct lane_loader *loader);

/* Before loading: the plug-in at path has been tried, and is refused for that
 * reason; with NULL, all that come from the user are. */
void lane_loader_blame(struct lane_loader *loader, const char *path, const char *reason);

/* The path of the plug-in, loaded or just being loaded, that holds the code at
 * address; NULL when there is none, or when it is not foreign and `all` is 0.
 * May be called in a signal handler. */
const char *lane_loader_owner(const struct lane_loader *loader, const void *address, int all);

/* Loads everything, once. program_dir: the folder of the running command, or NULL.
 * Returns the number of engines, loaded and missing. */
size_t lane_loader_load(struct lane_loader *loader, const char *program_dir);

/* The i-th, native first, then by name; NULL beyond the end. */
const struct lane_loaded_engine *lane_loader_at(const struct lane_loader *loader, size_t i);

/* The item of that kind (LANE_ENGINE_AEAD …), algorithm and kernel, both case-
 * insensitive, or NULL; kernel NULL finds the item that has none. */
const void *lane_loaded_find(const struct lane_loaded_engine *engine, const char *kind, const char *algorithm,
                             const char *kernel);

/* Frees the loader's own memory. Plug-ins stay loaded. */
void lane_loader_free(struct lane_loader *loader);

#endif
