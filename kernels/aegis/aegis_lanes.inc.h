/* SPDX-License-Identifier: MIT */
/*
 * AEGIS on vectors of WIDTH blocks, for algorithms of that degree of parallelism or of a multiple of it, whose lanes
 * are then taken in groups of WIDTH. Included by aegis_x86.inc.h once for each width that a kernel has; the names get
 * the width behind them there.
 */

/* A state, or as many of its lanes as a register holds. */
struct state {
	vec s[8];
#if SPLIT_ROWS
	vec r[8]; /* row i is s[i] + r[i] */
#endif
};

/* How many groups of lanes; where there are several, compilers are not to see how few, lest they unroll. */
LANE_INLINE int groups_of(const struct shape a)
{
	int groups = a.degree / WIDTH;
	if (a.degree > WIDTH)
		__asm__("" : "+r"(groups));
	return groups;
}

/* What is before a group of lanes in a row of data. */
LANE_INLINE size_t offset_of(const int group)
{
	return 16 * WIDTH * (size_t)group;
}

#if SPLIT_ROWS

/* The same, its rows added up: all of them are in s. */
LANE_INLINE struct state settle(struct state st, const struct shape a)
{
	LANE_UNROLL
	for (int i = 0; i < a.n_rows; i++) {
		st.s[i] = xor(st.s[i], st.r[i]);
		st.r[i] = zero();
	}
	return st;
}

/* Row i of the next state, but for the round in it: the old row, to which m goes if data enter there. The round of the
 * old row is the rest of the one behind. */
LANE_INLINE void round_row(struct state *next, struct state st, vec m, const int i, const struct shape a)
{
	if (i == 0 || (i == 4 && a.n_rows == 8))
		next->s[i] = pin(xor3(st.s[i], m, st.r[i]));
	else
		next->s[i] = pin(xor(st.s[i], st.r[i]));
	next->r[i + 1 < a.n_rows ? i + 1 : 0] = aes_of_sum(st.r[i], st.s[i]);
}

/* All rows where no data enter. Without a loop, since clang 14 leaves one. */
LANE_INLINE void inner_rows(struct state *next, struct state st, const struct shape a)
{
	if (a.n_rows == 8) {
		round_row(next, st, zero(), 7, a);
		round_row(next, st, zero(), 6, a);
	}
	round_row(next, st, zero(), 5, a);
	if (a.n_rows == 6)
		round_row(next, st, zero(), 4, a);
	round_row(next, st, zero(), 3, a);
	round_row(next, st, zero(), 2, a);
	round_row(next, st, zero(), 1, a);
}

/* Update, RFC 10032, with data that is known in advance; m1 is AEGIS-128's alone. */
LANE_INLINE struct state update(struct state st, vec m0, vec m1, const struct shape a)
{
	struct state next = st;
	inner_rows(&next, st, a);
	if (a.n_rows == 8)
		round_row(&next, st, m1, 4, a);
	round_row(&next, st, m0, 0, a);
	return next;
}

#else

LANE_INLINE struct state settle(struct state st, const struct shape a)
{
	(void)a;
	return st;
}

/* The rounds of Update, RFC 10032: rows 0 and 4, where data enters, with these keys. */
LANE_INLINE struct state rounds(struct state st, vec key0, vec key4, const struct shape a)
{
	struct state next = st;
#ifdef ROWS_TOGETHER
	st.s[0] = key0;
	if (a.n_rows == 8)
		st.s[4] = key4;
	round_rows(next.s, st.s, a.n_rows);
#else
	next.s[0] = pin(aesenc(st.s[a.n_rows - 1], key0));
	LANE_UNROLL
	for (int i = 1; i < a.n_rows; i++)
		next.s[i] = pin(aesenc(st.s[i - 1], i == 4 && a.n_rows == 8 ? key4 : st.s[i]));
#endif
	return next;
}

/* Update with data that is known in advance; m1 is AEGIS-128's alone. */
LANE_INLINE struct state update(struct state st, vec m0, vec m1, const struct shape a)
{
	struct state next = rounds(st, m0, m1, a);
	next.s[0] = pin(xor(next.s[0], st.s[0]));
	if (a.n_rows == 8)
		next.s[4] = pin(xor(next.s[4], st.s[4]));
	return next;
}

#endif

