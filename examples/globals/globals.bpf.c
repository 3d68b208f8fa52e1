// SPDX-License-Identifier: GPL-2.0
/*
 * Measures one process's read(2) and write(2) with global variables only:
 *   .rodata  configuration, fixed when the object is loaded
 *   .data    a threshold and a switch, which user space may change while it runs
 *   .bss     the counters
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#define SIZE_CLASSES 8

/* Index of the first dimension of io_stats.by_size. */
enum direction {
	DIR_READ,
	DIR_WRITE,
	DIRECTIONS,
};

struct io_config {
	u32 pid;
	bool count_reads;
	bool count_writes;
};

struct io_stats {
	u64 calls[DIRECTIONS];
	u64 bytes[DIRECTIONS];
	/* class n: up to 8^n bytes; last class: everything larger */
	u32 by_size[DIRECTIONS][SIZE_CLASSES];
};

/* The context of the tracepoints: events/syscalls/sys_enter_{read,write}/format. */
struct sys_enter_io {
	u64 common;
	s64 syscall_nr;
	u64 fd;
	char *buf;
	u64 count;
};

const volatile struct io_config config = { .count_reads = true, .count_writes = true };

u32 min_bytes = 1;
bool paused = true; /* libbpf reads and writes too, while it attaches the programs */

struct io_stats stats;
u64 ignored;

/* Keeps enum direction in the BTF: see execsnoop. */
enum direction unused __attribute__((unused));

static __always_inline u32 size_class(u64 bytes)
{
	u64 limit = 1;
	u32 class = 0;

	while (class < SIZE_CLASSES - 1 && bytes > limit) {
		limit *= 8;
		class++;
	}
	return class;
}

static __always_inline int measure(enum direction dir, u64 bytes)
{
	if (paused || bpf_get_current_pid_tgid() >> 32 != config.pid)
		return 0;
	if (bytes < min_bytes) {
		__sync_fetch_and_add(&ignored, 1);
		return 0;
	}
	__sync_fetch_and_add(&stats.calls[dir], 1);
	__sync_fetch_and_add(&stats.bytes[dir], bytes);
	__sync_fetch_and_add(&stats.by_size[dir][size_class(bytes)], 1);
	return 0;
}

SEC("tracepoint/syscalls/sys_enter_read")
int on_read(struct sys_enter_io *ctx)
{
	return config.count_reads ? measure(DIR_READ, ctx->count) : 0;
}

SEC("tracepoint/syscalls/sys_enter_write")
int on_write(struct sys_enter_io *ctx)
{
	return config.count_writes ? measure(DIR_WRITE, ctx->count) : 0;
}

char LICENSE[] SEC("license") = "GPL";
