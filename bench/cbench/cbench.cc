// SPDX-License-Identifier: MIT

// cbench.h over Google Benchmark 1.7 and later.
//
// The library aborts or exits on bad settings and forgets all its benchmarks at
// once, so a case is a description of ours, checked when it is set and turned
// into the library's object for the time of a run only.

#include <cbench/cbench.h>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#ifndef CBENCH_LIBRARY_VERSION
#define CBENCH_LIBRARY_VERSION ""
#endif

// The library's options. It exports them for its own tests; no installed header
// declares them.
namespace benchmark
{
extern bool FLAGS_benchmark_list_tests;
extern bool FLAGS_benchmark_enable_random_interleaving;
extern double FLAGS_benchmark_min_warmup_time;
extern std::string FLAGS_benchmark_format, FLAGS_benchmark_out, FLAGS_benchmark_out_format;
} // namespace benchmark

struct cbench_case {
	std::string name;
	cbench_function *function = nullptr;
	void *user = nullptr;
	std::vector<std::vector<int64_t>> args;
	std::vector<std::string> arg_names;
	int range_multiplier = 8;
	std::vector<int> threads;
	bool real_time = false, manual_time = false, process_cpu_time = false;
	double min_time = 0, min_warmup_time = 0;
	int64_t iterations = 0;
	int repetitions = 0;
	int aggregates_only = -1, display_aggregates_only = -1; // -1: as the options say
	int time_unit = -1;
	cbench_complexity complexity = CBENCH_O_NONE;
	cbench_complexity_function *complexity_function = nullptr;
	struct statistic {
		std::string name;
		cbench_statistic *function;
		void *user;
		cbench_statistic_unit unit;
	};
	std::vector<statistic> statistics;
	cbench_function *setup = nullptr, *teardown = nullptr;
};