/* in xored with the key stream that the state gives, row 0 or 1 of a block. */
LANE_INLINE vec crypt_row(struct state st, vec in, const int row, const struct shape a)
{
	const vec *s = st.s;
#if SPLIT_ROWS
	if (a.n_rows == 6) // row 1 last: decrypted data come to it first
		return xor3(pin(xor3(in, s[4], s[5])), and_block(s[2], s[3]), s[1]);
#endif
	if (a.n_rows == 6)
		return pin(xor(pin(and_xor(s[2], s[3], s[4])), pin(xor3(s[1], s[5], in))));
	if (row == 0)
		return xor3(and_xor(s[2], s[3], s[6]), s[1], in);
	return xor3(and_xor(s[6], s[7], s[2]), s[5], in);
}

/* What is at `offset` of a group's, of the n bytes at p: how much, loaded, stored. */
LANE_INLINE size_t piece_len(size_t offset, size_t n)
{
	const size_t left = n > offset ? n - offset : 0;
	return left < 16 * WIDTH ? left : 16 * WIDTH;
}

LANE_INLINE vec load_piece(const uint8_t *p, size_t offset, size_t n)
{
	const size_t len = piece_len(offset, n);
	return load_part(len > 0 ? p + offset : p, len);
}

LANE_INLINE vec store_piece(uint8_t *p, size_t offset, vec x, size_t n)
{
	const size_t len = piece_len(offset, n);
	return store_part(len > 0 ? p + offset : p, x, len);
}

/* --- a group of lanes of a message */

LANE_INLINE struct state init(const uint8_t *key, const uint8_t *nonce, const int group, const struct shape a)
{
	const vec context = a.degree == 1 ? zero() : load(contexts[a.degree / 4][group * WIDTH]);
	const vec c0 = broadcast(load_block(aegis_c0)), c1 = broadcast(load_block(aegis_c1));
	const vec k0 = broadcast(load_block(key)), n0 = broadcast(load_counter(nonce));
	const vec k0_n0 = xor(k0, n0);
	struct state st = {.s = {zero()}};
	if (a.n_rows == 8) {
		const vec k0_c0 = xor(k0, c0);
		st = (struct state){.s = {k0_n0, c1, c0, c1, k0_n0, k0_c0, xor(k0, c1), k0_c0}};
		for (int i = 0; i < 10; i++) {
			if (a.degree > 1) {
				st.s[3] = xor(st.s[3], context);
				st.s[7] = xor(st.s[7], context);
			}
			st = update(st, n0, k0, a);
		}
		return st;
	}
	const vec k1 = broadcast(load_block(key + 16)), n1 = broadcast(load_counter(nonce + 16));
	const vec k1_n1 = xor(k1, n1), m[4] = {
					       k0, k1, k0_n0, k1_n1};
	st = (struct state){.s = {k0_n0, k1_n1, c1, c0, xor(k0, c0), xor(k1, c1)}};
	for (int n = 0; n < 4; n++) {
		LANE_UNROLL
		for (int i = 0; i < 4; i++) {
			if (a.degree > 1) {
				st.s[3] = xor(st.s[3], context);
				st.s[5] = xor(st.s[5], context);
			}
			st = update(st, m[i], zero(), a);
		}
	}
	return st;
}

LANE_INLINE struct state absorb_block(struct state st, const uint8_t *in, const struct shape a)
{
	const vec m1 = a.n_rows == 8 ? load(in + 16 * a.degree) : zero();
	return update(st, load(in), m1, a);
}

LANE_INLINE struct state absorb_lanes(struct state st, const uint8_t *in, size_t n_blocks, const int group,
				      const struct shape a)
{
	const size_t step = block_len(a);
	const size_t n = unrolled(a);
	in += offset_of(group);
	for (; n_blocks >= n; n_blocks -= n, in += n * step) {
		LANE_UNROLL
		for (size_t i = 0; i < n; i++)
			st = absorb_block(st, in + i * step, a);
	}
	for (; n_blocks > 0; n_blocks--, in += step)
		st = absorb_block(st, in, a);
	return st;
}

/* The last 0 < n < block_len bytes, padded with zeroes. */
LANE_INLINE struct state absorb_part(struct state st, const uint8_t *in, size_t n, const int group,
				     const struct shape a)
{
	const size_t offset = offset_of(group);
	const vec m1 = a.n_rows == 8 ? load_piece(in, offset + 16 * (size_t)a.degree, n) : zero();
	return update(st, load_piece(in, offset, n), m1, a);
}

