// SPDX-License-Identifier: MIT
#define _GNU_SOURCE
#include "residue.h"

enum { stack_len = 1 << 18, pattern = 0x5a, max_windows = 1 << 18, max_secrets = 8, word_len = 8 };

// The registers that a call may change, as residue_run stores them.
struct registers {
#ifdef __aarch64__
	uint64_t general[24]; // x0 … x17; the others stay zero
#else
	uint64_t general[16]; // rax, rcx, rdx, rsi, rdi, r8 … r11; the others stay zero
#endif
	uint8_t vector[32][64];
};

enum width { WIDTH_SSE, WIDTH_AVX, WIDTH_AVX512 };

// Clears the registers that a call may change, runs f(arg) on the other stack, and stores what the registers hold then.
void residue_run(void (*f)(void *), void *arg, uint8_t *stack_end, struct registers *r, enum width width);
#ifdef __aarch64__
// What a call keeps is the test's, and would be in its frames: cleared, too. Of v8 … v15 it keeps the lower halves.
__asm__(".text\n"
	".hidden residue_run\n"
	".globl residue_run\n"
	".type residue_run, @function\n"
	"residue_run:\n"
	"	stp x29, x30, [sp, #-160]!\n"
	".irp i, 19,20,21,22,23,24,25,26,27,28\n"
	"	str x\\i, [sp, 8 * (\\i - 17)]\n"
	".endr\n"
	".irp i, 8,9,10,11,12,13,14,15\n"
	"	str d\\i, [sp, 8 * (\\i + 4)]\n"
	".endr\n"
	"	mov x29, sp\n"
	"	mov x19, x3\n"
	"	mov sp, x2\n"
	"	mov x16, x0\n"
	"	mov x0, x1\n"
	".irp i, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,17,20,21,22,23,24,25,26,27,28\n"
	"	mov x\\i, xzr\n"
	".endr\n"
	".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
	"	movi v\\i\\().2d, #0\n"
	".endr\n"
	"	blr x16\n"
	".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17\n"
	"	str x\\i, [x19, 8 * \\i]\n"
	".endr\n"
	".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
	"	str q\\i, [x19, 192 + 64 * \\i]\n"
	".endr\n"
	"	mov sp, x29\n"
	".irp i, 19,20,21,22,23,24,25,26,27,28\n"
	"	ldr x\\i, [sp, 8 * (\\i - 17)]\n"
	".endr\n"
	".irp i, 8,9,10,11,12,13,14,15\n"
	"	ldr d\\i, [sp, 8 * (\\i + 4)]\n"
	".endr\n"
	"	ldp x29, x30, [sp], #160\n"
	"	ret\n"
	".size residue_run, . - residue_run\n");

static enum width register_width(void)
{
	return WIDTH_SSE; // there is one
}
#else
__asm__(".text\n"
	".hidden residue_run\n"
	".globl residue_run\n"
	".type residue_run, @function\n"
	"residue_run:\n"
	"	push %rbp\n"
	"	push %rbx\n"
	"	push %r12\n"
	"	mov %rsp, %rbp\n"
	"	mov %rcx, %rbx\n"
	"	mov %r8d, %r12d\n"
	"	mov %rdx, %rsp\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	cmp $1, %r12d\n"
	"	jl 1f\n"
	"	vzeroall\n"
	"	je 2f\n"
	".irp i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
	"	vpxorq %zmm\\i, %zmm\\i, %zmm\\i\n"
	".endr\n"
	"	jmp 2f\n"
	"1:\n"
	".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	"	pxor %xmm\\i, %xmm\\i\n"
	".endr\n"
	"2:	xor %ecx, %ecx\n"
	"	xor %edx, %edx\n"
	"	xor %esi, %esi\n"
	".irp i, 8,9,10,11\n"
	"	xor %r\\i\\()d, %r\\i\\()d\n"
	".endr\n"
	"	call *%rax\n"
	"	mov %rax, (%rbx)\n"
	"	mov %rcx, 8(%rbx)\n"
	"	mov %rdx, 16(%rbx)\n"
	"	mov %rsi, 24(%rbx)\n"
	"	mov %rdi, 32(%rbx)\n"
	"	mov %r8, 40(%rbx)\n"
	"	mov %r9, 48(%rbx)\n"
	"	mov %r10, 56(%rbx)\n"
	"	mov %r11, 64(%rbx)\n"
	"	cmp $1, %r12d\n"
	"	jl 4f\n"
	"	je 3f\n"
	".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31\n"
	"	vmovdqu64 %zmm\\i, 128 + 64 * \\i(%rbx)\n"
	".endr\n"
	"	vzeroupper\n"
	"	jmp 5f\n"
	"3:\n"
	".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	"	vmovdqu %ymm\\i, 128 + 64 * \\i(%rbx)\n"
	".endr\n"
	"	vzeroupper\n"
	"	jmp 5f\n"
	"4:\n"
	".irp i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	"	movdqu %xmm\\i, 128 + 64 * \\i(%rbx)\n"
	".endr\n"
	"5:	mov %rbp, %rsp\n"
	"	pop %r12\n"
	"	pop %rbx\n"
	"	pop %rbp\n"
	"	ret\n"
	".size residue_run, . - residue_run\n");

static enum width register_width(void)
{
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f"))
		return WIDTH_AVX512;
	return __builtin_cpu_supports("avx") ? WIDTH_AVX : WIDTH_SSE;
}
#endif

static const char *const place_names[] = {[RESIDUE_ON_STACK] = "stack", [RESIDUE_IN_REGISTERS] = "registers"};

