// SPDX-License-Identifier: MIT
// AEGIS for any CPU: all six algorithms on the bitsliced AES round.
//
// Dataflow: a step is one AES round over all blocks of the state, which takes four
// blocks at a time (aes_bitsliced.h), and the sum of each row's round with the row
// behind it. Between steps the state is bytes, as the document has it, since the
// key stream and the data are bytes too.
//
// Secret: key, state, data; public: lengths, and with them every branch and index.
// Degrees 1, 2 and 4 differ in the length of rows only; 128 and 256 in the number
// of rows, in what a step takes in and in the formula of the key stream.

#include "aegis_impl.h"

#include "../aes/aes_bitsliced.h"
#include "../scrub.h"

struct shape {
	size_t n_rows, row_len; // 8 or 6 rows of 16 bytes times the degree
};

static size_t block_len(struct shape shape)
{
	return shape.n_rows == 8 ? 2 * shape.row_len : shape.row_len;
}

// Whole blocks; not by memcpy, which leaves what it copies in registers unknown here.
static void copy(uint8_t *to, const uint8_t *from, size_t len)
{
	for (size_t i = 0; i < len; i += 16) {
		memcpy(to + i, from + i, 16);
		__asm__ volatile("");
	}
}

static void add(uint8_t *x, const uint8_t *y, size_t len)
{
	for (size_t i = 0; i < len; i++)
		x[i] ^= y[i];
}

// SubBytes, ShiftRows, MixColumns of four blocks.
static void round4(uint8_t blocks[64])
{
	uint64_t q[8];
	aes_bitslice(q, blocks);
	aes_sub_bytes(q);
	aes_shift_rows(q);
	aes_mix_columns(q);
	aes_unbitslice(blocks, q);
}

// Update: m is a block of data.
static void update(struct aegis_state *state, const uint8_t *m, struct shape shape)
{
	const size_t row_len = shape.row_len, state_len = shape.n_rows * row_len;
	uint8_t rounds[sizeof state->row] = {0};
	for (size_t i = 0; i < shape.n_rows; i++)
		copy(rounds + i * row_len, state->row[i], row_len);
	for (size_t i = 0; i < state_len; i += 64)
		round4(rounds + i);
	for (size_t i = 0; i < shape.n_rows; i++)
		add(state->row[i], rounds + (i + shape.n_rows - 1) % shape.n_rows * row_len, row_len);
	add(state->row[0], m, row_len);
	if (shape.n_rows == 8)
		add(state->row[4], m + row_len, row_len);
}

// In the parallel algorithms the number of the lane, and of the last one, go into a step of the start.
static void add_context(struct aegis_state *state, struct shape shape)
{
	const size_t degree = shape.row_len / 16;
	for (size_t i = 0; i < degree && degree > 1; i++) {
		const uint8_t context[2] = {(uint8_t)i, (uint8_t)(degree - 1)};
		add(state->row[3] + 16 * i, context, 2);
		add(state->row[shape.n_rows - 1] + 16 * i, context, 2);
	}
}

// x = a + b, blocks.
static void sum(uint8_t *x, const uint8_t *a, const uint8_t *b)
{
	memcpy(x, a, 16);
	add(x, b, 16);
}

static void start_128(struct aegis_state *state, const uint8_t *key, const uint8_t *nonce, struct shape shape)
{
	uint8_t m[AEGIS_MAX_BLOCK_LEN]; // what each step takes in
	for (size_t i = 0; i < shape.row_len; i += 16) {
		sum(state->row[0] + i, key, nonce);
		memcpy(state->row[1] + i, aegis_c1, 16);
		memcpy(state->row[2] + i, aegis_c0, 16);
		memcpy(state->row[3] + i, aegis_c1, 16);
		sum(state->row[4] + i, key, nonce);
		sum(state->row[5] + i, key, aegis_c0);
		sum(state->row[6] + i, key, aegis_c1);
		sum(state->row[7] + i, key, aegis_c0);
		memcpy(m + i, nonce, 16);
		memcpy(m + shape.row_len + i, key, 16);
	}
	for (size_t step = 0; step < 10; step++) {
		add_context(state, shape);
		update(state, m, shape);
	}
}

static void start_256(struct aegis_state *state, const uint8_t *key, const uint8_t *nonce, struct shape shape)
{
	uint8_t m[4][AEGIS_MAX_BLOCK_LEN]; // what the steps take in, by turns
	for (size_t i = 0; i < shape.row_len; i += 16) {
		sum(state->row[0] + i, key, nonce);
		sum(state->row[1] + i, key + 16, nonce + 16);
		memcpy(state->row[2] + i, aegis_c1, 16);
		memcpy(state->row[3] + i, aegis_c0, 16);
		sum(state->row[4] + i, key, aegis_c0);
		sum(state->row[5] + i, key + 16, aegis_c1);
		memcpy(m[0] + i, key, 16);
		memcpy(m[1] + i, key + 16, 16);
		sum(m[2] + i, key, nonce);
		sum(m[3] + i, key + 16, nonce + 16);
	}
	for (size_t step = 0; step < 16; step++) {
		add_context(state, shape);
		update(state, m[step % 4], shape);
	}
}

