// SPDX-License-Identifier: MIT
// AES-CTR and ChaCha20, as OpenSSL's default provider has them: streams of any lengths, which go on where they were
// until a new IV comes. ChaCha20's IV is its counter, 32 bits, little-endian, and its nonce; the counter carries into
// the nonce.

#include "provider.h"

#include <string.h>

#include <openssl/evp.h>

#include <lanecrypt/aes_ctr.h>
#include <lanecrypt/chacha20.h>

enum { IV_LEN = 16, MAX_BLOCK_LEN = 64 };

union key {
	struct lane_aes_ctr_ctx ctr;
	struct lane_chacha20_ctx chacha20;
};

struct stream {
	union key key;
	const struct provider *provider;
	const struct cipher_info *info;
	int has_key, encrypts;
	unsigned padding, use_bits, tls_version;
	size_t tls_mac_len;
	const uint8_t *tls_mac; // in the last record that was decrypted
	size_t used;            // bytes of `keystream`; 0 when no block has been begun
	uint8_t iv[IV_LEN];
	uint8_t counter[IV_LEN]; // of the next block; ChaCha20: of the block begun, if any
	uint8_t keystream[MAX_BLOCK_LEN];
};

static void *stream_new(void *provider, const struct cipher_info *info)
{
	struct stream *c = memory_new(sizeof *c);
	if (!c)
		return NULL;
	c->provider = provider;
	c->info = info;
	c->padding = 1;
	return c;
}

static void stream_free(void *ctx)
{
	memory_release(ctx, sizeof(struct stream));
}

static void *stream_dup(void *ctx)
{
	return memory_copy(ctx, sizeof(struct stream));
}

// --- AES-CTR

static void add_be(uint8_t counter[IV_LEN], uint64_t n)
{
	unsigned carry = 0;
	for (size_t i = IV_LEN; i > 0; i--, n >>= 8) {
		const unsigned sum = counter[i - 1] + (unsigned)(n & 0xff) + carry;
		counter[i - 1] = (uint8_t)sum;
		carry = sum >> 8;
	}
}

static enum lane_status ctr_blocks(struct stream *c, uint8_t *out, const uint8_t *in, size_t len)
{
	const enum lane_status status = lane_aes_ctr_crypt(&c->key.ctr, out, c->counter, in, len);
	if (status == LANE_OK)
		add_be(c->counter, len / 16);
	return status;
}

// --- ChaCha20

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void add_to_word(uint8_t *p, uint32_t n)
{
	const uint32_t sum = word(p) + n;
	for (size_t i = 0; i < 4; i++)
		p[i] = (uint8_t)(sum >> 8 * i);
}

static void count_blocks(uint8_t counter[IV_LEN], uint32_t n)
{
	add_to_word(counter, n);
	if (n > 0 && word(counter) < n)
		add_to_word(counter + 4, 1);
}

// Up to where the counter wraps, then on with the next nonce.
static enum lane_status chacha20_blocks(struct stream *c, uint8_t *out, const uint8_t *in, size_t len)
{
	while (len > 0) {
		const uint64_t left = ((UINT64_C(1) << 32) - word(c->counter)) * 64;
		const size_t n = len < left ? len : (size_t)left;
		const enum lane_status status =
			lane_chacha20_crypt(&c->key.chacha20, out, c->counter + 4, word(c->counter), in, n);
		if (status != LANE_OK)
			return status;
		count_blocks(c->counter, (uint32_t)(n / 64));
		out += n;
		in += n;
		len -= n;
	}
	return LANE_OK;
}

// --- both

static int is_ctr(const struct stream *c)
{
	return c->info->mode == EVP_CIPH_CTR_MODE;
}

static size_t block_len(const struct stream *c)
{
	return is_ctr(c) ? 16 : 64;
}

// Whole blocks; the counter moves on.
static int blocks(struct stream *c, uint8_t *out, const uint8_t *in, size_t len)
{
	return CHECK(c->provider, is_ctr(c) ? ctr_blocks(c, out, in, len) : chacha20_blocks(c, out, in, len));
}

// Key stream for less than a block. ChaCha20's counter moves on when more than the block is wanted: before that, a new
// key begins it again.
static int begin_block(struct stream *c)
{
	static const uint8_t zeroes[MAX_BLOCK_LEN];
	uint8_t counter[IV_LEN];
	memcpy(counter, c->counter, IV_LEN);
	if (!blocks(c, c->keystream, zeroes, block_len(c)))
		return 0;
	if (!is_ctr(c))
		memcpy(c->counter, counter, IV_LEN);
	return 1;
}

