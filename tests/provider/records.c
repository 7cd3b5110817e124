// SPDX-License-Identifier: MIT
// records <folder of lanecrypt.so>: what a message costs under a key that stays, as TLS 1.3's record layer calls
// OpenSSL: IV, associated data, text, end, tag; both providers and the bare library, in turns. Best of many, ns.

#include "both.h"

#include <time.h>

#include <lanecrypt/aes_gcm.h>

enum { max_text = 16384, n_turns = 40 };

static uint8_t text[max_text + 32], tag[16], iv[12], key[32] = {1, 2, 3};
static const uint8_t aad[5] = {23, 3, 3, 0, 0};
static struct lane_aes_gcm_ctx bare;
static struct lane_aes_gcm_stream stream;

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return 1e9 * (double)t.tv_sec + (double)t.tv_nsec;
}

static void by_evp(EVP_CIPHER_CTX *ctx, size_t len)
{
	int n;
	if (!EVP_CipherInit_ex(ctx, NULL, NULL, NULL, iv, 1) || !EVP_CipherUpdate(ctx, NULL, &n, aad, sizeof aad) ||
	    !EVP_CipherUpdate(ctx, text, &n, text, (int)len) || !EVP_CipherFinal_ex(ctx, text + len, &n) ||
	    !EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16, tag))
		exit(1);
}

static void by_seal(EVP_CIPHER_CTX *ctx, size_t len)
{
	(void)ctx;
	if (lane_aes_gcm_seal(&bare, text, tag, 16, iv, 12, aad, sizeof aad, text, len) != LANE_OK)
		exit(1);
}

static void by_stream(EVP_CIPHER_CTX *ctx, size_t len)
{
	(void)ctx;
	if (lane_aes_gcm_begin(&stream, &bare, iv, 12) != LANE_OK ||
	    lane_aes_gcm_aad(&stream, aad, sizeof aad) != LANE_OK ||
	    lane_aes_gcm_encrypt_update(&stream, text, text, len) != LANE_OK ||
	    lane_aes_gcm_encrypt_final(&stream, tag, 16) != LANE_OK)
		exit(1);
}

int main(int argc, char **argv)
{
	static const size_t sizes[] = {16, 64, 256, 1350, 8192, 16384};
	static void (*const ways[])(EVP_CIPHER_CTX *, size_t) = {by_evp, by_evp, by_stream, by_seal};
	enum { n_ways = 4 };
	if (argc != 2)
		return 2;
	both_load(argv[1]);
	puts("AES-256-GCM, ns a message under a key that stays, best of 40 turns");
	printf("%8s %10s %10s %8s %14s %12s %22s\n", "bytes", "OpenSSL's", "lanecrypt", "ratio", "bare stream",
	       "bare seal", "over stream, over seal");
	for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++) {
		const size_t n = sizes[s] > 4000 ? 2000 : 10000;
		double best[n_ways] = {1e9, 1e9, 1e9, 1e9};
		EVP_CIPHER_CTX *ctx[n_ways] = {EVP_CIPHER_CTX_new(), EVP_CIPHER_CTX_new()};
		for (size_t side = 0; side < N_SIDES; side++)
			if (!EVP_CipherInit_ex2(ctx[side], both_cipher((enum side)side, "AES-256-GCM"), key, iv, 1,
						NULL))
				return 1;
		if (lane_aes_gcm_init(&bare, key, 32) != LANE_OK)
			return 1;
		for (int turn = 0; turn < n_turns; turn++)
			for (size_t way = 0; way < n_ways; way++) {
				const double begin = now();
				for (size_t i = 0; i < n; i++) {
					iv[0] = (uint8_t)i;
					ways[way](ctx[way], sizes[s]);
				}
				const double spent = (now() - begin) / (double)n;
				best[way] = spent < best[way] ? spent : best[way];
			}
		printf("%8zu %10.1f %10.1f %8.2f %14.1f %12.1f %10.1f %% %7.1f %%\n", sizes[s], best[0], best[1],
		       best[0] / best[1], best[2], best[3], 100 * (best[1] / best[2] - 1),
		       100 * (best[1] / best[3] - 1));
		EVP_CIPHER_CTX_free(ctx[0]);
		EVP_CIPHER_CTX_free(ctx[1]);
	}
	both_unload();
	return 0;
}