namespace
{

// What is handed to callbacks. In set-up and tear-down there is no `run`: the
// library's object is a dummy then, and only its arguments and threads are real.
struct run_state : cbench_state {
	const cbench_case *c = nullptr;
	const benchmark::State *view = nullptr;
	benchmark::State *run = nullptr;
	bool started = false, paused = false, finished = false;
};

run_state *of(cbench_state *state)
{
	return static_cast<run_state *>(state);
}

const run_state *of(const cbench_state *state)
{
	return static_cast<const run_state *>(state);
}

// A C caller's enumeration can hold any int; C++ must not read it as one then.
template <class E> int raw(const E &enumerator)
{
	static_assert(sizeof(E) == sizeof(int), "enumerations are as wide as int");
	int value;
	memcpy(&value, &enumerator, sizeof value);
	return value;
}

thread_local char error_text[256];

__attribute__((format(printf, 1, 2))) int fail(const char *format, ...)
{
	va_list ap;
	va_start(ap, format);
	vsnprintf(error_text, sizeof error_text, format, ap);
	va_end(ap);
	return -1;
}

// The border that no exception crosses.
template <class F> auto guarded(F f) noexcept -> decltype(f())
{
	try {
		return f();
	} catch (const std::exception &e) {
		return fail("%s", e.what());
	} catch (...) {
		return fail("unknown exception");
	}
}

std::vector<std::unique_ptr<cbench_case>> registry;

// Set while the library runs: its list of benchmarks must not change then.
bool running = false;

class run_guard
{
      public:
	run_guard()
	{
		running = true;
	}
	~run_guard()
	{
		benchmark::ClearRegisteredBenchmarks();
		running = false;
	}
};

// The library's callbacks for statistics, set-up and tear-down carry no user
// data: each gets a function of its own, made by the number of a slot.

constexpr size_t n_slots = 64;
const cbench_case *hook_slots[n_slots];
const cbench_case::statistic *statistic_slots[n_slots];

void call_hook(const cbench_case *c, cbench_function *hook, const benchmark::State &state)
{
	run_state s;
	s.left = 0;
	s.c = c;
	s.view = &state;
	hook(&s, c->user);
}

template <size_t I> void setup_slot(const benchmark::State &state)
{
	call_hook(hook_slots[I], hook_slots[I]->setup, state);
}

template <size_t I> void teardown_slot(const benchmark::State &state)
{
	call_hook(hook_slots[I], hook_slots[I]->teardown, state);
}

template <size_t I> double statistic_slot(const std::vector<double> &values)
{
	return statistic_slots[I]->function(values.data(), values.size(), statistic_slots[I]->user);
}

struct slot {
	void (*setup)(const benchmark::State &);
	void (*teardown)(const benchmark::State &);
	double (*statistic)(const std::vector<double> &);
};

template <size_t... I> constexpr std::array<slot, n_slots> make_slots(std::index_sequence<I...>)
{
	return {{{setup_slot<I>, teardown_slot<I>, statistic_slot<I>}...}};
}

constexpr std::array<slot, n_slots> slots = make_slots(std::make_index_sequence<n_slots>());

struct slots_used {
	size_t hooks = 0, statistics = 0;
};

void run_function(const cbench_case *c, benchmark::State &state)
{
	run_state s;
	s.left = 0;
	s.c = c;
	s.view = s.run = &state;
	c->function(&s, c->user);
	if (!s.finished && !state.error_occurred())
		state.SkipWithError("the benchmark returned before its loop had ended");
}

benchmark::internal::Benchmark *add_to_library(const cbench_case *c, slots_used &used)
{
	auto *b = benchmark::RegisterBenchmark(c->name.c_str(), [c](benchmark::State &s) { run_function(c, s); });
	if (c->process_cpu_time)
		b->MeasureProcessCPUTime();
	if (c->real_time)
		b->UseRealTime();
	if (c->manual_time)
		b->UseManualTime();
	if (c->setup || c->teardown) {
		if (used.hooks == n_slots)
			throw std::length_error("too many cases with set-up or tear-down");
		hook_slots[used.hooks] = c;
		if (c->setup)
			b->Setup(slots[used.hooks].setup);
		if (c->teardown)
			b->Teardown(slots[used.hooks].teardown);
		used.hooks++;
	}
	return b;
}

void add_whole_to_library(const cbench_case *c, slots_used &used)
{
	auto *b = add_to_library(c, used);
	for (const auto &args : c->args)
		b->Args(args);
	if (!c->arg_names.empty())
		b->ArgNames(c->arg_names);
	for (int n : c->threads)
		b->Threads(n);
	if (c->min_time > 0)
		b->MinTime(c->min_time);
	if (c->min_warmup_time > 0)
		b->MinWarmUpTime(c->min_warmup_time);
	if (c->iterations > 0)
		b->Iterations(c->iterations);
	if (c->repetitions > 0)
		b->Repetitions(c->repetitions);
	if (c->aggregates_only >= 0)
		b->ReportAggregatesOnly(c->aggregates_only);
	if (c->display_aggregates_only >= 0)
		b->DisplayAggregatesOnly(c->display_aggregates_only);
	if (c->time_unit >= 0)
		b->Unit(static_cast<benchmark::TimeUnit>(c->time_unit));
	if (c->complexity_function)
		b->Complexity(c->complexity_function);
	else if (c->complexity != CBENCH_O_NONE)
		b->Complexity(static_cast<benchmark::BigO>(c->complexity));
	for (const auto &statistic : c->statistics) {
		if (used.statistics == n_slots)
			throw std::length_error("too many statistics");
		statistic_slots[used.statistics] = &statistic;
		b->ComputeStatistics(statistic.name, slots[used.statistics++].statistic,
				     static_cast<benchmark::StatisticUnit>(statistic.unit));
	}
}

// Enumerators that are handed through by value.
static_assert(CBENCH_SECOND == static_cast<int>(benchmark::kSecond), "time unit");
static_assert(CBENCH_O_1 == static_cast<int>(benchmark::o1), "complexity");
static_assert(CBENCH_O_FUNCTION == static_cast<int>(benchmark::oLambda), "complexity");
static_assert(CBENCH_STATISTIC_PERCENTAGE == static_cast<int>(benchmark::kPercentage), "statistic unit");
static_assert(CBENCH_COUNTER_RATE == static_cast<int>(benchmark::Counter::kIsRate), "counter");
static_assert(CBENCH_COUNTER_AVG_ITERATIONS == static_cast<int>(benchmark::Counter::kAvgIterations), "counter");

// The library has this flag in the sign bit.
benchmark::Counter::Flags library_flags(unsigned flags)
{
	unsigned f = flags & 15u;
	if (flags & CBENCH_COUNTER_INVERT)
		f |= static_cast<unsigned>(benchmark::Counter::kInvert);
	return static_cast<benchmark::Counter::Flags>(f);
}

unsigned our_flags(benchmark::Counter::Flags flags)
{
	unsigned f = static_cast<unsigned>(flags) & 15u;
	if (flags & benchmark::Counter::kInvert)
		f |= CBENCH_COUNTER_INVERT;
	return f;
}

// The error of a run: its place moved after 1.7.
template <class R> auto run_error(const R &r, int) -> decltype(r.error_occurred, static_cast<const char *>(nullptr))
{
	return r.error_occurred ? r.error_message.c_str() : nullptr;
}

template <class R> auto run_error(const R &r, long) -> decltype(r.skip_message.c_str())
{
	return r.skipped ? r.skip_message.c_str() : nullptr;
}

// cbench_reporter's callbacks as a reporter of the library.
class callback_reporter : public benchmark::BenchmarkReporter
{
      public:
	explicit callback_reporter(const cbench_reporter &reporter) : r(reporter)
	{
	}

