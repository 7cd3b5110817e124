/* SPDX-License-Identifier: MIT */
#ifndef LANECRYPT_LANECRYPT_H
#define LANECRYPT_LANECRYPT_H

/* All of liblanecrypt; each header also stands alone. */

#include <lanecrypt/aegis.h>
#include <lanecrypt/aes_cbc.h>
#include <lanecrypt/aes_ccm.h>
#include <lanecrypt/aes_ctr.h>
#include <lanecrypt/aes_gcm.h>
#include <lanecrypt/aes_gcm_siv.h>
#include <lanecrypt/aes_xts.h>
#include <lanecrypt/chacha20.h>
#include <lanecrypt/chacha20_poly1305.h>
#include <lanecrypt/common.h>
#include <lanecrypt/kernel.h>
#include <lanecrypt/primitives.h>
#include <lanecrypt/xchacha20_poly1305.h>

#endif
