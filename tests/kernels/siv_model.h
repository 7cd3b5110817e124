/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_SIV_MODEL_H
#define LANE_TESTS_KERNELS_SIV_MODEL_H

/* GCM-SIV written straight from RFC 8452, bit by bit, on top of the AES block
 * alone: shares no code and no idea with the kernels. */

#include <lanecrypt/lanecrypt.h>

/* The keys of one message. */
struct siv_model {
	struct lane_aes_ctr_ctx aes;
	uint8_t h[16], nonce[12], key[32]; /* of AES, too */
	size_t key_len;
};

void siv_model_init(struct siv_model *m, const uint8_t *key, size_t key_len, const uint8_t nonce[12]);

void siv_model_seal(const struct siv_model *m, uint8_t *out, uint8_t tag[16], const uint8_t *aad, size_t aad_len,
		    const uint8_t *in, size_t len);

/* Changes the last whole block of `in` so that the message has this tag; 0 when none has. */
int siv_model_aim(const struct siv_model *m, const uint8_t tag[16], const uint8_t *aad, size_t aad_len, uint8_t *in,
		  size_t len);

#endif
