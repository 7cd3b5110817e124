// SPDX-License-Identifier: MIT
// provider: whether OpenSSL programs take their ciphers from ours, and the configuration that makes them.
//
// libcrypto itself is asked: a child loads it, with the configuration in question, and fetches. The command links none.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "seal_output.h"
#include "table.h"

static const char module_name[] = "lanecrypt.so", backup_suffix[] = ".before-lanecrypt";

static const char *const ciphers[] = {"AES-128-GCM", "AES-192-GCM", "AES-256-GCM",      "AES-128-CCM", "AES-192-CCM",
				      "AES-256-CCM", "AES-128-CTR", "AES-192-CTR",      "AES-256-CTR", "AES-128-XTS",
				      "AES-256-XTS", "ChaCha20",    "ChaCha20-Poly1305"};
enum { n_ciphers = sizeof(ciphers) / sizeof(ciphers[0]), max_text = 512 };

// ---- In the child ----

// What is used of libcrypto 3, by the types of its headers.
static struct {
	int (*OPENSSL_init_crypto)(uint64_t, const void *);
	void *(*EVP_CIPHER_fetch)(void *, const char *, const char *);
	const void *(*EVP_CIPHER_get0_provider)(const void *);
	void *(*EVP_MD_fetch)(void *, const char *, const char *);
	const char *(*OSSL_PROVIDER_get0_name)(const void *);
	int (*OSSL_PROVIDER_available)(void *, const char *);
	void *(*OSSL_LIB_CTX_new)(void);
	int (*OSSL_LIB_CTX_load_config)(void *, const char *);
	char *(*CONF_get1_default_config_file)(void);
	unsigned long (*ERR_peek_last_error)(void);
	unsigned long (*ERR_get_error_all)(const char **, int *, const char **, const char **, int *);
	void (*ERR_error_string_n)(unsigned long, char *, size_t);
	void *(*NCONF_new)(void *);
	int (*NCONF_load)(void *, const char *, long *);
	char *(*NCONF_get_string)(const void *, const char *, const char *);
	void *(*NCONF_get_section)(const void *, const char *);
	int (*OPENSSL_sk_num)(const void *);
	void *(*OPENSSL_sk_value)(const void *, int);
	const char *(*OpenSSL_version)(int);
} crypto;

struct conf_value {
	char *section, *name, *value;
};

static int load_crypto(FILE *answer)
{
	static const struct {
		const char *name;
		void *function;
	} functions[] = {
#define FUNCTION(name) {#name, &crypto.name}
		FUNCTION(OPENSSL_init_crypto),
		FUNCTION(EVP_CIPHER_fetch),
		FUNCTION(EVP_CIPHER_get0_provider),
		FUNCTION(EVP_MD_fetch),
		FUNCTION(OSSL_PROVIDER_get0_name),
		FUNCTION(OSSL_PROVIDER_available),
		FUNCTION(OSSL_LIB_CTX_new),
		FUNCTION(OSSL_LIB_CTX_load_config),
		FUNCTION(CONF_get1_default_config_file),
		FUNCTION(ERR_peek_last_error),
		FUNCTION(ERR_get_error_all),
		FUNCTION(ERR_error_string_n),
		FUNCTION(NCONF_new),
		FUNCTION(NCONF_load),
		FUNCTION(NCONF_get_string),
		FUNCTION(NCONF_get_section),
		FUNCTION(OPENSSL_sk_num),
		FUNCTION(OPENSSL_sk_value),
		FUNCTION(OpenSSL_version),
#undef FUNCTION
	};
	void *library = dlopen("libcrypto.so.3", RTLD_NOW | RTLD_LOCAL);
	if (library == NULL) {
		fprintf(answer, "missing\t%s\n", dlerror());
		return 0;
	}
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		void *symbol = dlsym(library, functions[i].name);
		if (symbol == NULL) {
			fprintf(answer, "missing\tlibcrypto.so.3 has no %s\n", functions[i].name);
			return 0;
		}
		memcpy(functions[i].function, &symbol, sizeof(symbol));
	}
	return 1;
}

