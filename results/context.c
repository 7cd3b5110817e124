// SPDX-License-Identifier: MIT
// What a figure depends on: the machine, the build, the environment.

#define _GNU_SOURCE
#include "context.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include "build_info.h"
#include "result.h"
#include "text.h"

extern char **environ;

// ---- Small readers ----

// The first line of a file without its newline; "" when there is none.
static const char *first_line(const char *path, char *text, size_t cap)
{
	FILE *in = fopen(path, "re");
	if (in == NULL || fgets(text, (int)cap, in) == NULL)
		text[0] = '\0';
	if (in != NULL)
		fclose(in);
	text[strcspn(text, "\n")] = '\0';
	return text;
}

// The value of "key : value" in /proc/cpuinfo, of the first processor.
static const char *cpuinfo(const char *key, char *text, size_t cap)
{
	char line[8192];
	FILE *in = fopen("/proc/cpuinfo", "re");
	text[0] = '\0';
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		size_t len = strlen(key);
		char *colon = strchr(line, ':');
		if (colon == NULL || strncmp(line, key, len) != 0 || (line[len] != '\t' && line[len] != ' '))
			continue;
		colon[strcspn(colon, "\n")] = '\0';
		snprintf(text, cap, "%s", colon + 1 + strspn(colon + 1, " "));
		break;
	}
	if (in != NULL)
		fclose(in);
	return text;
}

static void set_text(json_t *object, const char *key, const char *text)
{
	if (text[0] == '\0')
		return;
	char *clean = text_cleaned(text);
	json_object_set_new(object, key, json_string(clean));
	free(clean);
}

static void set_number(json_t *object, const char *key, json_int_t number)
{
	json_object_set_new(object, key, json_integer(number));
}

// ---- The machine ----

struct core_name {
	unsigned family, first_model, last_model;
	const char *name;
};

static const struct core_name amd_cores[] = {
	{0x17, 0x00, 0x2F, "Zen"},   {0x17, 0x30, 0xFF, "Zen 2"}, {0x19, 0x00, 0x0F, "Zen 3"},
	{0x19, 0x10, 0x1F, "Zen 4"}, {0x19, 0x20, 0x5F, "Zen 3"}, {0x19, 0x60, 0xAF, "Zen 4"},
	{0x1A, 0x00, 0xFF, "Zen 5"},
};

static const struct core_name intel_cores[] = {
	{6, 0x1A, 0x1F, "Nehalem"},        {6, 0x25, 0x25, "Westmere"},        {6, 0x2C, 0x2C, "Westmere"},
	{6, 0x2A, 0x2A, "Sandy Bridge"},   {6, 0x2D, 0x2D, "Sandy Bridge"},    {6, 0x3A, 0x3A, "Ivy Bridge"},
	{6, 0x3E, 0x3E, "Ivy Bridge"},     {6, 0x3C, 0x3C, "Haswell"},         {6, 0x3F, 0x3F, "Haswell"},
	{6, 0x45, 0x46, "Haswell"},        {6, 0x3D, 0x3D, "Broadwell"},       {6, 0x47, 0x47, "Broadwell"},
	{6, 0x4F, 0x4F, "Broadwell"},      {6, 0x56, 0x56, "Broadwell"},       {6, 0x4E, 0x4E, "Skylake"},
	{6, 0x5E, 0x5E, "Skylake"},        {6, 0x55, 0x55, "Skylake-SP"},      {6, 0x6A, 0x6C, "Ice Lake-SP"},
	{6, 0x7D, 0x7E, "Ice Lake"},       {6, 0x8C, 0x8D, "Tiger Lake"},      {6, 0x8E, 0x8E, "Skylake"},
	{6, 0x9E, 0x9E, "Skylake"},        {6, 0x8F, 0x8F, "Sapphire Rapids"}, {6, 0x97, 0x9A, "Alder Lake"},
	{6, 0xA5, 0xA6, "Comet Lake"},     {6, 0xA7, 0xA7, "Rocket Lake"},     {6, 0xAA, 0xAC, "Meteor Lake"},
	{6, 0xAD, 0xAE, "Granite Rapids"}, {6, 0xAF, 0xAF, "Sierra Forest"},   {6, 0xB7, 0xBF, "Raptor Lake"},
	{6, 0xBD, 0xBD, "Lunar Lake"},     {6, 0xC5, 0xC6, "Arrow Lake"},      {6, 0xCF, 0xCF, "Emerald Rapids"},
};

