// SPDX-License-Identifier: MIT
// Identities and pinned configurations of wolfSSL's TLS. Debian's build has no RSA key transport.

#include "wolfssl_tls.h"

#include <wolfssl/wolfcrypt/asn.h>
#include <wolfssl/wolfcrypt/dh.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/error-crypt.h>

// ---- Names ----

static const struct {
	const char *name, *library_name; // IANA's, wolfSSL's
} suites[] = {
	{"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "ECDHE-RSA-AES128-GCM-SHA256"},
	{"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "ECDHE-RSA-AES256-GCM-SHA384"},
	{"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-RSA-CHACHA20-POLY1305"},
	{"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "ECDHE-ECDSA-AES128-GCM-SHA256"},
	{"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "ECDHE-ECDSA-AES256-GCM-SHA384"},
	{"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "ECDHE-ECDSA-CHACHA20-POLY1305"},
	{"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256", "DHE-RSA-AES128-GCM-SHA256"},
	{"TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "DHE-RSA-AES256-GCM-SHA384"},
	{"TLS_AES_128_GCM_SHA256", "TLS13-AES128-GCM-SHA256"},
	{"TLS_AES_256_GCM_SHA384", "TLS13-AES256-GCM-SHA384"},
	{"TLS_CHACHA20_POLY1305_SHA256", "TLS13-CHACHA20-POLY1305-SHA256"},
};

static const struct {
	const char *name, *library_name;
	int id;
} groups[] = {{"X25519", "X25519", WOLFSSL_ECC_X25519},
	      {"P-256", "SECP256R1", WOLFSSL_ECC_SECP256R1},
	      {"P-384", "SECP384R1", WOLFSSL_ECC_SECP384R1}};

static const struct {
	const char *name, *library_name;
} signatures[] = {
	{"rsa_pkcs1_sha256", "RSA+SHA256"},
	{"rsa_pss_rsae_sha256", "RSA-PSS+SHA256"},
	{"ecdsa_secp256r1_sha256", "ECDSA+SHA256"},
	{"ecdsa_secp384r1_sha384", "ECDSA+SHA384"},
	{"ed25519", "ED25519"},
};

const char wolfssl_tls_suites[] =
	"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,"
	"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,"
	"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,"
	"TLS_DHE_RSA_WITH_AES_128_GCM_SHA256,TLS_DHE_RSA_WITH_AES_256_GCM_SHA384,"
	"TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384,TLS_CHACHA20_POLY1305_SHA256";
const char wolfssl_tls_groups[] = "X25519,P-256,P-384";
const char wolfssl_tls_signatures[] = "rsa_pkcs1_sha256,rsa_pss_rsae_sha256,ecdsa_secp256r1_sha256,"
				      "ecdsa_secp384r1_sha384,ed25519";

enum {
	n_suites = sizeof suites / sizeof suites[0],
	n_groups = sizeof groups / sizeof groups[0],
	n_signatures = sizeof signatures / sizeof signatures[0]
};

static const char *library_suite(const char *name)
{
	for (size_t i = 0; name && i < n_suites; i++)
		if (strcmp(suites[i].name, name) == 0)
			return suites[i].library_name;
	return NULL;
}

static int group_id(const char *name)
{
	for (size_t i = 0; i < n_groups; i++)
		if (strcmp(groups[i].name, name) == 0)
			return groups[i].id;
	return 0;
}

const char *wolfssl_group_called(const char *curve)
{
	for (size_t i = 0; curve && i < n_groups; i++)
		if (strcmp(groups[i].library_name, curve) == 0)
			return groups[i].name;
	return NULL;
}

// The index of a signature; n_signatures where there is none of that name.
static size_t signature_at(const char *name)
{
	size_t i = 0;
	while (i < n_signatures && strcmp(signatures[i].name, name) != 0)
		i++;
	return i;
}

// ---- Identities ----

void wolfssl_identity_free(void *p)
{
	struct wolfssl_identity *const identity = p;
	if (!identity)
		return;
	adaptor_free(identity->key, (size_t)identity->key_len);
	free(identity->chain);
	free(identity);
}

// The library takes certificates as bytes, for each context anew: their copies are all that an identity is.
int wolfssl_identity_new(struct lane_engine_object *engine, const struct lane_engine_identity_input *input, void **out)
{
	size_t chain_len = 0;
	*out = NULL;
	if (input->n_certificates == 0 || input->n_certificates > wolfssl_max_chain)
		return LANE_ENGINE_UNSUPPORTED;
	for (uint32_t i = 0; i < input->n_certificates; i++) {
		if (input->certificates[i].len > wolfssl_max_len / wolfssl_max_chain)
			return LANE_ENGINE_UNSUPPORTED;
		chain_len += input->certificates[i].len;
	}
	if (input->private_key.len > wolfssl_max_len)
		return LANE_ENGINE_UNSUPPORTED;
	struct wolfssl_identity *const identity = adaptor_alloc(engine, sizeof *identity);
	if (!identity)
		return LANE_ENGINE_FAILED;
	identity->chain = adaptor_alloc(engine, chain_len);
	identity->key = adaptor_alloc(engine, input->private_key.len);
	if (!identity->chain || !identity->key) {
		wolfssl_identity_free(identity);
		return LANE_ENGINE_FAILED;
	}
	for (uint32_t i = 0; i < input->n_certificates; i++) {
		memcpy(identity->chain + identity->chain_len, input->certificates[i].data, input->certificates[i].len);
		identity->chain_len += (long)input->certificates[i].len;
	}
	memcpy(identity->key, input->private_key.data, input->private_key.len);
	identity->key_len = (long)input->private_key.len;
	*out = identity;
	return LANE_ENGINE_OK;
}

static int use_identity(WOLFSSL_CTX *ctx, const struct wolfssl_identity *identity)
{
	return wolfSSL_CTX_use_certificate_chain_buffer_format(ctx, identity->chain, identity->chain_len,
							       WOLFSSL_FILETYPE_ASN1) == WOLFSSL_SUCCESS &&
	       wolfSSL_CTX_use_PrivateKey_buffer(ctx, identity->key, identity->key_len, WOLFSSL_FILETYPE_ASN1) ==
		       WOLFSSL_SUCCESS;
}

// ---- Configurations ----

void wolfssl_config_free(void *p)
{
	struct wolfssl_config *const config = p;
	if (!config)
		return;
	wolfSSL_SESSION_free(config->session);
	adaptor_free(config->session_bytes, config->session_len);
	wolfSSL_CTX_free(config->ctx);
	free(config);
}

static WOLFSSL_CTX *context_new(const struct wolfssl_config *config)
{
	if (config->side == LANE_ENGINE_CLIENT)
		return wolfSSL_CTX_new(config->tls13 ? wolfTLSv1_3_client_method() : wolfTLSv1_2_client_method());
	return wolfSSL_CTX_new(config->tls13 ? wolfTLSv1_3_server_method() : wolfTLSv1_2_server_method());
}

static int set_resumption(const struct wolfssl_config *config)
{
	WOLFSSL_CTX *const ctx = config->ctx;
	const int tickets =
		config->resume == LANE_ENGINE_TLS_RESUME_TICKET || config->resume == LANE_ENGINE_TLS_RESUME_PSK_KE;
	if (config->resume == LANE_ENGINE_TLS_RESUME_NONE)
		wolfSSL_CTX_set_session_cache_mode(ctx, WOLFSSL_SESS_CACHE_OFF);
	if (config->resume == LANE_ENGINE_TLS_RESUME_PSK_KE && wolfSSL_CTX_no_dhe_psk(ctx) != 0)
		return 0;
	if (!tickets && config->side == LANE_ENGINE_SERVER)
		return config->tls13 ? wolfSSL_CTX_no_ticket_TLSv13(ctx) == 0
				     : wolfSSL_CTX_NoTicketTLSv12(ctx) == WOLFSSL_SUCCESS;
	if (tickets && config->side == LANE_ENGINE_CLIENT)
		return wolfSSL_CTX_UseSessionTicket(ctx) == WOLFSSL_SUCCESS;
	return 1;
}

// REFUSED for a trust anchor that is not valid today: wolfSSL looks at its dates here and never again.
static int set_verification(struct wolfssl_config *config, const struct lane_engine_tls_input *input)
{
	wolfSSL_CTX_set_verify(config->ctx, WOLFSSL_VERIFY_PEER | WOLFSSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
	config->verifies = 1;
	if (input->root.len > wolfssl_max_len)
		return LANE_ENGINE_FAILED;
	const int answer = wolfSSL_CTX_load_verify_buffer(config->ctx, input->root.data, (long)input->root.len,
							  WOLFSSL_FILETYPE_ASN1);
	if (answer == WOLFSSL_SUCCESS)
		return LANE_ENGINE_OK;
	return answer == ASN_AFTER_DATE_E || answer == ASN_BEFORE_DATE_E ? LANE_ENGINE_REFUSED : LANE_ENGINE_FAILED;
}

// The prime of RFC 7919's ffdhe2048; nothing shorter is taken.
static int set_finite_field(WOLFSSL_CTX *ctx)
{
	const DhParams *const dh = wc_Dh_ffdhe2048_Get();
	return wolfSSL_CTX_SetMinDhKey_Sz(ctx, 2048) == WOLFSSL_SUCCESS &&
	       wolfSSL_CTX_SetTmpDH(ctx, dh->p, (int)dh->p_len, dh->g, (int)dh->g_len) == WOLFSSL_SUCCESS;
}

// Exactly one group; but other libraries' servers want the curve of an ECDSA certificate of TLS 1.2 in the same list,
// so those follow at the end of it.
static int set_groups(const struct wolfssl_config *config, int ecdsa12)
{
	int group = config->group;
	// A client that names no group of RFC 7919 has the server take a longer one than it was told to.
	if (!group)
		return config->side == LANE_ENGINE_CLIENT
			       ? wolfSSL_CTX_UseSupportedCurve(config->ctx, WOLFSSL_FFDHE_2048) == WOLFSSL_SUCCESS
			       : set_finite_field(config->ctx);
	if (config->tls13 && wolfSSL_CTX_set_groups(config->ctx, &group, 1) != WOLFSSL_SUCCESS)
		return 0;
	if (wolfSSL_CTX_UseSupportedCurve(config->ctx, (word16)group) != WOLFSSL_SUCCESS)
		return 0;
	return !ecdsa12 || (wolfSSL_CTX_UseSupportedCurve(config->ctx, WOLFSSL_ECC_SECP256R1) == WOLFSSL_SUCCESS &&
			    wolfSSL_CTX_UseSupportedCurve(config->ctx, WOLFSSL_ECC_SECP384R1) == WOLFSSL_SUCCESS);
}

static int set_up(struct wolfssl_config *config, const struct lane_engine_tls_input *input)
{
	WOLFSSL_CTX *const ctx = config->ctx;
	wolfSSL_CTX_SetIORecv(ctx, wolfssl_receive);
	wolfSSL_CTX_SetIOSend(ctx, wolfssl_send);
	wolfSSL_CTX_set_quiet_shutdown(ctx, 1);
	if (wolfSSL_CTX_set_cipher_list(ctx, library_suite(input->suite)) != WOLFSSL_SUCCESS ||
	    wolfSSL_CTX_set_group_messages(ctx) != WOLFSSL_SUCCESS)
		return 0;
	if (input->signature &&
	    wolfSSL_CTX_set1_sigalgs_list(ctx, signatures[signature_at(input->signature)].library_name) !=
		    WOLFSSL_SUCCESS)
		return 0;
	return set_groups(config, strstr(input->suite, "ECDSA") != NULL) && set_resumption(config) &&
	       (!input->identity || use_identity(ctx, input->identity));
}

// What is not offered, or NULL.
static const char *unsupported(const struct lane_engine_tls_input *input)
{
	const int tls13 = input->version == LANE_ENGINE_TLS13;
	if (input->version != LANE_ENGINE_TLS12 && !tls13)
		return "this version of TLS is not offered";
	if (!library_suite(input->suite) || tls13 == !!strstr(input->suite, "_WITH_"))
		return "this suite is not offered";
	if (input->group ? !group_id(input->group) : tls13)
		return "this group is not offered";
	if (input->signature && signature_at(input->signature) == n_signatures)
		return "this signature is not offered";
	if (input->resume == LANE_ENGINE_TLS_RESUME_SESSION_ID && tls13)
		return "TLS 1.3 resumes by tickets only";
	if (input->resume > LANE_ENGINE_TLS_RESUME_PSK_KE || (input->resume == LANE_ENGINE_TLS_RESUME_PSK_KE && !tls13))
		return "this kind of resumption is not offered";
	if (input->side == LANE_ENGINE_CLIENT && (!input->host_name || strlen(input->host_name) > 255))
		return "a client needs the name of its server";
	if ((input->side == LANE_ENGINE_CLIENT || input->client_auth) && input->root.len == 0)
		return "verification needs a root certificate";
	if (input->side == LANE_ENGINE_SERVER && !input->identity)
		return "a server needs an identity";
	if (input->message)
		return "this library shows no messages";
	return NULL;
}

int wolfssl_config_new(struct lane_engine_object *engine, const struct lane_engine_tls_input *input, void **out)
{
	*out = NULL;
	const char *const why = unsupported(input);
	if (why) {
		engine->error = why;
		return LANE_ENGINE_UNSUPPORTED;
	}
	struct wolfssl_config *const config = adaptor_alloc(engine, sizeof *config);
	if (!config)
		return LANE_ENGINE_FAILED;
#ifdef FP_ECC
	// The library keeps tables of 16 points. Connections find those of their own chains, as with a server that is
	// met again and again, whatever other keys were met before: a client takes twice as long without.
	wc_ecc_fp_free();
#endif
	config->engine = engine;
	config->side = (int)input->side;
	config->tls13 = input->version == LANE_ENGINE_TLS13;
	config->resume = input->resume;
	config->group = input->group ? group_id(input->group) : 0;
	config->signature = input->signature ? signatures[signature_at(input->signature)].name : "";
	if (input->side == LANE_ENGINE_CLIENT)
		snprintf(config->host_name, sizeof config->host_name, "%s", input->host_name);
	config->ctx = context_new(config);
	int status = config->ctx && set_up(config, input) ? LANE_ENGINE_OK : LANE_ENGINE_FAILED;
	if (status == LANE_ENGINE_OK && (config->side == LANE_ENGINE_CLIENT || input->client_auth))
		status = set_verification(config, input);
	if (status == LANE_ENGINE_OK) {
		*out = config;
		return status;
	}
	wolfssl_config_free(config);
	engine->error = status == LANE_ENGINE_REFUSED ? "the root certificate is not valid at this time"
						      : "configuring TLS failed";
	return status;
}

int wolfssl_certificate_decode(struct lane_engine_object *engine, const uint8_t *der, size_t der_len)
{
	DecodedCert certificate;
	if (der_len > wolfssl_max_len)
		return adaptor_failed(engine, "decoding a certificate failed");
	wc_InitDecodedCert(&certificate, der, (word32)der_len, NULL);
	const int answer = wc_ParseCert(&certificate, CERT_TYPE, NO_VERIFY, NULL);
	wc_FreeDecodedCert(&certificate);
	return wolfssl_status(engine, answer, "decoding a certificate failed");
}
