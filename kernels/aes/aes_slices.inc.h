/* SPDX-License-Identifier: MIT */
/*
 * What bitsliced AES does to slices, of any width and wherever in a slice a byte has its bit: q[b] holds bit b of each
 * byte. Before including, define the type aes_slice, an integer or a vector of integers, and
 * AES_SLICES_INLINE, how hard the S-box is to be inlined.
 */

/* The S-box as the circuit of Boyar and Peralta, "A new combinational logic
 * minimization technique with applications to cryptology" (SEA 2010), with its
 * names; x0 and s0 are the most significant bits. */
AES_SLICES_INLINE void aes_sub_bytes(aes_slice q[8])
{
	const aes_slice x0 = q[7], x1 = q[6], x2 = q[5], x3 = q[4], x4 = q[3], x5 = q[2], x6 = q[1], x7 = q[0];

	/* linear: into the tower field */
	const aes_slice y14 = x3 ^ x5, y13 = x0 ^ x6, y9 = x0 ^ x3, y8 = x0 ^ x5, t0 = x1 ^ x2;
	const aes_slice y1 = t0 ^ x7, y4 = y1 ^ x3, y12 = y13 ^ y14, y2 = y1 ^ x0, y5 = y1 ^ x6, y3 = y5 ^ y8;
	const aes_slice t1 = x4 ^ y12, y15 = t1 ^ x5, y20 = t1 ^ x1, y6 = y15 ^ x7, y10 = y15 ^ t0, y11 = y20 ^ y9;
	const aes_slice y7 = x7 ^ y11, y17 = y10 ^ y11, y19 = y10 ^ y8, y16 = t0 ^ y11, y21 = y13 ^ y16, y18 = x0 ^ y16;

	/* inversion in GF(2^4)^2 */
	const aes_slice t2 = y12 & y15, t3 = y3 & y6, t4 = t3 ^ t2, t5 = y4 & x7, t6 = t5 ^ t2, t7 = y13 & y16;
	const aes_slice t8 = y5 & y1, t9 = t8 ^ t7, t10 = y2 & y7, t11 = t10 ^ t7, t12 = y9 & y11, t13 = y14 & y17;
	const aes_slice t14 = t13 ^ t12, t15 = y8 & y10, t16 = t15 ^ t12, t17 = t4 ^ t14, t18 = t6 ^ t16;
	const aes_slice t19 = t9 ^ t14, t20 = t11 ^ t16, t21 = t17 ^ y20, t22 = t18 ^ y19, t23 = t19 ^ y21;
	const aes_slice t24 = t20 ^ y18, t25 = t21 ^ t22, t26 = t21 & t23, t27 = t24 ^ t26, t28 = t25 & t27;
	const aes_slice t29 = t28 ^ t22, t30 = t23 ^ t24, t31 = t22 ^ t26, t32 = t31 & t30, t33 = t32 ^ t24;
	const aes_slice t34 = t23 ^ t33, t35 = t27 ^ t33, t36 = t24 & t35, t37 = t36 ^ t34, t38 = t27 ^ t36;
	const aes_slice t39 = t29 & t38, t40 = t25 ^ t39, t41 = t40 ^ t37, t42 = t29 ^ t33, t43 = t29 ^ t40;
	const aes_slice t44 = t33 ^ t37, t45 = t42 ^ t41;
	const aes_slice z0 = t44 & y15, z1 = t37 & y6, z2 = t33 & x7, z3 = t43 & y16, z4 = t40 & y1, z5 = t29 & y7;
	const aes_slice z6 = t42 & y11, z7 = t45 & y17, z8 = t41 & y10, z9 = t44 & y12, z10 = t37 & y3, z11 = t33 & y4;
	const aes_slice z12 = t43 & y13, z13 = t40 & y5, z14 = t29 & y2, z15 = t42 & y9, z16 = t45 & y14,
			z17 = t41 & y8;

	/* linear: back, with the affine map */
	const aes_slice t46 = z15 ^ z16, t47 = z10 ^ z11, t48 = z5 ^ z13, t49 = z9 ^ z10, t50 = z2 ^ z12, t51 = z2 ^ z5;
	const aes_slice t52 = z7 ^ z8, t53 = z0 ^ z3, t54 = z6 ^ z7, t55 = z16 ^ z17, t56 = z12 ^ t48, t57 = t50 ^ t53;
	const aes_slice t58 = z4 ^ t46, t59 = z3 ^ t54, t60 = t46 ^ t57, t61 = z14 ^ t57, t62 = t52 ^ t58;
	const aes_slice t63 = t49 ^ t58, t64 = z4 ^ t59, t65 = t61 ^ t62, t66 = z1 ^ t63, t67 = t64 ^ t65;
	const aes_slice s3 = t53 ^ t66;
	q[7] = t59 ^ t63;
	q[6] = t64 ^ ~s3;
	q[5] = t55 ^ ~t67;
	q[4] = s3;
	q[3] = t51 ^ t66;
	q[2] = t47 ^ t65;
	q[1] = t56 ^ ~t62;
	q[0] = t48 ^ ~t60;
}

