/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_PRIMITIVES_H
#define LANECRYPT_PRIMITIVES_H

/*
 * The parts that the AEADs are made of, alone, to be validated and measured.
 * They are not for building protocols: none of them authenticates or encrypts
 * safely by itself. Kernels are those of the family named with each; NULL
 * means auto. Errors: KEY_LEN, KERNEL, LENGTH, OVERLAP, NULL.
 */

#include <lanecrypt/aes_ctr.h>
#include <lanecrypt/aes_gcm.h>
#include <lanecrypt/common.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The AES block cipher, FIPS 197, n_blocks of 16 bytes one by one (ECB), with
 * a key that lane_aes_ctr_init expanded; out == in is allowed. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_encrypt_blocks(const struct lane_aes_ctr_ctx *ctx, uint8_t *out,
                                                                  const uint8_t *in, size_t n_blocks);

/* GHASH, SP 800-38D §6.4, under the hash key of a GCM context; the message is
 * padded with zeroes to whole blocks. hash: 16 bytes. */
LANE_API LANE_MUST_CHECK enum lane_status lane_ghash(const struct lane_aes_gcm_ctx *ctx, uint8_t hash[16],
                                                     const uint8_t *in, size_t len);

/* POLYVAL, RFC 8452 §3, key 16 bytes; len a multiple of 16, else LENGTH. Family
 * "aes-gcm". hash: 16 bytes. */
LANE_API LANE_MUST_CHECK enum lane_status lane_polyval(const struct lane_kernel *kernel, uint8_t hash[16],
                                                       const uint8_t key[16], const uint8_t *in, size_t len);

/* Poly1305, RFC 8439 §2.5, with a one-time key of 32 bytes. Family
 * "chacha20-poly1305". tag: 16 bytes. */
LANE_API LANE_MUST_CHECK enum lane_status lane_poly1305(const struct lane_kernel *kernel, uint8_t tag[16],
                                                        const uint8_t key[32], const uint8_t *in, size_t len);

#ifdef __cplusplus
}
#endif
#endif
