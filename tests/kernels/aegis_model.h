/* SPDX-License-Identifier: MIT */
#ifndef LANE_TESTS_KERNELS_AEGIS_MODEL_H
#define LANE_TESTS_KERNELS_AEGIS_MODEL_H

/* AEGIS written straight from RFC 10032 and FIPS 197, byte by byte: shares no code
 * and no idea with the kernels. */

#include <lanecrypt/lanecrypt.h>

/* AESRound of RFC 10032 §2: SubBytes, ShiftRows, MixColumns, AddRoundKey. */
void aegis_model_round(uint8_t out[16], const uint8_t in[16], const uint8_t round_key[16]);

/* Encrypt of RFC 10032; tag_len: 16 or 32. */
void aegis_model_seal(enum lane_aegis_variant variant, const uint8_t *key, const uint8_t *nonce, uint8_t *out,
		      uint8_t *tag, size_t tag_len, const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len);

#endif