	bool ReportContext(const Context &context) override
	{
		if (!r.context)
			return true;
		std::vector<cbench_cache> caches;
		for (const auto &cache : context.cpu_info.caches)
			caches.push_back({cache.type.c_str(), cache.level, cache.size, cache.num_sharing});
		std::vector<const char *> keys, values;
		if (const auto *extra = benchmark::internal::GetGlobalContext()) {
			for (const auto &kv : *extra) {
				keys.push_back(kv.first.c_str());
				values.push_back(kv.second.c_str());
			}
		}
		cbench_context c = {};
		c.host = context.sys_info.name.c_str();
		c.executable = Context::executable_name ? Context::executable_name : "";
		c.n_cpus = context.cpu_info.num_cpus;
		c.cycles_per_second = context.cpu_info.cycles_per_second;
		c.frequency_scaling = context.cpu_info.scaling == benchmark::CPUInfo::ENABLED    ? 1
				      : context.cpu_info.scaling == benchmark::CPUInfo::DISABLED ? 0
												 : -1;
		c.caches = caches.data();
		c.n_caches = caches.size();
		c.load_average = context.cpu_info.load_avg.data();
		c.n_load_average = context.cpu_info.load_avg.size();
		c.keys = keys.data();
		c.values = values.data();
		c.n_keys = keys.size();
		c.name_width = context.name_field_width;
		return r.context(r.user, &c) == 0;
	}

	void ReportRuns(const std::vector<Run> &runs) override
	{
		if (!r.runs)
			return;
		std::vector<std::string> names;
		std::vector<std::vector<cbench_counter>> counters;
		names.reserve(runs.size());
		counters.reserve(runs.size());
		std::vector<cbench_report> reports;
		for (const Run &run : runs) {
			names.push_back(run.benchmark_name());
			counters.emplace_back();
			for (const auto &counter : run.counters)
				counters.back().push_back({counter.first.c_str(), counter.second.value,
							   our_flags(counter.second.flags),
							   static_cast<int>(counter.second.oneK)});
			cbench_report p = {};
			p.name = names.back().c_str();
			p.function_name = run.run_name.function_name.c_str();
			p.args = run.run_name.args.c_str();
			p.label = run.report_label.c_str();
			p.aggregate_name = run.run_type == Run::RT_Aggregate ? run.aggregate_name.c_str() : nullptr;
			p.error = run_error(run, 0);
			p.aggregate_unit = static_cast<cbench_statistic_unit>(run.aggregate_unit);
			p.family_index = run.family_index;
			p.instance_index = run.per_family_instance_index;
			p.repetition_index = run.repetition_index;
			p.repetitions = run.repetitions;
			p.threads = run.threads;
			p.iterations = run.iterations;
			p.time_unit = static_cast<cbench_time_unit>(run.time_unit);
			p.real_time = run.GetAdjustedRealTime();
			p.cpu_time = run.GetAdjustedCPUTime();
			p.real_seconds = run.real_accumulated_time;
			p.cpu_seconds = run.cpu_accumulated_time;
			p.complexity = static_cast<cbench_complexity>(run.complexity);
			p.complexity_n = run.complexity_n;
			p.is_complexity = run.report_big_o;
			p.is_rms = run.report_rms;
			p.counters = counters.back().data();
			p.n_counters = counters.back().size();
			reports.push_back(p);
		}
		r.runs(r.user, reports.data(), reports.size());
	}

	void Finalize() override
	{
		if (r.finalize)
			r.finalize(r.user);
	}

      private:
	const cbench_reporter r;
};

// Deprecated since long, and still there.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
using library_csv_reporter = benchmark::CSVReporter;

// The library aborts on a counter that its header line has no column for.
class csv_reporter : public library_csv_reporter
{
      public:
	void ReportRuns(const std::vector<Run> &runs) override
	{
		for (const Run &run : runs) {
			for (const auto &counter : run.counters) {
				if (header_printed && !columns.count(counter.first))
					throw std::invalid_argument("csv: no column for the counter " + counter.first);
			}
		}
		if (!header_printed) {
			columns = {"bytes_per_second", "items_per_second"};
			for (const Run &run : runs) {
				for (const auto &counter : run.counters)
					columns.insert(counter.first);
			}
			header_printed = true;
		}
		library_csv_reporter::ReportRuns(runs);
	}

