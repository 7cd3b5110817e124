/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_GCM_MODEL_H
#define LANE_TESTS_KERNELS_GCM_MODEL_H

/* GCM written straight from SP 800-38D, bit by bit, on top of the AES block
 * alone: shares no code and no idea with the kernels. */

#include <lanecrypt/lanecrypt.h>

struct gcm_model {
	struct lane_aes_ctr_ctx aes;
	uint8_t h[16];
};

void gcm_model_init(struct gcm_model *m, const uint8_t *key, size_t key_len);

/* y = (y xor in_0)·H … over whole blocks, the last padded with zeroes. */
void gcm_model_ghash(const struct gcm_model *m, uint8_t y[16], const uint8_t *in, size_t len);

/* Seals with a given J0, whatever the nonce that leads to it. */
void gcm_model_seal(const struct gcm_model *m, uint8_t *out, uint8_t tag[16], const uint8_t j0[16], const uint8_t *aad,
		    size_t aad_len, const uint8_t *in, size_t len);

/* The nonce of 16 bytes whose J0 is the given one: J0 = ((nonce·H) xor lengths)·H, solved by 1/H. */
void gcm_model_nonce_for(const struct gcm_model *m, uint8_t nonce[16], const uint8_t j0[16]);

#endif
