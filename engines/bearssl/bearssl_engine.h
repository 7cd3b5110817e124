/* SPDX-License-Identifier: MIT */
#ifndef LANE_ENGINES_BEARSSL_H
#define LANE_ENGINES_BEARSSL_H

/*
 * The engine `bearssl`. The library has several implementations of everything,
 * all but the table-driven ones in constant time, and leaves the choice to its
 * caller: here the fastest in constant time that the CPU can run. It works in
 * place only, so a message that is not in place is copied first.
 */

#include <bearssl.h>

#include "adaptor.h"

/* The implementations chosen for this CPU. */
struct bearssl_best {
	const br_block_ctr_class *ctr;
	const br_block_ctrcbc_class *ctrcbc;
	const br_block_cbcenc_class *cbcenc;
	const br_block_cbcdec_class *cbcdec;
	br_ghash ghash;
	br_chacha20_run chacha20;
	br_poly1305_run poly1305;
	br_rsa_pkcs1_sign rsa_sign;
	br_rsa_pkcs1_vrfy rsa_verify;
	br_rsa_oaep_encrypt rsa_encrypt;
	br_rsa_oaep_decrypt rsa_decrypt;
	const br_ec_impl *ec;
	br_ecdsa_sign ecdsa_sign;   /* to DER */
	br_ecdsa_vrfy ecdsa_verify; /* of r and s */
};
const struct bearssl_best *bearssl_best(void);

struct bearssl_object {
	struct lane_engine_object common;
	br_aesctr_drbg_context drbg; /* for public keys */
};

extern const struct lane_engine_table bearssl_aead_table, bearssl_cipher_table, bearssl_mac_table, bearssl_pk_table;

/* The input where the output is to be. */
static inline void bearssl_bring(uint8_t *out, const uint8_t *in, size_t len)
{
	if (out != in && len > 0)
		memcpy(out, in, len);
}

#endif