      private:
	bool header_printed = false;
	std::set<std::string> columns;
};

// Hands everything on to several reporters; what the library itself complains
// about while it looks for benchmarks is kept in `complaints`.
class fan_out : public benchmark::BenchmarkReporter
{
      public:
	fan_out()
	{
		SetErrorStream(&complaints);
	}

	void add(const cbench_reporter &reporter)
	{
		std::unique_ptr<benchmark::BenchmarkReporter> made;
		switch (raw(reporter.format)) {
		case CBENCH_CONSOLE:
			made.reset(new benchmark::ConsoleReporter(reporter.path
									  ? benchmark::ConsoleReporter::OO_None
									  : benchmark::ConsoleReporter::OO_Defaults));
			break;
		case CBENCH_JSON:
			made.reset(new benchmark::JSONReporter);
			break;
		case CBENCH_CSV:
			made.reset(new csv_reporter);
			break;
		case CBENCH_CALLBACKS:
			made.reset(new callback_reporter(reporter));
			break;
		default:
			throw std::invalid_argument("unknown format of a reporter");
		}
		if (raw(reporter.format) != CBENCH_CALLBACKS && reporter.path) {
			files.emplace_back(reporter.path, new std::ofstream(reporter.path));
			if (!*files.back().second)
				throw std::runtime_error(std::string("can't write ") + reporter.path);
			made->SetOutputStream(files.back().second.get());
			made->SetErrorStream(files.back().second.get());
		}
		reporters.push_back(made.get());
		owned.push_back(std::move(made));
	}

	// What the options ask for. The library's own object for that is one for the
	// whole process, which it deletes after the first run unless it is handed in;
	// it knows about colours, but JSON and CSV can't be used twice.
	void add_default()
	{
		const std::string &format = benchmark::FLAGS_benchmark_format;
		cbench_reporter r = {};
		if (format == "json")
			r.format = CBENCH_JSON;
		else if (format == "csv")
			r.format = CBENCH_CSV;
		else
			return reporters.push_back(benchmark::CreateDefaultDisplayReporter());
		add(r);
	}

	void check_files()
	{
		for (auto &file : files) {
			if (!file.second->flush())
				throw std::runtime_error("can't write " + file.first);
		}
	}

	bool ReportContext(const Context &context) override
	{
		bool go_on = true;
		for (auto *r : reporters)
			go_on = r->ReportContext(context) && go_on;
		flush();
		return go_on;
	}

	void ReportRuns(const std::vector<Run> &runs) override
	{
		for (auto *r : reporters)
			r->ReportRuns(runs);
		flush();
	}

	void Finalize() override
	{
		for (auto *r : reporters)
			r->Finalize();
		flush();
	}

	std::ostringstream complaints;

      private:
	void flush()
	{
		for (auto *r : reporters) {
			r->GetOutputStream().flush();
			r->GetErrorStream().flush();
		}
	}

	std::vector<std::pair<std::string, std::unique_ptr<std::ofstream>>> files;
	std::vector<std::unique_ptr<benchmark::BenchmarkReporter>> owned;
	std::vector<benchmark::BenchmarkReporter *> reporters;
};
#pragma GCC diagnostic pop

// Of cbench_run_once: keeps the run and prints nothing.
class keeper : public benchmark::BenchmarkReporter
{
      public:
	keeper()
	{
		SetErrorStream(&complaints);
	}

	bool ReportContext(const Context &) override
	{
		return true;
	}

	void ReportRuns(const std::vector<Run> &runs) override
	{
		for (const Run &run : runs) {
			result.iterations = run.iterations;
			result.cpu_seconds = run.cpu_accumulated_time;
			result.real_seconds = run.real_accumulated_time;
			const char *error = run_error(run, 0);
			if (error) {
				fail("%s", error);
				result.error = error_text;
			}
			n_runs++;
		}
	}

	cbench_result result = {};
	int n_runs = 0;

      private:
	std::ostringstream complaints;
};

// Options that would make a single run list, write a file or warm up.
class without_options
{
      public:
	without_options()
	{
		benchmark::FLAGS_benchmark_list_tests = false;
		benchmark::FLAGS_benchmark_min_warmup_time = 0;
		out.swap(benchmark::FLAGS_benchmark_out);
	}
	~without_options()
	{
		benchmark::FLAGS_benchmark_list_tests = list_tests;
		benchmark::FLAGS_benchmark_min_warmup_time = min_warmup_time;
		out.swap(benchmark::FLAGS_benchmark_out);
	}

