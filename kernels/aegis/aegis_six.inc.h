/* SPDX-License-Identifier: MIT */
/*
 * The six algorithms as functions of their own, from a kernel's functions that take the algorithm's shape last: before
 * including, define SHAPE(n_rows, degree) and ON_1(f), ON_2(f), ON_4(f), what a function f is called for that degree.
 * What it makes is AEGIS_SIX.
 */

#define AEGIS(name, n_rows, degree)                                                                                    \
	static void name##_seal(const uint8_t *key, uint8_t *out, uint8_t *tag, size_t tag_len, const uint8_t *nonce,  \
				const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)                     \
	{                                                                                                              \
		ON_##degree(crypt)(ENCRYPT, key, out, tag, tag_len, nonce, aad, aad_len, in, len,                      \
				   SHAPE(n_rows, degree));                                                             \
	}                                                                                                              \
	static void name##_open(const uint8_t *key, uint8_t *out, uint8_t *tag, size_t tag_len, const uint8_t *nonce,  \
				const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len)                     \
	{                                                                                                              \
		ON_##degree(crypt)(DECRYPT, key, out, tag, tag_len, nonce, aad, aad_len, in, len,                      \
				   SHAPE(n_rows, degree));                                                             \
	}                                                                                                              \
	static void name##_start(struct aegis_state *state, const uint8_t *key, const uint8_t *nonce)                  \
	{                                                                                                              \
		ON_##degree(start)(state, key, nonce, SHAPE(n_rows, degree));                                          \
	}                                                                                                              \
	static void name##_absorb(struct aegis_state *state, const uint8_t *in, size_t n_blocks)                       \
	{                                                                                                              \
		ON_##degree(absorb)(state, in, n_blocks, SHAPE(n_rows, degree));                                       \
	}                                                                                                              \
	static void name##_encrypt(struct aegis_state *state, uint8_t *out, const uint8_t *in, size_t n_blocks)        \
	{                                                                                                              \
		ON_##degree(crypt_blocks)(ENCRYPT, state, out, in, n_blocks, SHAPE(n_rows, degree));                   \
	}                                                                                                              \
	static void name##_decrypt(struct aegis_state *state, uint8_t *out, const uint8_t *in, size_t n_blocks)        \
	{                                                                                                              \
		ON_##degree(crypt_blocks)(DECRYPT, state, out, in, n_blocks, SHAPE(n_rows, degree));                   \
	}                                                                                                              \
	static void name##_keystream(const struct aegis_state *state, uint8_t *z)                                      \
	{                                                                                                              \
		ON_##degree(keystream)(state, z, SHAPE(n_rows, degree));                                               \
	}                                                                                                              \
	static void name##_finish(const struct aegis_state *state, uint8_t *tag, size_t tag_len, uint64_t aad_len,     \
				  uint64_t len)                                                                        \
	{                                                                                                              \
		ON_##degree(finish)(state, tag, tag_len, aad_len, len, SHAPE(n_rows, degree));                         \
	}                                                                                                              \
	static void name##_scrub(void)                                                                                 \
	{                                                                                                              \
		scrub(SHAPE(n_rows, degree));                                                                          \
	}
#define ENTRY(name)                                                                                                    \
	{                                                                                                              \
		name##_seal, name##_open, name##_start, name##_absorb, name##_encrypt, name##_decrypt,                 \
			name##_keystream, name##_finish, name##_scrub                                                  \
	}

AEGIS(aegis_128l, 8, 1)
AEGIS(aegis_128x2, 8, 2)
AEGIS(aegis_128x4, 8, 4)
AEGIS(aegis_256, 6, 1)
AEGIS(aegis_256x2, 6, 2)
AEGIS(aegis_256x4, 6, 4)

#define AEGIS_SIX                                                                                                      \
	{                                                                                                              \
		[LANE_AEGIS_128L] = ENTRY(aegis_128l), [LANE_AEGIS_128X2] = ENTRY(aegis_128x2),                        \
		[LANE_AEGIS_128X4] = ENTRY(aegis_128x4), [LANE_AEGIS_256] = ENTRY(aegis_256),                          \
		[LANE_AEGIS_256X2] = ENTRY(aegis_256x2), [LANE_AEGIS_256X4] = ENTRY(aegis_256x4)                       \
	}
