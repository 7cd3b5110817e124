/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_XTS_MODEL_H
#define LANE_TESTS_KERNELS_XTS_MODEL_H

/* XTS written straight from IEEE Std 1619, §5 and annex C, on top of the AES block alone: shares no code and no idea
 * with the kernels. */

#include <lanecrypt/lanecrypt.h>

struct xts_model {
	struct lane_aes_ctr_ctx text, tweak;
};

/* key_len: 32 or 64. */
void xts_model_init(struct xts_model *m, const uint8_t *key, size_t key_len);

/* len ≥ 16. */
void xts_model_encrypt(const struct xts_model *m, uint8_t *out, const uint8_t tweak[16], const uint8_t *in, size_t len);

#endif