      private:
	const bool list_tests = benchmark::FLAGS_benchmark_list_tests;
	const double min_warmup_time = benchmark::FLAGS_benchmark_min_warmup_time;
	std::string out;
};

// Thrown through the library in place of its exit().
struct help_printed {
};

[[noreturn]] void print_help()
{
	benchmark::PrintDefaultHelp();
	throw help_printed();
}

int no_case()
{
	return fail("no case");
}

int busy()
{
	return fail("not while a benchmark runs");
}

// Settings: `f` changes the case, once it and the caller have been checked.
template <class F> int set(cbench_case *c, F f)
{
	if (!c)
		return no_case();
	if (running)
		return busy();
	return guarded([&] { return f(), 0; });
}

int check_args(const cbench_case *c, size_t n)
{
	size_t present = !c->args.empty() ? c->args.front().size() : c->arg_names.size();
	if (n == 0)
		return fail("%s: a set of arguments can't be empty", c->name.c_str());
	if (present != 0 && present != n)
		return fail("%s: %zu arguments or names beside %zu", c->name.c_str(), n, present);
	return 0;
}

int add_product(cbench_case *c, const std::vector<std::vector<int64_t>> &lists)
{
	if (check_args(c, lists.size()))
		return -1;
	for (const auto &list : lists) {
		if (list.empty())
			return fail("%s: an empty list of arguments", c->name.c_str());
	}
	// Counts up, the first list being the quickest.
	std::vector<size_t> i(lists.size());
	for (;;) {
		std::vector<int64_t> args;
		for (size_t k = 0; k < lists.size(); k++)
			args.push_back(lists[k][i[k]]);
		c->args.push_back(std::move(args));
		size_t k = 0;
		while (k < lists.size() && ++i[k] == lists[k].size())
			i[k++] = 0;
		if (k == lists.size())
			return 0;
	}
}

std::unique_ptr<cbench_case> make_case(const char *name, cbench_function *function, void *user)
{
	if (!name || !*name || !function) {
		fail("a case needs a name and a function");
		return nullptr;
	}
	std::unique_ptr<cbench_case> c(new cbench_case);
	c->name = name;
	c->function = function;
	c->user = user;
	return c;
}

} // namespace

// ---- Lifecycle ----

int cbench_initialize(int *argc, char **argv)
{
	if (!argc || *argc < 1 || !argv)
		return fail("no program name");
	try {
		benchmark::Initialize(argc, argv, print_help);
	} catch (const help_printed &) {
		fail("help printed");
		return 1;
	} catch (const std::exception &e) {
		return fail("%s", e.what());
	} catch (...) {
		return fail("unknown exception");
	}
	return 0;
}

bool cbench_report_unrecognized_arguments(int argc, char **argv)
{
	return benchmark::ReportUnrecognizedArguments(argc, argv);
}

void cbench_shutdown(void)
{
	if (running)
		return;
	cbench_clear();
	benchmark::Shutdown();
	benchmark::internal::GetGlobalContext() = nullptr;
}

const char *cbench_error(void)
{
	return error_text;
}

const char *cbench_library_version(void)
{
	return CBENCH_LIBRARY_VERSION;
}

bool cbench_library_is_debug(void)
{
	// Only the library's JSON output tells.
	return guarded([] {
		       static const bool debug = [] {
			       std::ostringstream out;
			       benchmark::JSONReporter json;
			       json.SetOutputStream(&out);
			       json.SetErrorStream(&out);
			       json.ReportContext(benchmark::BenchmarkReporter::Context());
			       return out.str().find("\"library_build_type\": \"debug\"") != std::string::npos;
		       }();
		       return debug ? 1 : 0;
	       }) == 1;
}

// ---- Cases ----

cbench_case *cbench_register(const char *name, cbench_function *function, void *user)
{
	cbench_case *made = nullptr;
	guarded([&] {
		if (running)
			return busy();
		auto c = make_case(name, function, user);
		if (!c)
			return -1;
		registry.push_back(std::move(c));
		made = registry.back().get();
		return 0;
	});
	return made;
}

void cbench_clear(void)
{
	if (!running)
		registry.clear();
}

cbench_case *cbench_case_new(const char *name, cbench_function *function, void *user)
{
	cbench_case *made = nullptr;
	guarded([&] {
		made = make_case(name, function, user).release();
		return 0;
	});
	return made;
}

void cbench_case_free(cbench_case *c)
{
	delete c;
}

int cbench_add_arg(cbench_case *c, int64_t arg)
{
	return cbench_add_args(c, &arg, 1);
}

int cbench_add_args(cbench_case *c, const int64_t *args, size_t n)
{
	if (c && check_args(c, n))
		return -1;
	return set(c, [&] { c->args.emplace_back(args, args + n); });
}

int cbench_add_range(cbench_case *c, int64_t low, int64_t high)
{
	return cbench_add_ranges(c, &low, &high, 1);
}