static void start(struct aegis_state *state, const uint8_t *key, const uint8_t *nonce, struct shape shape)
{
	memset(state, 0, sizeof *state);
	(shape.n_rows == 8 ? start_128 : start_256)(state, key, nonce, shape);
}

static void absorb(struct aegis_state *state, const uint8_t *in, size_t n_blocks, struct shape shape)
{
	for (; n_blocks > 0; n_blocks--, in += block_len(shape))
		update(state, in, shape);
}

static void keystream(const struct aegis_state *state, uint8_t *z, struct shape shape)
{
	const uint8_t(*s)[64] = state->row;
	for (size_t i = 0; i < shape.row_len; i++) {
		if (shape.n_rows == 8) {
			z[i] = s[6][i] ^ s[1][i] ^ (s[2][i] & s[3][i]);
			z[shape.row_len + i] = s[2][i] ^ s[5][i] ^ (s[6][i] & s[7][i]);
		} else {
			z[i] = s[1][i] ^ s[4][i] ^ s[5][i] ^ (s[2][i] & s[3][i]);
		}
	}
}

enum direction { ENCRYPT, DECRYPT };

// One block, or len < block_len bytes of the last.
static void crypt_block(enum direction direction, struct aegis_state *state, uint8_t *out, const uint8_t *in,
			size_t len, struct shape shape)
{
	uint8_t z[AEGIS_MAX_BLOCK_LEN], plain[AEGIS_MAX_BLOCK_LEN] = {0};
	keystream(state, z, shape);
	for (size_t i = 0; i < len; i++) {
		const uint8_t x = in[i], y = x ^ z[i];
		plain[i] = direction == ENCRYPT ? x : y;
		out[i] = y;
	}
	update(state, plain, shape);
}

static void crypt_blocks(enum direction direction, struct aegis_state *state, uint8_t *out, const uint8_t *in,
			 size_t n_blocks, struct shape shape)
{
	const size_t step = block_len(shape);
	for (; n_blocks > 0; n_blocks--, in += step, out += step)
		crypt_block(direction, state, out, in, step, shape);
}

static void finish(const struct aegis_state *state, uint8_t *tag, size_t tag_len, uint64_t aad_len, uint64_t len,
		   struct shape shape)
{
	const size_t n_rows = shape.n_rows, row_len = shape.row_len;
	struct aegis_state s;
	uint8_t t[AEGIS_MAX_BLOCK_LEN], lengths[16], sum[32] = {0};
	store64_le(lengths, 8 * aad_len);
	store64_le(lengths + 8, 8 * len);
	for (size_t row = 0; row < n_rows; row++)
		copy(s.row[row], state->row[row], row_len);
	copy(t, s.row[n_rows == 8 ? 2 : 3], row_len);
	for (size_t i = 0; i < row_len; i += 16)
		add(t + i, lengths, 16);
	copy(t + row_len, t, row_len);
	for (int i = 0; i < 7; i++)
		update(&s, t, shape);
	const size_t n_summed = n_rows == 8 && tag_len == 16 ? 7 : n_rows;
	for (size_t row = 0; row < n_summed; row++)
		for (size_t i = 0; i < row_len; i += 16)
			add(sum + (tag_len == 32 && row >= n_rows / 2 ? 16 : 0), s.row[row] + i, 16);
	copy(tag, sum, tag_len);
}

static void crypt(enum direction direction, const uint8_t *key, uint8_t *out, uint8_t *tag, size_t tag_len,
		  const uint8_t *nonce, const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
		  struct shape shape)
{
	const size_t step = block_len(shape), rest = len % step, aad_rest = aad_len % step;
	struct aegis_state state;
	start(&state, key, nonce, shape);
	absorb(&state, aad, aad_len / step, shape);
	if (aad_rest > 0) {
		uint8_t padded[AEGIS_MAX_BLOCK_LEN] = {0};
		memcpy(padded, aad + (aad_len - aad_rest), aad_rest);
		update(&state, padded, shape);
	}
	crypt_blocks(direction, &state, out, in, len / step, shape);
	if (rest > 0)
		crypt_block(direction, &state, out + (len - rest), in + (len - rest), rest, shape);
	finish(&state, tag, tag_len, aad_len, len, shape);
}

static void scrub(struct shape shape)
{
	(void)shape;
	scrub_all(3584);
}

#define SHAPE(n_rows, degree) ((struct shape){n_rows, 16 * (degree)})
#define ON_1(function) function
#define ON_2(function) function
#define ON_4(function) function
#include "aegis_six.inc.h"

static const struct lane_aegis_ops ops = {.variants = AEGIS_SIX};

const struct lane_kernel lane_kernel_aegis_portable = {
	.family = "aegis",
	.isa = "portable",
	.name = "aegis:portable",
	.required = LANE_CPU_REQUIRED,
	.layout = LANE_LAYOUT_BYTES,
	.ops.aegis = &ops,
};