#if SPLIT_ROWS

/* All rows but those where data enter are known before the data, and are what the key stream is made of. */
LANE_INLINE struct state crypt_block(enum direction direction, struct state st, uint8_t *out, const uint8_t *in,
				     const struct shape a)
{
	const size_t second = 16 * (size_t)a.degree;
	const vec in0 = load(in), in1 = a.n_rows == 8 ? load(in + second) : zero();
	struct state next = st;
	vec out0, out1 = zero();
	inner_rows(&next, st, a);
	out0 = crypt_row(next, in0, 0, a);
	if (a.n_rows == 8) {
		out1 = crypt_row(next, in1, 1, a);
		round_row(&next, st, direction == ENCRYPT ? in1 : out1, 4, a);
		store(out + second, out1);
	}
	round_row(&next, st, direction == ENCRYPT ? in0 : out0, 0, a);
	store(out, out0);
	return next;
}

#else

/* The rounds come first: that is the chain, and what the key stream takes fills in. */
LANE_INLINE struct state crypt_block(enum direction direction, struct state st, uint8_t *out, const uint8_t *in,
				     const struct shape a)
{
	const size_t second = 16 * (size_t)a.degree;
	const vec in0 = load(in), in1 = a.n_rows == 8 ? load(in + second) : zero();
	struct state next;
	if (direction == ENCRYPT)
		next = update(st, in0, in1, a);
	else if (VL == 64)
		next = rounds(st, zero(), zero(), a);
	else
		next = rounds(st, st.s[0], st.s[4], a);
	const vec out0 = crypt_row(st, in0, 0, a), out1 = a.n_rows == 8 ? crypt_row(st, in1, 1, a) : zero();
	if (direction == DECRYPT) {
		next.s[0] = VL == 64 ? xor3(next.s[0], st.s[0], out0) : xor(next.s[0], out0);
		if (a.n_rows == 8)
			next.s[4] = VL == 64 ? xor3(next.s[4], st.s[4], out1) : xor(next.s[4], out1);
	}
	store(out, out0);
	if (a.n_rows == 8)
		store(out + second, out1);
	return next;
}

#endif

LANE_INLINE struct state crypt_lanes(enum direction direction, struct state st, uint8_t *out, const uint8_t *in,
				     size_t n_blocks, const int group, const struct shape a)
{
	const size_t step = block_len(a);
	const size_t n = unrolled(a);
	in += offset_of(group);
	out += offset_of(group);
	for (; n_blocks >= n; n_blocks -= n, in += n * step, out += n * step) {
		LANE_UNROLL
		for (size_t i = 0; i < n; i++)
			st = crypt_block(direction, st, out + i * step, in + i * step, a);
	}
	for (; n_blocks > 0; n_blocks--, in += step, out += step)
		st = crypt_block(direction, st, out, in, a);
	return st;
}

/* The last 0 < n < block_len bytes. */
LANE_INLINE struct state crypt_part(enum direction direction, struct state st, uint8_t *out, const uint8_t *in,
				    size_t n, const int group, const struct shape a)
{
	const size_t first = offset_of(group), second = first + 16 * (size_t)a.degree;
	vec m0 = load_piece(in, first, n), m1 = zero();
	st = settle(st, a);
	if (a.n_rows == 8) {
		m1 = load_piece(in, second, n);
		const vec out1 = store_piece(out, second, crypt_row(st, m1, 1, a), n);
		m1 = direction == ENCRYPT ? m1 : out1;
	}
	const vec out0 = store_piece(out, first, crypt_row(st, m0, 0, a), n);
	return update(st, direction == ENCRYPT ? m0 : out0, m1, a);
}

LANE_INLINE struct tag_halves finish_lanes(struct state st, size_t tag_len, uint64_t aad_len, uint64_t len,
					   const struct shape a)
{
	st = settle(st, a);
	const vec lengths = broadcast(words_x1(8 * aad_len, 8 * len));
	const vec t = xor(st.s[a.n_rows == 8 ? 2 : 3], lengths);
	LANE_UNROLL
	for (int i = 0; i < 7; i++)
		st = update(st, t, t, a);
	st = settle(st, a);
	const vec *s = st.s;
	if (a.n_rows == 6)
		return (struct tag_halves){fold(xor3(s[0], s[1], s[2])), fold(xor3(s[3], s[4], s[5]))};
	const vec hi = xor3(s[4], s[5], s[6]);
	return (struct tag_halves){fold(xor(xor3(s[0], s[1], s[2]), s[3])), fold(tag_len == 16 ? hi : xor(hi, s[7]))};
}