int cbench_set_range_multiplier(cbench_case *c, int multiplier)
{
	if (multiplier < 2)
		return fail("a range multiplier of %d", multiplier);
	return set(c, [&] { c->range_multiplier = multiplier; });
}

int cbench_add_dense_range(cbench_case *c, int64_t low, int64_t high, int64_t step)
{
	if (low > high || step < 1)
		return fail("a range from %lld to %lld by %lld", static_cast<long long>(low),
			    static_cast<long long>(high), static_cast<long long>(step));
	if (c && check_args(c, 1))
		return -1;
	return set(c, [&] {
		// Counted, as low + step may not fit.
		uint64_t n = (static_cast<uint64_t>(high) - static_cast<uint64_t>(low)) / static_cast<uint64_t>(step);
		for (uint64_t i = 0; i <= n; i++)
			c->args.push_back({low + static_cast<int64_t>(i) * step});
	});
}

int cbench_add_ranges(cbench_case *c, const int64_t *low, const int64_t *high, size_t n)
{
	if (!c)
		return no_case();
	if (running)
		return busy();
	for (size_t i = 0; i < n; i++) {
		if (low[i] > high[i])
			return fail("a range from %lld to %lld", static_cast<long long>(low[i]),
				    static_cast<long long>(high[i]));
	}
	return guarded([&] {
		std::vector<std::vector<int64_t>> lists;
		for (size_t i = 0; i < n; i++)
			lists.push_back(benchmark::CreateRange(low[i], high[i], c->range_multiplier));
		return add_product(c, lists);
	});
}

int cbench_add_args_product(cbench_case *c, const int64_t *const *values, const size_t *lens, size_t n)
{
	if (!c)
		return no_case();
	if (running)
		return busy();
	return guarded([&] {
		std::vector<std::vector<int64_t>> lists;
		for (size_t i = 0; i < n; i++)
			lists.emplace_back(values[i], values[i] + lens[i]);
		return add_product(c, lists);
	});
}

int cbench_set_arg_names(cbench_case *c, const char *const *names, size_t n)
{
	if (c && !c->args.empty() && check_args(c, n))
		return -1;
	return set(c, [&] { c->arg_names.assign(names, names + n); });
}

int cbench_add_threads(cbench_case *c, int n)
{
	return cbench_add_dense_thread_range(c, n, n, 1);
}

int cbench_add_thread_range(cbench_case *c, int low, int high)
{
	if (low < 1 || low > high)
		return fail("%d to %d threads", low, high);
	return set(c, [&] {
		for (int64_t n : benchmark::CreateRange(low, high, 2))
			c->threads.push_back(static_cast<int>(n));
	});
}

int cbench_add_dense_thread_range(cbench_case *c, int low, int high, int stride)
{
	if (low < 1 || low > high || stride < 1)
		return fail("%d to %d threads by %d", low, high, stride);
	return set(c, [&] {
		for (int n = low; n < high; n += std::min(stride, high - n))
			c->threads.push_back(n);
		c->threads.push_back(high);
	});
}

int cbench_add_thread_per_cpu(cbench_case *c)
{
	return set(c, [&] { c->threads.push_back(benchmark::CPUInfo::Get().num_cpus); });
}

int cbench_use_real_time(cbench_case *c)
{
	return set(c, [&] {
		c->real_time = true;
		c->manual_time = false;
	});
}

int cbench_use_manual_time(cbench_case *c)
{
	return set(c, [&] {
		c->manual_time = true;
		c->real_time = false;
	});
}

int cbench_measure_process_cpu_time(cbench_case *c)
{
	return set(c, [&] { c->process_cpu_time = true; });
}

int cbench_set_min_time(cbench_case *c, double seconds)
{
	if (!(seconds > 0))
		return fail("a minimum time of %g s", seconds);
	if (c && c->iterations > 0)
		return fail("%s: a minimum time beside a number of iterations", c->name.c_str());
	return set(c, [&] { c->min_time = seconds; });
}

int cbench_set_min_warmup_time(cbench_case *c, double seconds)
{
	if (!(seconds >= 0))
		return fail("a warm-up of %g s", seconds);
	if (c && c->iterations > 0)
		return fail("%s: a warm-up beside a number of iterations", c->name.c_str());
	return set(c, [&] { c->min_warmup_time = seconds; });
}

int cbench_set_iterations(cbench_case *c, int64_t iterations)
{
	if (iterations < 1)
		return fail("%lld iterations", static_cast<long long>(iterations));
	if (c && (c->min_time > 0 || c->min_warmup_time > 0))
		return fail("%s: a number of iterations beside a minimum time", c->name.c_str());
	return set(c, [&] { c->iterations = iterations; });
}

