// SPDX-License-Identifier: MIT
// The command: finds the subcommand, its options and the engines.

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <time.h>
#include <unistd.h>

#include "group.h"
#include "isolate.h"
#include "objects.h"
#include "options.h"

#define STRING_OF(x) #x
#define STRING(x) STRING_OF(x)

static const struct command *const commands[] = {
	&command_run,       &command_list,       &command_verify,   &command_bench,
	&command_handshake, &command_gap,        &command_profiles, &command_roofline,
	&command_scaling,   &command_conditions, &command_summary,  &command_compare,
	&command_report,    &command_seal,       &command_open,     &command_keygen,
	&command_provider};
enum { n_commands = sizeof(commands) / sizeof(commands[0]) };

static void help_all(FILE *out)
{
	fputs("lanecrypt measures what ciphers and TLS handshakes cost on this machine, and how many bytes of\n"
	      "bulk encryption one handshake equals.\n\n"
	      "Usage: lanecrypt COMMAND [OPTION]…\n\n",
	      out);
	for (size_t i = 0; i < n_commands; i++)
		fprintf(out, "  %-10s %s\n", commands[i]->name, commands[i]->summary);
	fputs("  help       this text, or that of a command\n\n"
	      "Examples:\n"
	      "  lanecrypt run --quick                 a rough answer in under 20 seconds\n"
	      "  lanecrypt bench --algorithm AES-128-GCM --size 64,16K\n"
	      "  lanecrypt list                        what there is, what is missing and why\n"
	      "  lanecrypt seal FILE                   a file under a passphrase; open FILE.sealed brings it back\n\n"
	      "`lanecrypt COMMAND --help` explains a command. Exit codes: 0 fine, 1 a check or a measurement\n"
	      "failed, 2 bad usage or input.\n",
	      out);
}

static int help_one(const struct command *command)
{
	printf("%s: %s\n\nUsage: lanecrypt %s%s%s [OPTION]…\n\n%s\nOptions:\n", command->name, command->summary,
	       command->name, command->arguments[0] != '\0' ? " " : "", command->arguments, command->help);
	options_help(command, stdout);
	puts("\nExit codes: 0 fine, 1 a check or a measurement failed, 2 bad usage or input.");
	return EXIT_FINE;
}