// The oldest error of the queue, with what was said about it: the cause of the others.
static void tell_error(FILE *answer, const char *what)
{
	char text[300] = "no reason given";
	const char *data = "";
	int flags = 0;
	const unsigned long error = crypto.ERR_get_error_all(NULL, NULL, NULL, &data, &flags);
	if (error != 0)
		crypto.ERR_error_string_n(error, text, sizeof(text));
	fprintf(answer, "trouble\t%s: %s%s%s\n", what, text, data[0] != '\0' ? ": " : "", data);
}

// Who serves what, as any program with this environment would find.
static void ask_status(FILE *answer)
{
	crypto.OPENSSL_init_crypto(0x40, NULL); // OPENSSL_INIT_LOAD_CONFIG
	char *file = crypto.CONF_get1_default_config_file();
	fprintf(answer, "library\t%s\n", crypto.OpenSSL_version(0));
	fprintf(answer, "config\t%s\n", file != NULL ? file : "none");
	for (size_t i = 0; i < n_ciphers; i++) {
		const void *cipher = crypto.EVP_CIPHER_fetch(NULL, ciphers[i], NULL);
		fprintf(answer, "cipher\t%s\t%s\n", ciphers[i],
			cipher != NULL ? crypto.OSSL_PROVIDER_get0_name(crypto.EVP_CIPHER_get0_provider(cipher))
				       : "nobody");
	}
	fprintf(answer, "loaded\t%s\n", crypto.OSSL_PROVIDER_available(NULL, "lanecrypt") ? "yes" : "no");
	fprintf(answer, "digests\t%s\n", crypto.EVP_MD_fetch(NULL, "SHA2-256", NULL) != NULL ? "yes" : "no");
	while (crypto.ERR_peek_last_error() != 0)
		crypto.ERR_get_error_all(NULL, NULL, NULL, NULL, NULL);
	if (file != NULL && access(file, R_OK) != 0)
		fprintf(answer, "trouble\t%s: %s\n", file, strerror(errno));
	else if (file != NULL && !crypto.OSSL_LIB_CTX_load_config(crypto.OSSL_LIB_CTX_new(), file))
		tell_error(answer, file);
}

static void tell_section(FILE *answer, const void *conf, const char *kind, const char *section)
{
	const void *values = section != NULL ? crypto.NCONF_get_section(conf, section) : NULL;
	for (int i = 0; values != NULL && i < crypto.OPENSSL_sk_num(values); i++) {
		const struct conf_value *value = crypto.OPENSSL_sk_value(values, i);
		fprintf(answer, "%s\t%s\t%s\n", kind, value->name, value->value);
	}
}

// What the system's configuration says of providers, algorithms and the rest.
static void ask_system(FILE *answer)
{
	long line = 0;
	unsetenv("OPENSSL_CONF");
	char *file = crypto.CONF_get1_default_config_file();
	if (file == NULL || access(file, R_OK) != 0)
		return;
	void *conf = crypto.NCONF_new(NULL);
	if (conf == NULL || crypto.NCONF_load(conf, file, &line) <= 0) {
		tell_error(answer, file);
		return;
	}
	fprintf(answer, "system\t%s\n", file);
	const char *init = crypto.NCONF_get_string(conf, NULL, "openssl_conf");
	if (init == NULL)
		return;
	tell_section(answer, conf, "init", init);
	tell_section(answer, conf, "provider", crypto.NCONF_get_string(conf, init, "providers"));
	tell_section(answer, conf, "algorithms", crypto.NCONF_get_string(conf, init, "alg_section"));
}

// ---- Its answers ----

struct answer_line {
	char kind[16], name[max_text], value[max_text];
};

struct answers {
	struct answer_line *lines;
	size_t n;
};