static void crypt_bytes(struct stream *c, uint8_t *out, const uint8_t *in, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = in[i] ^ c->keystream[c->used + i];
	c->used += n;
	if (is_ctr(c))
		c->used %= 16;
}

static void end_block(struct stream *c)
{
	c->used = 0;
	count_blocks(c->counter, 1);
}

static int crypt(struct stream *c, uint8_t *out, const uint8_t *in, size_t len)
{
	if (out != in && out < in + len && in < out + len)
		return FAIL(c->provider, REASON_OVERLAP);
	if (c->used > 0) {
		const size_t left = block_len(c) - c->used, n = len < left ? len : left;
		crypt_bytes(c, out, in, n);
		out += n;
		in += n;
		len -= n;
		if (c->used == block_len(c) && len > 0)
			end_block(c);
	}
	const size_t tail = len % block_len(c);
	if (len > tail && !blocks(c, out, in, len - tail))
		return 0;
	if (tail > 0) {
		if (!begin_block(c))
			return 0;
		crypt_bytes(c, out + (len - tail), in + (len - tail), tail);
	}
	return 1;
}

// --- the provider's calls

static int stream_cipher(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
			 size_t len)
{
	struct stream *c = ctx;
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	if (out_size < len)
		return FAIL(c->provider, REASON_OUTPUT_LEN);
	if (len > 0 && (!out || !in))
		return FAIL(c->provider, REASON_PARAMETER);
	if (len > 0 && !crypt(c, out, in, len))
		return 0;
	*out_len = len;
	return 1;
}

static int stream_update(void *ctx, unsigned char *out, size_t *out_len, size_t out_size, const unsigned char *in,
			 size_t len)
{
	struct stream *c = ctx;
	if (!stream_cipher(ctx, out, out_len, out_size, in, len))
		return 0;
	if (len > 0 && !c->encrypts && c->tls_version > 0 && c->tls_mac_len > 0) {
		if (len < c->tls_mac_len)
			return FAIL(c->provider, REASON_TLS_RECORD);
		*out_len = len - c->tls_mac_len;
		c->tls_mac = out + *out_len;
	}
	return 1;
}

static int stream_final(void *ctx, unsigned char *out, size_t *out_len, size_t out_size)
{
	struct stream *c = ctx;
	(void)out, (void)out_size;
	if (!c->has_key)
		return FAIL(c->provider, REASON_KEY_MISSING);
	*out_len = 0;
	return 1;
}

static int set_key(struct stream *c, const uint8_t *key, size_t key_len)
{
	if (key_len != c->info->key_len)
		return FAIL(c->provider, REASON_KEY_LEN);
	c->has_key = CHECK(c->provider, is_ctr(c) ? lane_aes_ctr_init(&c->key.ctr, key, key_len)
						  : lane_chacha20_init(&c->key.chacha20, key, key_len));
	return c->has_key;
}

static int start(struct stream *c, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len, int encrypts)
{
	c->encrypts = encrypts;
	if (is_ctr(c) || key || iv)
		c->used = 0;
	if (iv) {
		if (iv_len != IV_LEN)
			return FAIL(c->provider, REASON_IV_LEN);
		memcpy(c->iv, iv, IV_LEN);
		memcpy(c->counter, iv, IV_LEN);
	}
	return !key || set_key(c, key, key_len);
}

// A number that a parameter sets, if it is there.
static int take(const struct stream *c, const OSSL_PARAM *p, unsigned *value)
{
	size_t wide;
	if (!p)
		return 1;
	if (!param_get_size(p, &wide) || wide > UINT32_MAX)
		return FAIL(c->provider, REASON_PARAMETER);
	*value = (unsigned)wide;
	return 1;
}

// --- what only AES-CTR has: OpenSSL's parameters of all block ciphers

static int ctr_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	struct stream *c = ctx;
	struct found found;
	params_find(&found, params);
	if (!param_set_size(found.p[PARAM_IVLEN], IV_LEN) || !param_set_uint(found.p[PARAM_PADDING], c->padding) ||
	    !param_set_octets(found.p[PARAM_IV], c->iv, IV_LEN) ||
	    !param_set_octets(found.p[PARAM_UPDATED_IV], c->counter, IV_LEN) ||
	    !param_set_uint(found.p[PARAM_NUM], (unsigned)c->used) ||
	    !param_set_size(found.p[PARAM_KEYLEN], c->info->key_len) ||
	    !param_set_octets(found.p[PARAM_TLS_MAC], c->tls_mac, c->tls_mac_len))
		return FAIL(c->provider, REASON_PARAMETER);
	return 1;
}