int cbench_set_repetitions(cbench_case *c, int n)
{
	if (n < 1)
		return fail("%d repetitions", n);
	return set(c, [&] { c->repetitions = n; });
}

int cbench_report_aggregates_only(cbench_case *c, bool only)
{
	return set(c, [&] { c->aggregates_only = only; });
}

int cbench_display_aggregates_only(cbench_case *c, bool only)
{
	return set(c, [&] { c->display_aggregates_only = only; });
}

int cbench_add_statistic(cbench_case *c, const char *name, cbench_statistic *statistic, void *user,
			 cbench_statistic_unit unit)
{
	if (!name || !*name || !statistic)
		return fail("a statistic needs a name and a function");
	if (raw(unit) != CBENCH_STATISTIC_TIME && raw(unit) != CBENCH_STATISTIC_PERCENTAGE)
		return fail("unknown unit of a statistic");
	return set(c, [&] { c->statistics.push_back({name, statistic, user, unit}); });
}

int cbench_set_time_unit(cbench_case *c, cbench_time_unit unit)
{
	if (raw(unit) < CBENCH_NANOSECOND || raw(unit) > CBENCH_SECOND)
		return fail("unknown time unit");
	return set(c, [&] { c->time_unit = unit; });
}

int cbench_set_complexity(cbench_case *c, cbench_complexity complexity)
{
	if (raw(complexity) < CBENCH_O_NONE || raw(complexity) > CBENCH_O_AUTO)
		return fail("unknown complexity");
	return set(c, [&] {
		c->complexity = complexity;
		c->complexity_function = nullptr;
	});
}

int cbench_set_complexity_function(cbench_case *c, cbench_complexity_function *function)
{
	return set(c, [&] {
		c->complexity = CBENCH_O_NONE;
		c->complexity_function = function;
	});
}

int cbench_set_setup(cbench_case *c, cbench_function *setup)
{
	return set(c, [&] { c->setup = setup; });
}

int cbench_set_teardown(cbench_case *c, cbench_function *teardown)
{
	return set(c, [&] { c->teardown = teardown; });
}

// ---- Inside a benchmark ----

// Starts, continues and ends the library's loop, which aborts when the timer
// stands still at its end, or when it is asked again.
static bool keep_running(run_state *s, int64_t n)
{
	if (!s->run || s->finished)
		return false;
	if (s->paused)
		cbench_resume_timing(s);
	s->started = true;
	s->finished = !s->run->KeepRunningBatch(n);
	return !s->finished;
}

// The library sees one batch, of all iterations; they are counted down inline.
bool cbench_keep_running_slow(cbench_state *state)
{
	run_state *s = of(state);
	if (!s->run || !keep_running(s, s->run->max_iterations))
		return false;
	state->left = s->run->max_iterations - 1;
	return true;
}

bool cbench_keep_running_batch(cbench_state *state, int64_t n)
{
	return keep_running(of(state), std::max<int64_t>(n, 1));
}

int64_t cbench_iterations(const cbench_state *state)
{
	return of(state)->view->iterations() - state->left;
}

int64_t cbench_max_iterations(const cbench_state *state)
{
	return of(state)->view->max_iterations;
}

void cbench_pause_timing(cbench_state *state)
{
	run_state *s = of(state);
	if (!s->started || s->finished || s->paused || s->run->error_occurred())
		return;
	s->run->PauseTiming();
	s->paused = true;
}

void cbench_resume_timing(cbench_state *state)
{
	run_state *s = of(state);
	if (!s->paused)
		return;
	s->paused = false;
	if (!s->run->error_occurred())
		s->run->ResumeTiming();
}

void cbench_set_iteration_time(cbench_state *state, double seconds)
{
	if (of(state)->run)
		of(state)->run->SetIterationTime(seconds);
}

int64_t cbench_arg(const cbench_state *state, size_t i)
{
	return i < cbench_n_args(state) ? of(state)->view->range(i) : 0;
}

size_t cbench_n_args(const cbench_state *state)
{
	const cbench_case *c = of(state)->c;
	return c->args.empty() ? 0 : c->args.front().size();
}

int cbench_thread_index(const cbench_state *state)
{
	return of(state)->view->thread_index();
}

int cbench_threads(const cbench_state *state)
{
	return of(state)->view->threads();
}

void cbench_skip_with_error(cbench_state *state, const char *message)
{
	run_state *s = of(state);
	if (!s->run || s->finished)
		return;
	guarded([&] { return s->run->SkipWithError(message ? message : "failed"), 0; });
	state->left = 0;
}

bool cbench_error_occurred(const cbench_state *state)
{
	return of(state)->run && of(state)->run->error_occurred();
}