// family: the implementer, model: the part number (MIDR_EL1).
static const struct core_name arm_cores[] = {
	{0x41, 0xD03, 0xD03, "Cortex-A53"},  {0x41, 0xD05, 0xD05, "Cortex-A55"},  {0x41, 0xD07, 0xD07, "Cortex-A57"},
	{0x41, 0xD08, 0xD08, "Cortex-A72"},  {0x41, 0xD0B, 0xD0B, "Cortex-A76"},  {0x41, 0xD0C, 0xD0C, "Neoverse N1"},
	{0x41, 0xD40, 0xD40, "Neoverse V1"}, {0x41, 0xD41, 0xD41, "Cortex-A78"},  {0x41, 0xD49, 0xD49, "Neoverse N2"},
	{0x41, 0xD4F, 0xD4F, "Neoverse V2"}, {0x41, 0xD83, 0xD83, "Neoverse V3"}, {0x41, 0xD84, 0xD84, "Neoverse V3"},
	{0x41, 0xD8E, 0xD8E, "Neoverse N3"}, {0x61, 0x022, 0x029, "Apple M1"},    {0x61, 0x032, 0x039, "Apple M2"},
	{0xC0, 0xAC3, 0xAC4, "Ampere-1"},
};

static const char *core_in(const struct core_name *cores, size_t n, unsigned long family, unsigned long model)
{
	for (size_t i = 0; i < n; i++)
		if (cores[i].family == family && model >= cores[i].first_model && model <= cores[i].last_model)
			return cores[i].name;
	return "";
}

#define CORE_IN(cores, family, model) core_in(cores, sizeof(cores) / sizeof((cores)[0]), family, model)

static int has_flag(const char *flag)
{
	char line[8192], *rest = line;
	cpuinfo("flags", line, sizeof(line));
	for (char *word; (word = strsep(&rest, " ")) != NULL;)
		if (strcmp(word, flag) == 0)
			return 1;
	return 0;
}

// A hypervisor may show another's model number. AMX tells: only server cores from Sapphire Rapids on have it.
static const char *intel_core(unsigned long family, unsigned long model)
{
	static const unsigned char with_amx[] = {0x8F, 0xAD, 0xAE, 0xCF};
	if (memchr(with_amx, (int)model, sizeof(with_amx)) == NULL && has_flag("amx_tile"))
		return "Sapphire Rapids or later";
	return CORE_IN(intel_cores, family, model);
}

static const char *microarchitecture(void)
{
	char vendor[64], family[32], model[32];
	cpuinfo("vendor_id", vendor, sizeof(vendor));
	if (vendor[0] != '\0') {
		unsigned long f = strtoul(cpuinfo("cpu family", family, sizeof(family)), NULL, 10);
		unsigned long m = strtoul(cpuinfo("model", model, sizeof(model)), NULL, 10);
		return strcmp(vendor, "AuthenticAMD") == 0 ? CORE_IN(amd_cores, f, m) : intel_core(f, m);
	}
	unsigned long implementer = strtoul(cpuinfo("CPU implementer", family, sizeof(family)), NULL, 0);
	unsigned long part = strtoul(cpuinfo("CPU part", model, sizeof(model)), NULL, 0);
	return CORE_IN(arm_cores, implementer, part);
}