static void add_line(struct answers *answers, char *text)
{
	struct answer_line *grown = realloc(answers->lines, (answers->n + 1) * sizeof(*grown));
	result_must(grown);
	answers->lines = grown;
	struct answer_line *line = &answers->lines[answers->n++];
	text[strcspn(text, "\n")] = '\0';
	char *rest = text;
	snprintf(line->kind, sizeof(line->kind), "%s", strsep(&rest, "\t"));
	snprintf(line->name, sizeof(line->name), "%s", rest != NULL ? strsep(&rest, "\t") : "");
	snprintf(line->value, sizeof(line->value), "%s", rest != NULL ? rest : "");
}

// Runs `ask` in a child with OPENSSL_CONF as given (NULL: as it is). EXIT_FINE, or EXIT_CHECK after one line.
static int ask_child(void (*ask)(FILE *), const char *config, struct answers *answers)
{
	int ends[2], status;
	char text[2 * max_text + 32];
	fflush(NULL);
	if (pipe(ends) != 0)
		return usage_error("provider: %s", strerror(errno));
	const pid_t child = fork();
	if (child < 0)
		return usage_error("provider: %s", strerror(errno));
	if (child == 0) {
		FILE *answer = fdopen(ends[1], "w");
		close(ends[0]);
		if (config != NULL)
			setenv("OPENSSL_CONF", config, 1);
		if (answer != NULL && load_crypto(answer))
			ask(answer);
		_exit(answer == NULL || fclose(answer) != 0);
	}
	close(ends[1]);
	FILE *answer = fdopen(ends[0], "r");
	result_must(answer);
	while (fgets(text, sizeof(text), answer) != NULL)
		add_line(answers, text);
	fclose(answer);
	if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return EXIT_FINE;
	usage_error(
		"provider: OpenSSL ended the process that asked it, as it would end a program of this configuration");
	return EXIT_CHECK;
}

static const struct answer_line *find_line(const struct answers *answers, const char *kind)
{
	for (size_t i = 0; i < answers->n; i++)
		if (strcmp(answers->lines[i].kind, kind) == 0)
			return &answers->lines[i];
	return NULL;
}

static const char *told(const struct answers *answers, const char *kind)
{
	const struct answer_line *line = find_line(answers, kind);
	return line != NULL ? line->name : "";
}

// ---- status ----

static void show_ciphers(const struct answers *answers, int color)
{
	struct table *table = table_new("ll");
	table_heads(table, ":cipher|:provider");
	for (size_t i = 0; i < answers->n; i++)
		if (strcmp(answers->lines[i].kind, "cipher") == 0) {
			const int ours = strcmp(answers->lines[i].value, "lanecrypt") == 0;
			table_cell(table, PLAIN, "%s", answers->lines[i].name);
			table_cell(table, ours ? GREEN : YELLOW, "%s", answers->lines[i].value);
		}
	table_print(table, stdout, color, 2, 1000);
}

// What is wrong, in a sentence; NULL when programs would use ours.
static const char *verdict(const struct answers *answers, size_t n_ours)
{
	if (find_line(answers, "missing") != NULL)
		return told(answers, "missing");
	if (find_line(answers, "trouble") != NULL)
		return told(answers, "trouble");
	if (strcmp(told(answers, "digests"), "yes") != 0)
		return "OpenSSL's default provider is not loaded beside it: nothing but these ciphers would work";
	if (strcmp(told(answers, "loaded"), "yes") != 0)
		return "the provider lanecrypt is not loaded";
	if (n_ours == 0)
		return "the provider is loaded, but not preferred: default_properties = ?provider=lanecrypt is missing";
	return n_ours < n_ciphers ? "only some of the ciphers come from lanecrypt" : NULL;
}

