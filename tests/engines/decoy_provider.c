// SPDX-License-Identifier: MIT
// An OpenSSL provider that gets in the way of all who let it: whatever algorithm is fetched from it, it says so in the
// file that LANE_DECOY_LOG names, and then has nothing.

#include <stdio.h>
#include <stdlib.h>

#include <openssl/core.h>
#include <openssl/core_dispatch.h>

static void note(const char *what)
{
	const char *path = getenv("LANE_DECOY_LOG");
	FILE *log = path ? fopen(path, "a") : NULL;
	if (log) {
		fprintf(log, "%s\n", what);
		fclose(log);
	}
}

static const OSSL_ALGORITHM *query(void *context, int operation, int *no_cache)
{
	(void)context, (void)operation;
	*no_cache = 1;
	note("asked");
	return NULL;
}

static const OSSL_DISPATCH functions[] = {{OSSL_FUNC_PROVIDER_QUERY_OPERATION, (void (*)(void))query}, {0, NULL}};

OSSL_provider_init_fn OSSL_provider_init;

int OSSL_provider_init(const OSSL_CORE_HANDLE *handle, const OSSL_DISPATCH *in, const OSSL_DISPATCH **out,
		       void **context)
{
	(void)handle, (void)in;
	*out = functions;
	*context = NULL;
	note("loaded");
	return 1;
}