// Of the CPU's features those that ciphers care about, as the kernel spells them.
static json_t *features(void)
{
	static const char *const wanted[] = {
		"pclmulqdq", "ssse3",    "sse4_1",     "aes",        "avx",        "avx2",    "bmi2",
		"adx",       "sha_ni",   "gfni",       "vaes",       "vpclmulqdq", "avx512f", "avx512bw",
		"avx512dq",  "avx512vl", "avx512ifma", "avx512vbmi", "asimd",      "pmull",   "sha1",
		"sha2",      "sha3",     "sha512",     "sve",        "sve2"};
	char line[8192];
	json_t *list = json_array();
	cpuinfo("flags", line, sizeof(line));
	if (line[0] == '\0')
		cpuinfo("Features", line, sizeof(line));
	char *rest = line;
	for (char *word; (word = strsep(&rest, " ")) != NULL;)
		for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
			if (strcmp(word, wanted[i]) == 0)
				json_array_append_new(list, json_string(word));
	return list;
}

static json_t *caches(void)
{
	json_t *list = json_array();
	for (int i = 0; i < 8; i++) {
		char path[96], type[32], text[256];
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%d/type", i);
		if (first_line(path, type, sizeof(type))[0] == '\0')
			break;
		json_t *cache = json_object();
		json_object_set_new(cache, "type", json_string(type));
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%d/level", i);
		set_number(cache, "level", strtol(first_line(path, text, sizeof(text)), NULL, 10));
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%d/size", i);
		set_number(cache, "size", 1024 * strtol(first_line(path, text, sizeof(text)), NULL, 10));
		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu0/cache/index%d/shared_cpu_map", i);
		int sharing = 0;
		for (const char *p = first_line(path, text, sizeof(text)); *p != '\0'; p++)
			if (isxdigit((unsigned char)*p))
				sharing += __builtin_popcountl(strtoul((char[]){*p, '\0'}, NULL, 16));
		set_number(cache, "num_sharing", sharing);
		json_array_append_new(list, cache);
	}
	return list;
}

static const char *hypervisor(char *text, size_t cap)
{
	snprintf(text, cap, "%s", "");
#if defined(__x86_64__)
	unsigned a, b, c, d;
	if (__get_cpuid(1, &a, &b, &c, &d) && (c >> 31 & 1)) {
		char vendor[13] = "";
		__cpuid(0x40000000, a, b, c, d);
		memcpy(vendor, &b, 4);
		memcpy(vendor + 4, &c, 4);
		memcpy(vendor + 8, &d, 4);
		static const char *const names[][2] = {{"KVMKVMKVM", "KVM"},
						       {"Microsoft Hv", "Hyper-V"},
						       {"VMwareVMware", "VMware"},
						       {"XenVMMXenVMM", "Xen"},
						       {"TCGTCGTCGTCG", "QEMU"}};
		snprintf(text, cap, "%s", vendor[0] != '\0' ? vendor : "unknown");
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			if (strcmp(vendor, names[i][0]) == 0)
				snprintf(text, cap, "%s", names[i][1]);
	}
#endif
	return text;
}

// Known by QEMU's name for its own CPU, or because the machine and what /proc
// shows, which is the host's, do not fit each other.
int result_is_emulated(void)
{
	char text[64];
	struct utsname system;
	if (strcmp(hypervisor(text, sizeof(text)), "QEMU") == 0)
		return 1;
	if (uname(&system) != 0)
		return 0;
	first_line("/proc/sys/kernel/arch", text, sizeof(text)); // from Linux 6.1 on
	if (text[0] != '\0' && strcmp(text, system.machine) != 0 && strcmp(system.machine, "aarch64") == 0)
		return 1;
	return strcmp(system.machine, "aarch64") == 0 && cpuinfo("vendor_id", text, sizeof(text))[0] != '\0';
}

static const char *os_name(char *text, size_t cap)
{
	char line[256];
	FILE *in = fopen("/etc/os-release", "re");
	text[0] = '\0';
	while (in != NULL && fgets(line, sizeof(line), in) != NULL) {
		if (strncmp(line, "PRETTY_NAME=", 12) != 0)
			continue;
		char *value = line + 12 + (line[12] == '"');
		value[strcspn(value, "\"\n")] = '\0';
		snprintf(text, cap, "%s", value);
	}
	if (in != NULL)
		fclose(in);
	return text;
}