/* --- whole messages */

LANE_INLINE void crypt(enum direction direction, const uint8_t *key, uint8_t *out, uint8_t *tag, size_t tag_len,
		       const uint8_t *nonce, const uint8_t *aad, size_t aad_len, const uint8_t *in, size_t len,
		       const struct shape a)
{
	const int groups = groups_of(a);
	const size_t step = block_len(a);
	const size_t rest = len % step, aad_rest = aad_len % step,
		     piece = a.degree == WIDTH ? SIZE_MAX : PIECE_LEN / step;
	struct state st[4 / WIDTH]; /* one a group */
	for (int g = 0; g < groups; g++) {
		st[g] = init(key, nonce, g, a);
		st[g] = absorb_lanes(st[g], aad, aad_len / step, g, a);
		if (aad_rest > 0)
			st[g] = absorb_part(st[g], aad + (aad_len - aad_rest), aad_rest, g, a);
	}
	for (size_t n = len / step, n_now; n > 0; n -= n_now, in += n_now * step, out += n_now * step) {
		n_now = n < piece ? n : piece;
		for (int g = 0; g < groups; g++)
			st[g] = crypt_lanes(direction, st[g], out, in, n_now, g, a);
	}
	struct tag_halves sum = no_halves();
	for (int g = 0; g < groups; g++) {
		if (rest > 0)
			st[g] = crypt_part(direction, st[g], out, in, rest, g, a);
		sum = add_tag_halves(sum, finish_lanes(st[g], tag_len, aad_len, len, a));
	}
	store_tag(tag, tag_len, sum);
}

/* --- parts of messages */

LANE_INLINE struct state load_state(const struct aegis_state *state, const int group, const struct shape a)
{
	struct state st = {.s = {zero()}};
	LANE_UNROLL
	for (int i = 0; i < a.n_rows; i++)
		st.s[i] = load(state->row[i] + offset_of(group));
	return st;
}

LANE_INLINE void store_state(struct aegis_state *state, struct state st, const int group, const struct shape a)
{
	st = settle(st, a);
	LANE_UNROLL
	for (int i = 0; i < a.n_rows; i++)
		store(state->row[i] + offset_of(group), st.s[i]);
}

LANE_INLINE void start(struct aegis_state *state, const uint8_t *key, const uint8_t *nonce, const struct shape a)
{
	for (int g = 0, groups = groups_of(a); g < groups; g++)
		store_state(state, init(key, nonce, g, a), g, a);
}

LANE_INLINE void absorb(struct aegis_state *state, const uint8_t *in, size_t n_blocks, const struct shape a)
{
	for (int g = 0, groups = groups_of(a); g < groups; g++) {
		const struct state st = load_state(state, g, a);
		store_state(state, absorb_lanes(st, in, n_blocks, g, a), g, a);
	}
}

LANE_INLINE void crypt_blocks(enum direction direction, struct aegis_state *state, uint8_t *out, const uint8_t *in,
			      size_t n_blocks, const struct shape a)
{
	for (int g = 0, groups = groups_of(a); g < groups; g++) {
		const struct state st = load_state(state, g, a);
		store_state(state, crypt_lanes(direction, st, out, in, n_blocks, g, a), g, a);
	}
}

LANE_INLINE void keystream(const struct aegis_state *state, uint8_t *z, const struct shape a)
{
	for (int g = 0, groups = groups_of(a); g < groups; g++) {
		const struct state st = load_state(state, g, a);
		store(z + offset_of(g), crypt_row(st, zero(), 0, a));
		if (a.n_rows == 8)
			store(z + offset_of(g) + 16 * a.degree, crypt_row(st, zero(), 1, a));
	}
}

LANE_INLINE void finish(const struct aegis_state *state, uint8_t *tag, size_t tag_len, uint64_t aad_len, uint64_t len,
			const struct shape a)
{
	struct tag_halves sum = no_halves();
	for (int g = 0, groups = groups_of(a); g < groups; g++) {
		sum = add_tag_halves(sum, finish_lanes(load_state(state, g, a), tag_len, aad_len, len, a));
	}
	store_tag(tag, tag_len, sum);
}