static int show_status(const struct bench_run *run, const char *config)
{
	struct answers answers = {0};
	size_t n_ours = 0;
	if (config != NULL && access(config, R_OK) != 0)
		return usage_error("%s: %s", config, strerror(errno));
	int status = ask_child(ask_status, config, &answers);
	if (status == EXIT_FINE) {
		for (size_t i = 0; i < answers.n; i++)
			n_ours += strcmp(answers.lines[i].kind, "cipher") == 0 &&
				  strcmp(answers.lines[i].value, "lanecrypt") == 0;
		const char *wrong = verdict(&answers, n_ours);
		if (find_line(&answers, "cipher") != NULL) {
			printf("%s, configuration %s\n\n", told(&answers, "library"), told(&answers, "config"));
			show_ciphers(&answers, color_on(run->options, stdout));
			putchar('\n');
		}
		printf(wrong == NULL ? "Programs with this configuration use lanecrypt.\n"
				     : "Programs with this configuration do not use lanecrypt as they should: %s.\n",
		       wrong);
		status = wrong == NULL ? EXIT_FINE : EXIT_CHECK;
	}
	free(answers.lines);
	return status;
}

// ---- enable ----

// The module of this build tree or installation; freed by the caller.
static char *find_module(const char *program_dir)
{
	static const char *const folders[] = {"/ossl-modules", "/" LANE_MODULES_REL_DIR};
	char path[8192];
	for (size_t i = 0; program_dir != NULL && i < sizeof(folders) / sizeof(folders[0]); i++) {
		snprintf(path, sizeof(path), "%s%s/%s", program_dir, folders[i], module_name);
		char *real = realpath(path, NULL);
		if (real != NULL)
			return real;
	}
	snprintf(path, sizeof(path), LANE_MODULES_DIR "/%s", module_name);
	return realpath(path, NULL);
}

static void write_values(FILE *out, const struct answers *system, const char *kind, const char * not, const char *nor)
{
	for (size_t i = 0; i < system->n; i++) {
		const struct answer_line *line = &system->lines[i];
		if (strcmp(line->kind, kind) == 0 && strcmp(line->name, not ) != 0 && strcmp(line->name, nor) != 0)
			fprintf(out, "%s = %s\n", line->name, line->value);
	}
}

static const char *value_of(const struct answers *system, const char *kind, const char *name)
{
	for (size_t i = 0; i < system->n; i++)
		if (strcmp(system->lines[i].kind, kind) == 0 && strcmp(system->lines[i].name, name) == 0)
			return system->lines[i].value;
	return NULL;
}

// All that the system's file says, and then ours.
static void write_config(FILE *out, const struct answers *system, const char *include, const char *module)
{
	const char *properties = value_of(system, "algorithms", "default_properties");
	fputs("# Written by `lanecrypt provider enable`. For programs that use OpenSSL 3: OPENSSL_CONF=this file.\n"
	      "# Everything that the system's configuration says, and lanecrypt's ciphers, preferred where it has "
	      "them.\n\n",
	      out);
	if (include != NULL)
		fprintf(out, ".include = %s\n\n", include);
	fputs("[default]\nopenssl_conf = lanecrypt_init\n\n[lanecrypt_init]\n", out);
	write_values(out, system, "init", "providers", "alg_section");
	fputs("providers = lanecrypt_providers\nalg_section = lanecrypt_algorithms\n\n[lanecrypt_providers]\n", out);
	write_values(out, system, "provider", "default", "lanecrypt");
	fprintf(out,
		"default = lanecrypt_default\nlanecrypt = lanecrypt_provider\n\n"
		"[lanecrypt_default]\nactivate = 1\n\n[lanecrypt_provider]\nmodule = %s\nactivate = 1\n\n"
		"[lanecrypt_algorithms]\n",
		module);
	write_values(out, system, "algorithms", "default_properties", "");
	if (properties == NULL || strstr(properties, "provider=lanecrypt") != NULL)
		fputs("default_properties = ?provider=lanecrypt\n", out);
	else
		fprintf(out, "default_properties = %s,?provider=lanecrypt\n", properties);
}