static json_t *machine(void)
{
	char text[256];
	struct utsname system;
	json_t *object = json_object();
	cpuinfo("model name", text, sizeof(text));
	set_text(object, "cpu", text[0] != '\0' ? text : microarchitecture());
	set_text(object, "microarchitecture", microarchitecture());
	if (uname(&system) == 0) {
		set_text(object, "architecture", system.machine);
		set_text(object, "kernel", system.release);
	}
	set_text(object, "microcode", cpuinfo("microcode", text, sizeof(text)));
	json_object_set_new(object, "features", features());
	set_number(object, "cores", sysconf(_SC_NPROCESSORS_ONLN));
	set_text(object, "hypervisor", hypervisor(text, sizeof(text)));
	set_text(object, "os", os_name(text, sizeof(text)));
	set_text(object, "governor",
		 first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text, sizeof(text)));
	return object;
}

// ---- Build and environment ----

static json_t *build(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "version", BUILD_VERSION, "compiler", BUILD_COMPILER, "flags",
			 BUILD_FLAGS, "type", BUILD_TYPE, "commit", BUILD_COMMIT);
}

// Variables that change what this program or a library does.
static json_t *environment(void)
{
	static const char *const prefixes[] = {"LANE_",   "OPENSSL_",        "OMP_",
					       "GOMP_",   "LD_PRELOAD=",     "LD_BIND_",
					       "MALLOC_", "GLIBC_TUNABLES=", "LD_LIBRARY_PATH="};
	json_t *object = json_object();
	for (char **entry = environ; *entry != NULL; entry++) {
		const char *equals = strchr(*entry, '=');
		for (size_t i = 0; equals != NULL && i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
			if (strncmp(*entry, prefixes[i], strlen(prefixes[i])) != 0)
				continue;
			char *name = strndup(*entry, (size_t)(equals - *entry));
			char *clean = text_cleaned(name), *value = text_cleaned(equals + 1);
			json_object_set_new(object, clean, json_string(value));
			free(value);
			free(clean);
			free(name);
		}
	}
	return object;
}

json_t *context_new(void)
{
	char text[256];
	time_t now = time(NULL);
	struct tm local;
	json_t *context = json_object();
	// RFC 3339 wants a colon in the zone, which strftime does not write.
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S%z", localtime_r(&now, &local));
	size_t len = strlen(text);
	memmove(text + len - 1, text + len - 2, 3);
	text[len - 2] = ':';
	json_object_set_new(context, "date", json_string(text));
	if (gethostname(text, sizeof(text)) != 0)
		text[0] = '\0';
	text[sizeof(text) - 1] = '\0';
	char *host = text_cleaned(text);
	json_object_set_new(context, "host_name", json_string(host));
	free(host);
	set_text(context, "executable", program_invocation_short_name); // where it lies is nobody's business
	set_number(context, "num_cpus", sysconf(_SC_NPROCESSORS_ONLN));
	double mhz = strtod(cpuinfo("cpu MHz", text, sizeof(text)), NULL);
	set_number(context, "mhz_per_cpu", (json_int_t)(mhz + 0.5));
	first_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", text, sizeof(text));
	json_object_set_new(context, "cpu_scaling_enabled",
			    json_boolean(text[0] != '\0' && strcmp(text, "performance") != 0));
	json_object_set_new(context, "caches", caches());
	double load[3] = {0};
	int n_load = getloadavg(load, 3);
	json_t *loads = json_array();
	for (int i = 0; i < n_load; i++)
		json_array_append_new(loads, json_real(load[i]));
	json_object_set_new(context, "load_avg", loads);
	set_number(context, "method_version", RESULT_METHOD_VERSION);
	json_object_set_new(context, "machine", machine());
	json_object_set_new(context, "build", build());
	json_object_set_new(context, "environment", environment());
	return context;
}

