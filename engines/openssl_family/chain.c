// SPDX-License-Identifier: MIT
// Certificate chains of three: root, intermediate, leaf (RFC 5280).

#include <limits.h>
#include <stdio.h>

#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "tls.h"

enum { level_root, level_intermediate, level_leaf, n_levels };

static const char *const level_names[n_levels] = {"root", "intermediate", "leaf"};

struct making {
	struct lane_engine_object *engine;
	const struct lane_engine_chain_input *input;
	enum lane_key_type type;
	EVP_PKEY *keys[n_levels];
	X509 *certificates[n_levels];
};

static int random_bytes(struct lane_engine_object *engine, uint8_t *out, size_t len)
{
#if LANE_BORING
	(void)engine;
	return RAND_bytes(out, len) == 1;
#else
	return RAND_bytes_ex(engine->lib, out, len, 0) == 1;
#endif
}

static int add_extension(X509 *certificate, X509V3_CTX *context, int nid, const char *value)
{
	X509_EXTENSION *const extension = X509V3_EXT_nconf_nid(NULL, context, nid, value);
	const int ok = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return ok;
}

static int add_extensions(const struct making *m, int level)
{
	X509 *const certificate = m->certificates[level];
	X509V3_CTX context;
	X509V3_set_ctx(&context, m->certificates[level == level_root ? level_root : level - 1], certificate, NULL, NULL,
		       0);
#define ADD(nid, value) add_extension(certificate, &context, nid, value)
	if (!ADD(NID_subject_key_identifier, "hash") ||
	    (level != level_root && !ADD(NID_authority_key_identifier, "keyid:always")))
		return 0;
	if (level != level_leaf)
		return ADD(NID_basic_constraints,
			   level == level_root ? "critical,CA:TRUE" : "critical,CA:TRUE,pathlen:0") &&
		       ADD(NID_key_usage, "critical,keyCertSign,cRLSign");
	// Encipherment is what TLS 1.2's RSA key transport does with the key.
	const int rsa = EVP_PKEY_id(m->keys[level]) == EVP_PKEY_RSA;
	char name[256];
	snprintf(name, sizeof name, "DNS:%s", m->input->host_name);
	return ADD(NID_basic_constraints, "critical,CA:FALSE") &&
	       ADD(NID_key_usage, rsa ? "critical,digitalSignature,keyEncipherment" : "critical,digitalSignature") &&
	       ADD(NID_ext_key_usage, m->input->client ? "clientAuth" : "serverAuth") &&
	       ADD(NID_subject_alt_name, name);
#undef ADD
}

static int set_name(X509_NAME *name, const char *text)
{
	return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const uint8_t *)text, -1, -1, 0) == 1;
}

static int fill(const struct making *m, int level)
{
	X509 *const certificate = m->certificates[level];
	X509 *const issuer = m->certificates[level == level_root ? level_root : level - 1];
	EVP_PKEY *const signer = m->keys[level == level_root ? level_root : level - 1];
	const EVP_MD *const digest = m->type == LANE_KEY_ED25519 ? NULL
				     : m->type == LANE_KEY_P384  ? EVP_sha384()
								 : EVP_sha256();
	char name[64];
	uint64_t serial;
	if (!random_bytes(m->engine, (uint8_t *)&serial, sizeof serial))
		return 0;
	snprintf(name, sizeof name, "lanecrypt %s %s", m->input->key_type, level_names[level]);
	return X509_set_version(certificate, 2) == 1 && // counted from 0
	       ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1 | 1) == 1 &&
	       set_name(X509_get_subject_name(certificate), name) &&
	       X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
	       ASN1_TIME_set(X509_getm_notBefore(certificate), m->input->not_before) &&
	       ASN1_TIME_set(X509_getm_notAfter(certificate), m->input->not_after) &&
	       X509_set_pubkey(certificate, m->keys[level]) == 1 && add_extensions(m, level) &&
	       X509_sign(certificate, signer, digest) > 0;
}

// 1 or 0, with the reason recorded.
static int make(struct making *m, int level)
{
	const struct lane_engine_der *const given = &m->input->private_keys[level];
	m->keys[level] = given->len ? lane_private_key(m->engine, given->data, given->len)
				    : lane_generate_key(m->engine, m->type);
	if (!m->keys[level])
		return 0;
	if (!lane_key_has_type(m->keys[level], m->type)) {
		lane_unsupported(m->engine, "a given key is of another type");
		return 0;
	}
	m->certificates[level] = lane_certificate_new(m->engine);
	if (!m->certificates[level] || !fill(m, level)) {
		lane_fail(m->engine, "making a certificate");
		return 0;
	}
	return 1;
}

static int write_certificate(X509 *certificate, uint8_t *der, size_t cap, size_t *der_len)
{
	const int len = i2d_X509(certificate, NULL);
	*der_len = len > 0 ? (size_t)len : 0;
	return len > 0 && (size_t)len <= cap && i2d_X509(certificate, &der) == len;
}

// The name goes into a list of alternative names as text, so commas and colons must not be in it.
static int is_host_name(const char *name)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.*_";
	const size_t len = name ? strspn(name, allowed) : 0;
	return len > 0 && len < 250 && name[len] == '\0';
}

int lane_chain_make(struct lane_engine_object *engine, const struct lane_engine_chain_input *input,
		    struct lane_engine_chain *chain)
{
	struct making m = {.engine = engine, .input = input, .type = lane_key_type_named(input->key_type)};
	if (m.type >= LANE_KEY_X25519)
		return lane_unsupported(engine, "certificates with this type of key are not offered");
	if (!is_host_name(input->host_name))
		return lane_unsupported(engine, "the host name is not a DNS name");

	int result = LANE_ENGINE_FAILED;
	if (make(&m, level_root) && make(&m, level_intermediate) && make(&m, level_leaf)) {
		const int ok = write_certificate(m.certificates[level_root], chain->root.data, chain->root.cap,
						 &chain->root.len) &&
			       write_certificate(m.certificates[level_intermediate], chain->intermediate.data,
						 chain->intermediate.cap, &chain->intermediate.len) &&
			       write_certificate(m.certificates[level_leaf], chain->leaf.data, chain->leaf.cap,
						 &chain->leaf.len) &&
			       lane_write_private_key(m.keys[level_leaf], chain->leaf_private_key.data,
						      chain->leaf_private_key.cap, &chain->leaf_private_key.len);
		result = ok ? LANE_ENGINE_OK : lane_fail(engine, "writing a chain");
	}
	for (int level = 0; level < n_levels; level++) {
		EVP_PKEY_free(m.keys[level]);
		X509_free(m.certificates[level]);
	}
	return result;
}

int lane_certificate_decode(struct lane_engine_object *engine, const uint8_t *der, size_t der_len)
{
	X509 *certificate = der_len <= LONG_MAX ? lane_certificate_new(engine) : NULL;
	EVP_PKEY *key = NULL;
	// A check for no purpose decodes the extensions.
	const int ok = certificate && d2i_X509(&certificate, &der, (long)der_len) &&
		       (key = X509_get_pubkey(certificate)) && X509_check_purpose(certificate, -1, 0) == 1;
	EVP_PKEY_free(key);
	X509_free(certificate);
	return ok ? LANE_ENGINE_OK : lane_fail(engine, "decoding a certificate");
}
