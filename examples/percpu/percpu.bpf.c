// SPDX-License-Identifier: GPL-2.0
/*
 * Counts openat(2) by process in a per-CPU map. Each CPU has its own value, so
 * nothing needs to be atomic. User space reads an array with all the values.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#define COMM_LEN 16
#define ACCESS_MODES 4

/* The two low bits of openat's flags: index of open_count.by_mode. */
enum access_mode {
	MODE_READ_ONLY = 0,
	MODE_WRITE_ONLY = 1,
	MODE_READ_WRITE = 2,
	MODE_SPECIAL = 3,
};

struct open_count {
	u64 opens;
	u64 last; /* CLOCK_MONOTONIC, ns */
	u32 by_mode[ACCESS_MODES];
	enum access_mode last_mode;
	char comm[COMM_LEN];
	u8 cpu;
};

/* The context of the tracepoint: events/syscalls/sys_enter_openat/format. */
struct sys_enter_openat {
	u64 common;
	s64 syscall_nr;
	s64 dfd;
	const char *filename;
	u64 flags;
	u64 mode;
};

struct {
	__uint(type, BPF_MAP_TYPE_LRU_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, u32); /* pid */
	__type(value, struct open_count);
} opens SEC(".maps");

static __always_inline struct open_count *find(u32 pid)
{
	struct open_count fresh = {};
	struct open_count *count = bpf_map_lookup_elem(&opens, &pid);

	if (count)
		return count;
	bpf_map_update_elem(&opens, &pid, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&opens, &pid);
}

SEC("tracepoint/syscalls/sys_enter_openat")
int on_openat(struct sys_enter_openat *ctx)
{
	struct open_count *count = find(bpf_get_current_pid_tgid() >> 32);
	u32 mode = ctx->flags & 3;

	if (!count)
		return 0;
	count->opens++;
	count->by_mode[mode]++;
	count->last_mode = mode;
	count->last = bpf_ktime_get_ns();
	count->cpu = bpf_get_smp_processor_id();
	bpf_get_current_comm(count->comm, sizeof(count->comm));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