static const struct rule {
	const char *object, *name; // object NULL: of the context itself
	json_type type;
	int required;
} rules[] = {
	{NULL, "date", JSON_STRING, 1},         {NULL, "host_name", JSON_STRING, 1},
	{NULL, "num_cpus", JSON_INTEGER, 1},    {NULL, "kind", JSON_STRING, 1},
	{NULL, "machine", JSON_OBJECT, 1},      {NULL, "build", JSON_OBJECT, 1},
	{NULL, "environment", JSON_OBJECT, 1},  {NULL, "engines", JSON_ARRAY, 0},
	{NULL, "verification", JSON_OBJECT, 0}, {"machine", "cpu", JSON_STRING, 0},
	{"machine", "cores", JSON_INTEGER, 1},  {"machine", "microarchitecture", JSON_STRING, 0},
	{"machine", "features", JSON_ARRAY, 1}, {"machine", "hypervisor", JSON_STRING, 0},
	{"machine", "os", JSON_STRING, 0},      {"machine", "clock", JSON_OBJECT, 0},
	{"build", "commit", JSON_STRING, 1},    {"verification", "passed", JSON_INTEGER, 1},
	{"build", "compiler", JSON_STRING, 1},  {"verification", "failed", JSON_INTEGER, 1},
};

int context_check(const json_t *context, char *text, size_t cap)
{
	static const char *const type_names[] = {"an object", "a list", "a string", "a whole number"};
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		const struct rule *rule = &rules[i];
		const json_t *object = rule->object != NULL ? json_object_get(context, rule->object) : context;
		const json_t *value = json_object_get(object, rule->name);
		if (value == NULL ? object == NULL || !rule->required : json_typeof(value) == rule->type)
			continue;
		snprintf(text, cap, "%s%s%s: %s is needed", rule->object != NULL ? rule->object : "",
			 rule->object != NULL ? "." : "", rule->name, type_names[rule->type]);
		return -1;
	}
	return 0;
}

// ---- Where a run is stored ----

// The project that the command was built in (its folder's parent has
// results/schema.json), else the current folder.
static char *home(void)
{
	char path[4096];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	for (int up = 0; n > 0 && up < 2; up++) {
		path[n] = '\0';
		char *slash = strrchr(path, '/');
		n = slash != NULL ? slash - path : 0;
	}
	if (n > 0) {
		char *schema;
		path[n] = '\0';
		if (asprintf(&schema, "%s/results/schema.json", path) < 0)
			result_must(NULL);
		int ours = access(schema, R_OK) == 0 && access(path, W_OK) == 0;
		free(schema);
		if (ours)
			return strdup(path);
	}
	return strdup(".");
}

char *result_default_path(void)
{
	char host[64], date[32], *folder, *path;
	time_t now = time(NULL);
	struct tm local;
	strftime(date, sizeof(date), "%Y-%m-%d-%H%M%S", localtime_r(&now, &local));
	if (gethostname(host, sizeof(host)) != 0)
		strcpy(host, "unknown");
	host[sizeof(host) - 1] = '\0';
	for (char *p = host; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && *p != '-' && *p != '_')
			*p = *p == '.' ? '\0' : '-';
	char *root = home();
	if (asprintf(&folder, "%s/results/local", root) < 0)
		result_must(NULL);
	for (char *p = strchr(folder + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		mkdir(folder, 0777);
		*p = '/';
	}
	mkdir(folder, 0777);
	const char *here = strcmp(root, ".") == 0 ? folder + 2 : folder;
	if (asprintf(&path, "%s/%s-%s.json", here, date, host) < 0)
		result_must(NULL);
	for (int i = 2; access(path, F_OK) == 0; i++) {
		free(path);
		if (asprintf(&path, "%s/%s-%s-%d.json", here, date, host, i) < 0)
			result_must(NULL);
	}
	free(folder);
	free(root);
	return path;
}