static int failed;

// --- what the caller may know: all of its windows of 4 bytes, forwards and backwards, with zeroes around

static uint32_t windows[max_windows];
static size_t n_windows;

static void add_windows(const uint8_t *bytes, size_t len, int step)
{
	uint32_t window = 0;
	for (size_t i = 0; i < len + 3; i++) {
		assert_true(n_windows < max_windows);
		const uint32_t next = i < len ? (step > 0 ? bytes[i] : bytes[len - 1 - i]) : 0;
		window = window >> 8 | next << 24;
		windows[n_windows++] = window;
	}
}

void residue_public(const void *bytes, size_t len)
{
	add_windows(bytes, len, 1);
	add_windows(bytes, len, -1);
}

static int by_value(const void *a, const void *b)
{
	const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

static int is_public(const uint8_t *dump, size_t len, size_t at_byte)
{
	for (size_t start = at_byte < 3 ? 0 : at_byte - 3; start <= at_byte && start + 4 <= len; start++) {
		uint32_t window;
		memcpy(&window, dump + start, 4);
		if (bsearch(&window, windows, n_windows, sizeof window, by_value))
			return 1;
	}
	return 0;
}

// --- what a message should name

static struct {
	const char *name;
	const uint8_t *bytes;
	size_t len;
} secrets[max_secrets];
static size_t n_secrets;

void residue_secret(const char *name, const void *bytes, size_t len)
{
	assert_true(n_secrets < max_secrets);
	uint8_t *copy = random_buffer(len);
	memcpy(copy, bytes, len);
	secrets[n_secrets].name = name;
	secrets[n_secrets].bytes = copy;
	secrets[n_secrets++].len = len;
}

static void describe(const uint8_t *word, char *text, size_t cap)
{
	for (size_t len = word_len; len >= 4; len -= 4) {
		for (size_t i = 0; i < n_secrets; i++) {
			const uint8_t *hit = memmem(secrets[i].bytes, secrets[i].len, word, len);
			if (hit) {
				snprintf(text, cap, "%s + %td", secrets[i].name, hit - secrets[i].bytes);
				return;
			}
		}
	}
	snprintf(text, cap, "something that the key decides");
}

// --- the watch

struct dump {
	uint8_t stack[stack_len];
	struct registers registers;
};

static void take_dump(const struct residue_call *c, int run, uint8_t *stack, struct dump *d)
{
	static struct registers registers; // at one address, which the call saves on its stack
	c->prepare(c->state, run);
	memset(stack, pattern, stack_len);
	residue_run(c->call, c->state, stack + stack_len, &registers, register_width());
	memcpy(d->stack, stack, stack_len);
	d->registers = registers;
}

static void location(enum residue_place place, size_t offset, char *text, size_t cap)
{
#ifdef __aarch64__
	static const char *const general[] = {"x0", "x1",  "x2",  "x3",  "x4",  "x5",  "x6",  "x7",  "x8",
					      "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16", "x17"};
#else
	static const char *const general[] = {"rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9", "r10", "r11"};
#endif
	const size_t vectors = offsetof(struct registers, vector);
	if (place == RESIDUE_ON_STACK)
		snprintf(text, cap, "%zu bytes below the caller", stack_len - offset);
	else if (offset < vectors)
		snprintf(text, cap, "%s", general[offset / 8]);
	else
		snprintf(text, cap, "vector register %zu, byte %zu", (offset - vectors) / 64, (offset - vectors) % 64);
}

// Words of which three bytes or more depend on the key: a carry or a flag is no harm.
static unsigned int compare(enum residue_place place, const uint8_t *a, const uint8_t *b, size_t len, const char *what)
{
	size_t n = 0, first = 0;
	for (size_t i = 0; i + word_len <= len; i += word_len) {
		size_t n_differing = 0;
		for (size_t j = i; j < i + word_len; j++)
			n_differing += a[j] != b[j] && !is_public(a, len, j);
		if (n_differing >= 3 && n++ == 0)
			first = i;
	}
	if (n == 0)
		return 0;
	char where[64], name[64];
	location(place, first, where, sizeof where);
	describe(a + first, name, sizeof name);
	print_message("%s leaves %zu words in the %s, the first %s: %s\n", what, n, place_names[place], where, name);
	return place;
}

unsigned int residue_left(const struct residue_call *c, const char *what)
{
	at("%s", what);
	const struct guarded memory = guarded_new(stack_len);
	uint8_t *stack = guarded_at(&memory, BORDER_ABOVE, stack_len);
	struct dump *dumps = (struct dump *)(void *)zero_buffer(2 * sizeof *dumps, 64);
	n_windows = n_secrets = 0;
	take_dump(c, 0, stack, &dumps[0]); // resolves symbols: the dynamic linker saves registers on the stack
	for (int run = 1; run >= 0; run--) // the secrets and the public bytes named are those of run 0
		take_dump(c, run, stack, &dumps[run]);
	c->publish(c->state);
	qsort(windows, n_windows, sizeof windows[0], by_value);
	return compare(RESIDUE_ON_STACK, dumps[0].stack, dumps[1].stack, stack_len, what) |
	       compare(RESIDUE_IN_REGISTERS, (const uint8_t *)&dumps[0].registers, (const uint8_t *)&dumps[1].registers,
		       sizeof dumps[0].registers, what);
}

void residue_watch(const struct residue_call *c, const char *what)
{
	failed |= residue_left(c, what) != 0;
}

void residue_verdict(void)
{
	const int verdict = failed;
	failed = 0;
	assert_false(verdict);
}