static int ctr_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	struct stream *c = ctx;
	struct found found;
	unsigned used = (unsigned)c->used;
	if (!params)
		return 1;
	params_find(&found, params);
	if (!take(c, found.p[PARAM_PADDING], &c->padding) || !take(c, found.p[PARAM_USE_BITS], &c->use_bits) ||
	    !take(c, found.p[PARAM_TLS_VERSION], &c->tls_version))
		return 0;
	c->padding = c->padding != 0;
	if (found.p[PARAM_TLS_MAC_SIZE] && !param_get_size(found.p[PARAM_TLS_MAC_SIZE], &c->tls_mac_len))
		return FAIL(c->provider, REASON_PARAMETER);
	if (!take(c, found.p[PARAM_NUM], &used))
		return 0;
	if (found.p[PARAM_NUM] && used > 0) // of a block of one byte
		return FAIL(c->provider, REASON_PARAMETER);
	c->used = used;
	return 1;
}

static const OSSL_PARAM *ctr_settable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_uint(OSSL_CIPHER_PARAM_PADDING, NULL),
					    OSSL_PARAM_uint(OSSL_CIPHER_PARAM_NUM, NULL),
					    OSSL_PARAM_uint(OSSL_CIPHER_PARAM_USE_BITS, NULL),
					    OSSL_PARAM_uint(OSSL_CIPHER_PARAM_TLS_VERSION, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_TLS_MAC_SIZE, NULL),
					    OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

static int ctr_init(void *ctx, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len,
		    const OSSL_PARAM params[], int encrypts)
{
	return start(ctx, key, key_len, iv, iv_len, encrypts) && ctr_set_ctx_params(ctx, params);
}

// --- and ChaCha20

static int chacha_get_ctx_params(void *ctx, OSSL_PARAM params[])
{
	const struct stream *c = ctx;
	struct found found;
	params_find(&found, params);
	return (param_set_size(found.p[PARAM_IVLEN], IV_LEN) &&
		param_set_size(found.p[PARAM_KEYLEN], c->info->key_len)) ||
	       FAIL(c->provider, REASON_PARAMETER);
}

static int chacha_set_ctx_params(void *ctx, const OSSL_PARAM params[])
{
	const struct stream *c = ctx;
	struct found found;
	params_find(&found, params);
	return param_is_len(c->provider, found.p[PARAM_KEYLEN], c->info->key_len, REASON_KEY_LEN) &&
	       param_is_len(c->provider, found.p[PARAM_IVLEN], IV_LEN, REASON_IV_LEN);
}

static const OSSL_PARAM *chacha_gettable(void *ctx, void *provider)
{
	static const OSSL_PARAM params[] = {OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_KEYLEN, NULL),
					    OSSL_PARAM_size_t(OSSL_CIPHER_PARAM_IVLEN, NULL), OSSL_PARAM_END};
	(void)ctx, (void)provider;
	return params;
}

static int chacha_init(void *ctx, const uint8_t *key, size_t key_len, const uint8_t *iv, size_t iv_len,
		       const OSSL_PARAM params[], int encrypts)
{
	return start(ctx, key, key_len, iv, iv_len, encrypts) && chacha_set_ctx_params(ctx, params);
}

#define ctr_new stream_new
#define ctr_gettable block_gettable
#define ctr_free stream_free
#define ctr_dup stream_dup
#define ctr_update stream_update
#define ctr_final stream_final
#define ctr_cipher stream_cipher
#define chacha_new stream_new
#define chacha_free stream_free
#define chacha_dup stream_dup
#define chacha_update stream_update
#define chacha_final stream_final
#define chacha_cipher stream_cipher
#define chacha_settable chacha_gettable

CIPHER(aes_128_ctr, ctr, EVP_CIPH_CTR_MODE, 0, 0, 16, 1, IV_LEN, 0);
CIPHER(aes_192_ctr, ctr, EVP_CIPH_CTR_MODE, 0, 0, 24, 1, IV_LEN, 0);
CIPHER(aes_256_ctr, ctr, EVP_CIPH_CTR_MODE, 0, 0, 32, 1, IV_LEN, 0);
CIPHER(chacha20, chacha, EVP_CIPH_STREAM_CIPHER, 0, 1, 32, 1, IV_LEN, 0);
