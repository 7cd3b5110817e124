/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_CONSTANT_TIME_OPERATIONS_H
#define LANE_TESTS_CONSTANT_TIME_OPERATIONS_H

/* All that the library does with a secret, kernel by kernel through the public API, for the watchers of secrets and for
 * the stopwatch alike. */

#include "../kernels/aead.h"
#include "../kernels/cipher.h"

#include "leaky.h"

enum { MAX_WORK_KEY_LEN = 64, MAX_TEXT_LEN = 16500, MAX_AAD_LEN = 64, N_BATCH = 3 };

/* One message. Secret: key, in, aad, tag, what is made of them. Public: nonce, lengths. */
struct work {
	const struct lane_kernel *kernel;
	const struct aead *aead; /* of the kernel's family, if it is one of AEADs */
	size_t key_len, nonce_len, aad_len, len;
	uint8_t key[MAX_WORK_KEY_LEN], nonce[32], aad[MAX_AAD_LEN], tag[TAG_LEN], other_tag[TAG_LEN];
	uint8_t in[MAX_TEXT_LEN], sealed[MAX_TEXT_LEN], out[N_BATCH][MAX_TEXT_LEN];
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char ctx[8192];
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char stream[1024];
};

struct operation {
	const char *family, *name;
	int (*prepare)(struct work *w); /* both: 1 when every verdict was right */
	int (*run)(struct work *w);
	int innocent; /* nothing to leak: not even the control does */
};

extern const struct operation operations[];
extern const size_t n_operations;

/* A kernel of the library or a control, by name; NULL when there is none. "tag:compare" and "tag:leaky" stand for the
 * comparison of tags, which belongs to no kernel. */
const struct lane_kernel *subject_find(const char *name);

/* The controls, one a family. */
extern const struct lane_kernel *const controls[];
extern const size_t n_controls;

/* The n-th combination of lengths of key and nonce that a family's public API takes, and of 0 and 13 bytes of
 * associated data; 0 when there are no more. */
int take_lengths(struct work *w, size_t n);

/* How many lengths of key there are: combination n has the one of index n modulo that. */
size_t n_key_lens(const struct work *w);

#endif
