/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_AES_XTS_H
#define LANECRYPT_AES_XTS_H

/*
 * AES-128-XTS and AES-256-XTS, IEEE Std 1619 and NIST SP 800-38E: the mode of
 * encrypted disks. Text is as long as its ciphertext, nothing is authenticated:
 * whoever writes to the disk can garble a block of 16 bytes, or put an older
 * one back, unnoticed.
 *
 * A data unit (a sector, mostly) has 16 bytes to 16 MiB, whole bytes; one that
 * is no multiple of 16 ends with ciphertext stealing (IEEE 1619 §5.3.2). Each
 * has a tweak of its own, which must not come twice under one key but for a
 * later version of the same unit.
 */

#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LANE_AES_XTS_TWEAK_LEN 16
#define LANE_AES_XTS_MIN_LEN 16
#define LANE_AES_XTS_MAX_LEN (UINT64_C(1) << 24) /* 2^20 blocks, SP 800-38E §4 */
#define LANE_AES_XTS_CTX_LEN 3136

/* A key, expanded. Opaque; holds secrets; wipe it when done. */
struct lane_aes_xts_ctx {
	LANE_ALIGNAS(LANE_CTX_ALIGN) unsigned char opaque[LANE_AES_XTS_CTX_LEN];
};

LANE_API size_t lane_aes_xts_ctx_len(void);

/* As for lane_aes_gcm_init, with a key of 32 (AES-128-XTS) or 64 bytes
 * (AES-256-XTS): the key for the text, then the key for tweaks. Equal halves are
 * refused with LANE_ERR_WEAK_KEY (FIPS 140 IG C.I); the comparison takes the
 * same time wherever they differ. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_xts_init(struct lane_aes_xts_ctx *ctx, const uint8_t *key,
                                                            size_t key_len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_xts_init_with(struct lane_aes_xts_ctx *ctx,
                                                                 const struct lane_kernel *kernel, const uint8_t *key,
                                                                 size_t key_len);
LANE_API void lane_aes_xts_wipe(struct lane_aes_xts_ctx *ctx);
LANE_API struct lane_aes_xts_ctx *lane_aes_xts_new(const uint8_t *key, size_t key_len);
LANE_API struct lane_aes_xts_ctx *lane_aes_xts_copy(const struct lane_aes_xts_ctx *ctx);
LANE_API void lane_aes_xts_free(struct lane_aes_xts_ctx *ctx);

/* One data unit of len bytes under a tweak of 16 bytes, as IEEE 1619 writes it:
 * a data unit number, little-endian. out == in is allowed.
 * Errors: LENGTH (below 16 bytes, above 16 MiB), OVERLAP, STATE, NULL; then
 * nothing has been written. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_xts_encrypt(const struct lane_aes_xts_ctx *ctx, uint8_t *out,
                                                               const uint8_t tweak[16], const uint8_t *in, size_t len);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_xts_decrypt(const struct lane_aes_xts_ctx *ctx, uint8_t *out,
                                                               const uint8_t tweak[16], const uint8_t *in, size_t len);

/* n_sectors data units of sector_len bytes each, one behind the other; the
 * first is number `sector`, and each next one more. The tweak is the number as
 * 64 bits, little-endian, then 8 zero bytes. out == in is allowed.
 * Errors: LENGTH (sector_len below 16 bytes or above 16 MiB, all together more
 * than SIZE_MAX bytes, a number beyond 2^64 - 1), OVERLAP, STATE, NULL; then
 * nothing has been written. No sectors are no error. */
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_xts_encrypt_sectors(const struct lane_aes_xts_ctx *ctx, uint8_t *out,
                                                                       uint64_t sector, const uint8_t *in,
                                                                       size_t sector_len, size_t n_sectors);
LANE_API LANE_MUST_CHECK enum lane_status lane_aes_xts_decrypt_sectors(const struct lane_aes_xts_ctx *ctx, uint8_t *out,
                                                                       uint64_t sector, const uint8_t *in,
                                                                       size_t sector_len, size_t n_sectors);

#ifdef __cplusplus
}
#endif
#endif
