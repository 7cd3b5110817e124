/* SPDX-License-Identifier: MIT */
#ifndef LANE_BENCH_ROOFLINE_H
#define LANE_BENCH_ROOFLINE_H

/*
 * What this core can issue: instructions of each class and vector width, alone
 * and in the mixtures that ciphers are made of, timed in streams without
 * dependences (how many a cycle) and in chains (latency), in core cycles. From
 * these figures roofline_limits.c derives what an algorithm can cost at best.
 */

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

enum roofline_width {
	WIDTH_SSE,    /* 128 bits, two-operand encoding */
	WIDTH_XMM,    /* 128 bits, VEX or EVEX */
	WIDTH_YMM,    /* 256 bits */
	WIDTH_ZMM,    /* 512 bits */
	WIDTH_NEON,   /* 128 bits */
	WIDTH_SCALAR, /* 64-bit integer registers */
	N_WIDTHS
};

enum roofline_op {
	OP_AES, /* one round; arm64: AESE with AESMC, which the last of ten rounds has not */
	OP_CLMUL,
	OP_ADD,
	OP_XOR,
	OP_LOGIC3, /* any function of three operands; arm64: EOR3 */
	OP_SHIFT,
	OP_ROTATE,
	OP_SHUFFLE, /* of bytes */
	OP_UNPACK,
	OP_PERMUTE, /* across 128-bit lanes */
	OP_MUL32,   /* 32×32 → 64 bits */
	OP_IFMA,    /* 52-bit multiply-add */
	OP_MUL64,   /* 64×64 → 128 bits; arm64: MUL with UMULH */
	OP_LOAD,    /* from the first cache */
	OP_STORE,
	/* Mixtures; the cost is that of the whole. */
	MIX_COPY,         /* 1 load, 1 store */
	MIX_AES_XOR,      /* 1 AES round, 1 xor */
	MIX_AES_CLMUL,    /* 5 AES rounds, 1 multiply: no more multiplies than any AES-GCM has */
	MIX_QUARTER,      /* a quarter round of ChaCha20: 4 additions, 4 xors, 4 rotations as this width does them */
	MIX_QUARTER_IFMA, /* that and 1 multiply-add */
	MIX_CHACHA,   /* an eighth of ChaCha20 on 16 vectors: 10 quarter rounds, 2 additions, 2 xors, and an eighth of
			 the transposition: 4, 6 or 8 unpacks (128, 256, 512 bits) */
	MIX_IFMA_ADD, /* 1 multiply-add, 1 addition */
	N_OPS
};

/* How to measure one of them: roofline_x86.c, roofline_arm64.c. */
struct roofline_probe {
	enum roofline_op op;
	enum roofline_width width;
	const char *instructions; /* "vaesenc"; "5 vaesenc, 1 vpclmulqdq" */
	uint64_t needs;           /* LANE_CPU_… */
	unsigned n_side_by_side;  /* operations (mixtures) in a pass of `stream` … */
	unsigned n_in_row;        /* … and of `chain` */
	void (*stream)(uint64_t n_passes);
	void (*chain)(uint64_t n_passes); /* NULL: latency means nothing */
};

const struct roofline_probe *roofline_probes(size_t *n);

/* Cycles for each operation; 0 where this CPU has it not, or nobody asked. */
struct roofline {
	struct {
		double cycles, latency;
	} cost[N_OPS][N_WIDTHS];
};

/* Measures all probes that this CPU has, `rounds` times each, and keeps the
 * first quartile of the timings that no neighbour disturbed. 15 rounds take a
 * third of a second. */
void roofline_measure(struct roofline *roofline, unsigned rounds);

/* Of this process, measured once. */
const struct roofline *roofline_here(void);

const char *roofline_width_name(enum roofline_width width);
const char *roofline_op_name(enum roofline_op op);

/* Instructions with their figures, and the limits derived from them: what result
 * sets keep as context.roofline. */
json_t *roofline_json(const struct roofline *roofline);

#endif