static int same_file(const char *a, const char *b)
{
	struct stat x, y;
	return stat(a, &x) == 0 && stat(b, &y) == 0 && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

// The system's own file is kept beside, and included from there.
static int keep_system(const struct bench_run *run, const char *config, char *backup, size_t cap)
{
	char *real = realpath(config, NULL);
	if (!run->options->force) {
		free(real);
		return usage_error("%s: is the system's own; give another file, or --force to change every program",
				   config);
	}
	snprintf(backup, cap, "%s%s", real != NULL ? real : config, backup_suffix);
	const int kept = link(real != NULL ? real : config, backup);
	free(real);
	return kept == 0 ? EXIT_FINE : usage_error("%s: %s", backup, strerror(errno));
}

static int write_file(const struct bench_run *run, const char *config, const struct answers *system, const char *module)
{
	struct seal_output output;
	char backup[4200] = "";
	const char *include = find_line(system, "system") != NULL ? told(system, "system") : NULL;
	int status = EXIT_FINE;
	if (include != NULL && same_file(include, config)) {
		status = keep_system(run, config, backup, sizeof(backup));
		include = backup;
	}
	if (status == EXIT_FINE)
		status = output_begin(&output, config, run->options->force, NULL, 0);
	if (status != EXIT_FINE)
		return status;
	FILE *out = fdopen(dup(output.fd), "w");
	result_must(out);
	write_config(out, system, include, module);
	if (fclose(out) != 0) {
		output_abandon(&output);
		return usage_error("%s: %s", config, strerror(errno));
	}
	return output_commit(&output, 0644);
}

static int enable(const struct bench_run *run, const char *config)
{
	struct answers system = {0};
	if (config == NULL)
		return usage_error("provider enable: give --config FILE, the file to write");
	char *module = find_module(run->program_dir);
	if (module == NULL)
		return usage_error("%s: not found, neither beside this command nor in %s", module_name,
				   LANE_MODULES_DIR);
	int status = ask_child(ask_system, NULL, &system);
	if (status == EXIT_FINE && find_line(&system, "missing") != NULL)
		status = usage_error("%s", told(&system, "missing"));
	if (status == EXIT_FINE && find_line(&system, "trouble") != NULL)
		status = usage_error("the system's configuration cannot be read: %s", told(&system, "trouble"));
	if (status == EXIT_FINE)
		status = write_file(run, config, &system, module);
	free(module);
	free(system.lines);
	if (status != EXIT_FINE)
		return status;
	char *real = realpath(config, NULL);
	printf("Written: %s\nSet OPENSSL_CONF=%s for the programs that should use it.\n\n", config,
	       real != NULL ? real : config);
	free(real);
	return show_status(run, config);
}

static int provider_run(struct bench_run *run, const char *file)
{
	const char *config = run->options->config;
	if (file == NULL)
		return usage_error("provider: what? valid: status, enable");
	if (strcmp(file, "status") == 0)
		return show_status(run, config);
	if (strcmp(file, "enable") == 0)
		return enable(run, config);
	return usage_error("provider: unknown word '%s'; valid: status, enable", file);
}

const struct command command_provider = {
	.name = "provider",
	.arguments = "status|enable",
	.summary = "whether OpenSSL programs use lanecrypt's ciphers, and the configuration that makes them",
	.help = "status asks OpenSSL's own library, in a process of its own, who serves the ciphers that\n"
		"lanecrypt has: with the configuration --config, or what this environment leads to\n"
		"(OPENSSL_CONF, else the system's). Exit code 0 when it is lanecrypt, 1 when not, with why.\n"
		"enable writes a configuration to --config: all that the system's says, with lanecrypt\n"
		"preferred. A file that is there is replaced with --force only; the system's own then stays\n"
		"beside it as *.before-lanecrypt.\n"
		"\n"
		"Examples:\n"
		"  lanecrypt provider enable --config ~/lanecrypt.cnf\n"
		"  OPENSSL_CONF=~/lanecrypt.cnf curl https://example.org/\n"
		"  lanecrypt provider status --config ~/lanecrypt.cnf\n",
	.options = " config force no-color ",
	.needs_engines = 0,
	.run = provider_run,
};