/* The inverse of the S-box's affine map. */
LANE_INLINE void aes_inverse_affine(aes_slice q[8])
{
	const aes_slice x0 = q[0], x1 = q[1], x2 = q[2], x3 = q[3], x4 = q[4], x5 = q[5], x6 = q[6], x7 = q[7];
	q[0] = ~(x2 ^ x5 ^ x7);
	q[1] = x3 ^ x6 ^ x0;
	q[2] = ~(x4 ^ x7 ^ x1);
	q[3] = x5 ^ x0 ^ x2;
	q[4] = x6 ^ x1 ^ x3;
	q[5] = x7 ^ x2 ^ x4;
	q[6] = x0 ^ x3 ^ x5;
	q[7] = x1 ^ x4 ^ x6;
}

/* S = A∘inversion, and inversion is its own inverse: S⁻¹ = inversion∘A⁻¹ = A⁻¹∘S∘A⁻¹ (as in BearSSL). */
AES_SLICES_INLINE void aes_inverse_sub_bytes(aes_slice q[8])
{
	aes_inverse_affine(q);
	aes_sub_bytes(q);
	aes_inverse_affine(q);
}

/* MixColumns: a_r becomes 2(a_r + a_r+1) + a_r+1 + a_r+2 + a_r+3, `sum` being what is doubled and `rest` the rest;
 * doubling moves slices up by one and folds the top one by x^8 = x^4 + x^3 + x + 1. */
LANE_INLINE void aes_double_and_add(aes_slice q[8], const aes_slice sum[8], const aes_slice rest[8])
{
	q[0] = sum[7] ^ rest[0];
	q[1] = sum[0] ^ sum[7] ^ rest[1];
	q[2] = sum[1] ^ rest[2];
	q[3] = sum[2] ^ sum[7] ^ rest[3];
	q[4] = sum[3] ^ sum[7] ^ rest[4];
	q[5] = sum[4] ^ rest[5];
	q[6] = sum[5] ^ rest[6];
	q[7] = sum[6] ^ rest[7];
}

/* The inverse matrix is that of MixColumns times (5 0 4 0): a_r becomes a_r + 4t before it, where t = a_r + a_r+2. */
LANE_INLINE void aes_add_four_times(aes_slice q[8], const aes_slice t[8])
{
	q[0] ^= t[6];
	q[1] ^= t[6] ^ t[7];
	q[2] ^= t[0] ^ t[7];
	q[3] ^= t[1] ^ t[6];
	q[4] ^= t[2] ^ t[6] ^ t[7];
	q[5] ^= t[3] ^ t[7];
	q[6] ^= t[4];
	q[7] ^= t[5];
}
