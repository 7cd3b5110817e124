/* SPDX-License-Identifier: MIT */
/*
 * How a kernel of AES-CCM ends: its operations, and the kernel itself. Included behind the functions init, message and
 * stretch, which take the direction last, authenticate, encrypt_block and scrub; before including, define KERNEL_ISA,
 * KERNEL_SYMBOL and KERNEL_LAYOUT.
 */

static void seal(const void *key, uint8_t *out, uint8_t tag[16], const struct ccm_message *m)
{
	message(key, out, tag, m, SEALING);
}

static void open(const void *key, uint8_t *out, uint8_t tag[16], const struct ccm_message *m)
{
	message(key, out, tag, m, OPENING);
}

static void encrypt(const void *key, uint8_t counter[16], uint8_t mac[16], uint8_t *out, const uint8_t *in,
		    size_t n_blocks)
{
	stretch(key, counter, mac, out, in, n_blocks, SEALING);
}

static void decrypt(const void *key, uint8_t counter[16], uint8_t mac[16], uint8_t *out, const uint8_t *in,
		    size_t n_blocks)
{
	stretch(key, counter, mac, out, in, n_blocks, OPENING);
}

static const struct lane_aes_ccm_ops ops = {
	.init = init,
	.seal = seal,
	.open = open,
	.encrypt = encrypt,
	.decrypt = decrypt,
	.authenticate = authenticate,
	.encrypt_block = encrypt_block,
	.scrub = scrub,
};

const struct lane_kernel KERNEL_SYMBOL = {
	.family = "aes-ccm",
	.isa = KERNEL_ISA,
	.name = "aes-ccm:" KERNEL_ISA,
	.required = LANE_CPU_REQUIRED,
	.layout = KERNEL_LAYOUT,
	.ops.aes_ccm = &ops,
};