static const struct command *find(const char *name)
{
	for (size_t i = 0; i < n_commands; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static int unknown_command(const char *name)
{
	char valid[400] = "";
	for (size_t i = 0; i < n_commands; i++)
		snprintf(valid + strlen(valid), sizeof(valid) - strlen(valid), "%s, ", commands[i]->name);
	return usage_error("unknown command '%s'; valid: %shelp", name, valid);
}

static void on_interrupt(int number)
{
	(void)number;
	stopwatch_interrupt();
}

// Ctrl-C ends the measurement that runs, keeps what there is, and the second one kills.
static void catch_interrupts(void)
{
	struct sigaction action = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_DFL);
}

// A wrong LANE_KERNEL or LANE_CPU_DISABLE makes the native engine refuse to be
// opened: not something that is merely missing, but a mistake to be told.
static int check_environment(const struct lane_loader *loader)
{
	const struct lane_loaded_engine *engine;
	const char *reason;
	for (size_t e = 0; (engine = lane_loader_at(loader, e)) != NULL; e++)
		if (engine->engine != NULL && bench_engine(engine, &reason) == NULL &&
		    (strncmp(reason, "LANE_KERNEL", 11) == 0 || strncmp(reason, "LANE_CPU_DISABLE", 16) == 0))
			return usage_error("%s", reason);
	return EXIT_FINE;
}

// The folder that the running command is in; without /proc, as it was called.
static const char *program_dir(char *path, size_t cap)
{
	ssize_t n = readlink("/proc/self/exe", path, cap - 1);
	if (n > 0) {
		path[n] = '\0';
	} else {
		char *real = realpath((const char *)getauxval(AT_EXECFN), NULL);
		n = snprintf(path, cap, "%s", real != NULL ? real : "");
		free(real);
		if (n == 0 || (size_t)n >= cap)
			return NULL;
	}
	*strrchr(path, '/') = '\0';
	return path;
}

// What could not be shown was not done.
static int shown(int status)
{
	errno = 0;
	if (status == EXIT_USAGE || (fflush(stdout) == 0 && !ferror(stdout)))
		return status;
	return usage_error("standard output: %s", strerror(errno != 0 ? errno : EIO));
}

// The command line to repeat it with: the program's name, the command's and its options.
static char **copy_arguments(int argc, char **argv)
{
	char **copy = bench_calloc((size_t)argc + 2, sizeof(*copy));
	copy[0] = strdup("lanecrypt");
	for (int i = 0; i < argc; i++)
		copy[i + 1] = strdup(argv[i]);
	return copy;
}

struct work {
	const struct command *command;
	struct bench_options *options;
	struct bench_run *run;
	const char *file;
};

// What a command does once its options are read; the exit code.
static int do_work(void *user)
{
	const struct work *work = user;
	const struct command *command = work->command;
	struct lane_loader *loader = work->run->loader;
	char error[512];
	int status = EXIT_FINE;
	if (work->options->json != NULL && result_check_path(work->options->json, error, sizeof(error)) != 0)
		status = usage_error("%s", error);
	if (status == EXIT_FINE && command->needs_engines && work->file == NULL) {
		stopwatch_on_turn = bench_on_engine = isolate_beat;
		lane_loader_load(loader, work->run->program_dir);
		status = options_check_names(command, work->options, loader);
		if (status == EXIT_FINE)
			status = check_environment(loader);
	}
	if (status == EXIT_FINE) {
		catch_interrupts();
		status = command->run(work->run, work->file);
	}
	status = shown(status);
	isolate_done();
	bench_engines_destroy();
	return status;
}

static int run_command(const struct command *command, int argc, char **argv)
{
	struct bench_options options;
	struct lane_loader *loader = lane_loader_new();
	const char *file;
	char **arguments = copy_arguments(argc, argv); // reading options takes lists apart
	int help, status = options_parse(command, argc, argv, &options, loader, &file, &help);
	if (status == EXIT_FINE && help) {
		status = help_one(command);
	} else if (status == EXIT_FINE) {
		struct timespec now;
		char path[4096];
		clock_gettime(CLOCK_REALTIME, &now);
		struct bench_run run = {.options = &options,
					.arguments = arguments,
					.loader = loader,
					.program_dir = program_dir(path, sizeof(path)),
					.seed = options.has_seed ? options.seed : (uint64_t)now.tv_nsec};
		struct work work = {command, &options, &run, file};
		status = command->needs_engines && file == NULL && isolate_wanted(&options, loader)
				 ? isolate(&options, loader, command == &command_list, do_work, &work)
				 : do_work(&work);
	}
	options_free(&options);
	lane_loader_free(loader);
	for (size_t i = 0; arguments[i] != NULL; i++)
		free(arguments[i]);
	free(arguments);
	return status;
}

static int start(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : NULL;
	int help =
		name != NULL && (strcmp(name, "help") == 0 || strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0);
	if (name == NULL) {
		help_all(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(name, "--version") == 0) {
		puts("lanecrypt " STRING(LANE_COMMAND_VERSION));
		return EXIT_FINE;
	}
	const struct command *command = find(help && argc > 2 ? argv[2] : name);
	if (help && argc <= 2) {
		help_all(stdout);
		return EXIT_FINE;
	}
	if (command == NULL)
		return unknown_command(help ? argv[2] : name);
	return help ? help_one(command) : run_command(command, argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
	signal(SIGXFSZ, SIG_IGN); // too large a file is an error to tell, like a full disk
	return shown(start(argc, argv));
}
