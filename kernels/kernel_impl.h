/* SPDX-License-Identifier: MIT */
#ifndef LANE_KERNELS_KERNEL_IMPL_H
#define LANE_KERNELS_KERNEL_IMPL_H

/*
 * What a kernel file exports: exactly one `const struct lane_kernel`, named
 * lane_kernel_<family>_<isa>, listed in table.c. Kernels trust their callers:
 * the family's public layer (<family>.c) has checked every length, pointer and
 * overlap.
 */

#include <lanecrypt/kernel.h>

#include "cpu.h"

struct lane_aes_gcm_ops;
struct lane_aes_gcm_siv_ops;
struct lane_aes_cbc_ops;
struct lane_aes_ccm_ops;
struct lane_aes_ctr_ops;
struct lane_aes_xts_ops;
struct lane_chacha20_ops;
struct lane_chacha20_poly1305_ops;
struct lane_aegis_ops;

/* How a kernel lays out its expanded key. Kernels of one layout can share a
 * context, so that auto may swap them by message length. */
enum lane_layout {
	LANE_LAYOUT_BITSLICED, /* AES: bitsliced round keys */
	LANE_LAYOUT_AESNI,     /* AES: FIPS 197 round keys as bytes; with what the mode adds: a table, powers of H */
	LANE_LAYOUT_VAES256,   /* AES-GCM: the same, with tables as 256-bit vectors want them */
	LANE_LAYOUT_VAES512,   /* … as 512-bit vectors want them */
	LANE_LAYOUT_NEON_AES,  /* AES on arm64: FIPS 197 round keys as bytes; GCM's powers of H */
	LANE_LAYOUT_BYTES      /* ChaCha20, AEGIS: the key's bytes */
};

struct lane_kernel {
	const char *family; /* "aes-gcm" */
	const char *isa;    /* "aesni" */
	const char *name;   /* "aes-gcm:aesni" */
	uint64_t required;  /* LANE_CPU_… bits */
	enum lane_layout layout;
	union {
		const struct lane_aes_gcm_ops *aes_gcm;
		const struct lane_aes_gcm_siv_ops *aes_gcm_siv;
		const struct lane_aes_cbc_ops *aes_cbc;
		const struct lane_aes_ccm_ops *aes_ccm;
		const struct lane_aes_ctr_ops *aes_ctr;
		const struct lane_aes_xts_ops *aes_xts;
		const struct lane_chacha20_ops *chacha20;
		const struct lane_chacha20_poly1305_ops *chacha20_poly1305;
		const struct lane_aegis_ops *aegis;
	} ops;
};

/* The kernels that a context uses: `small` below `swap_len` bytes of message,
 * `large` from there on. Both of one layout; the same when nothing is gained. */
struct lane_choice {
	const struct lane_kernel *small;
	const struct lane_kernel *large;
	size_t swap_len;
};

/* Resolves a caller's choice (NULL = auto) within a family: LANE_OK, or
 * LANE_ERR_KERNEL when it is of another family, cannot run on this CPU, or the
 * environment forces what is unknown or cannot run. */
enum lane_status lane_kernel_choose(const char *family, const struct lane_kernel *wanted, struct lane_choice *choice);

#endif
