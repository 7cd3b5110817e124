/* SPDX-License-Identifier: MIT */
/*
 * How a kernel of AES-GCM ends: its operations, and the kernel itself. Included behind the functions init, message and
 * stretch, which take the direction last, ghash, encrypt_block, polyval and scrub; before including, define KERNEL_ISA,
 * KERNEL_SYMBOL and KERNEL_LAYOUT.
 */

static void seal(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t len)
{
	message(key, out, tag, nonce, aad, aad_len, in, len, ENCRYPT);
}

static void open(const void *key, uint8_t *out, uint8_t tag[16], const uint8_t nonce[12], const uint8_t *aad,
		 size_t aad_len, const uint8_t *in, size_t len)
{
	message(key, out, tag, nonce, aad, aad_len, in, len, DECRYPT);
}

static void encrypt(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
		    size_t n_blocks)
{
	stretch(key, counter, hash, out, in, n_blocks, ENCRYPT);
}

static void decrypt(const void *key, uint8_t counter[16], uint8_t hash[16], uint8_t *out, const uint8_t *in,
		    size_t n_blocks)
{
	stretch(key, counter, hash, out, in, n_blocks, DECRYPT);
}

static const struct lane_aes_gcm_ops ops = {
	.init = init,
	.seal = seal,
	.open = open,
	.encrypt = encrypt,
	.decrypt = decrypt,
	.ghash = ghash,
	.encrypt_block = encrypt_block,
	.polyval = polyval,
	.scrub = scrub,
};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-gcm",
	.isa = KERNEL_ISA,
	.name = "aes-gcm:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = KERNEL_LAYOUT,
	.ops.aes_gcm = &ops,
};