void cbench_set_label(cbench_state *state, const char *label)
{
	if (of(state)->run && label)
		guarded([&] { return of(state)->run->SetLabel(label), 0; });
}

void cbench_set_bytes_processed(cbench_state *state, int64_t bytes)
{
	if (of(state)->run)
		guarded([&] { return of(state)->run->SetBytesProcessed(bytes), 0; });
}

void cbench_set_items_processed(cbench_state *state, int64_t items)
{
	if (of(state)->run)
		guarded([&] { return of(state)->run->SetItemsProcessed(items), 0; });
}

void cbench_set_complexity_n(cbench_state *state, int64_t n)
{
	if (of(state)->run)
		of(state)->run->SetComplexityN(n);
}

void cbench_set_counter(cbench_state *state, const char *name, double value, unsigned flags, cbench_one_k one_k)
{
	if (!of(state)->run || !name)
		return;
	guarded([&] {
		of(state)->run->counters[name] = benchmark::Counter(
			value, library_flags(flags),
			raw(one_k) == CBENCH_1024 ? benchmark::Counter::kIs1024 : benchmark::Counter::kIs1000);
		return 0;
	});
}

double cbench_get_counter(const cbench_state *state, const char *name)
{
	double value = 0;
	guarded([&] {
		const auto &counters = of(state)->view->counters;
		auto found = counters.find(name);
		if (found != counters.end())
			value = found->second.value;
		return 0;
	});
	return value;
}

// ---- Running ----

int cbench_add_context(const char *key, const char *value)
{
	if (!key || !*key || !value)
		return fail("context needs a key and a value");
	return guarded([&] {
		auto *&context = benchmark::internal::GetGlobalContext();
		if (context)
			context->erase(key);
		benchmark::AddCustomContext(key, value);
		return 0;
	});
}

void cbench_set_random_interleaving(bool on)
{
	benchmark::FLAGS_benchmark_enable_random_interleaving = on;
}

int cbench_set_default_time_unit(cbench_time_unit unit)
{
	if (raw(unit) < CBENCH_NANOSECOND || raw(unit) > CBENCH_SECOND)
		return fail("unknown time unit");
	benchmark::SetDefaultTimeUnit(static_cast<benchmark::TimeUnit>(unit));
	return 0;
}

int64_t cbench_run(const cbench_run_options *options)
{
	static const cbench_run_options none = {};
	const cbench_run_options &o = options ? *options : none;
	if (running)
		return busy();
	return guarded([&]() -> int64_t {
		const std::string &out = benchmark::FLAGS_benchmark_out;
		if (!out.empty() && !std::ofstream(out, std::ios::app))
			return fail("can't write %s", out.c_str());
		for (const auto &format : {benchmark::FLAGS_benchmark_format, benchmark::FLAGS_benchmark_out_format}) {
			if (format != "console" && format != "json" && format != "csv")
				return fail("unknown format %s", format.c_str());
		}
		fan_out reporter;
		for (size_t i = 0; i < o.n_reporters; i++)
			reporter.add(o.reporters[i]);
		if (o.n_reporters == 0)
			reporter.add_default();

		benchmark::ClearRegisteredBenchmarks();
		run_guard guard;
		slots_used used;
		for (const auto &c : registry)
			add_whole_to_library(c.get(), used);
		size_t n = o.filter ? benchmark::RunSpecifiedBenchmarks(&reporter, std::string(o.filter))
				    : benchmark::RunSpecifiedBenchmarks(&reporter);
		reporter.check_files();
		std::string complaints = reporter.complaints.str();
		while (!complaints.empty() && complaints.back() == '\n')
			complaints.pop_back();
		if (n == 0)
			fail("%s", complaints.c_str());
		else if (!complaints.empty())
			std::cerr << complaints << std::endl;
		return static_cast<int64_t>(n);
	});
}

int cbench_run_once(cbench_case *c, int64_t iterations, cbench_result *result)
{
	*result = {};
	int rc = guarded([&] {
		if (!c)
			return no_case();
		if (running)
			return busy();
		if (iterations < 1)
			return fail("%lld iterations", static_cast<long long>(iterations));
		benchmark::ClearRegisteredBenchmarks();
		run_guard guard;
		without_options options;
		slots_used used;
		auto *b = add_to_library(c, used);
		if (!c->args.empty())
			b->Args(c->args.front());
		b->Iterations(iterations)->Repetitions(1);
		keeper reporter;
		benchmark::RunSpecifiedBenchmarks(&reporter, std::string("."));
		*result = reporter.result;
		if (result->error)
			return -1;
		return reporter.n_runs == 1 ? 0 : fail("%s: not run", c->name.c_str());
	});
	if (rc)
		result->error = error_text;
	return rc;
}
