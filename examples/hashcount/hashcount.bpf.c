// SPDX-License-Identifier: GPL-2.0
/* Counts system calls in a hash map, by the program's name and the call's number. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef __u32 u32;
typedef __u64 u64;
typedef __s64 s64;

#define COMM_LEN 16

struct call_key {
	char comm[COMM_LEN];
	u32 nr; /* as in asm/unistd.h */
};

struct call_count {
	u64 calls;
	u64 first; /* CLOCK_MONOTONIC, ns */
	u64 last;
	u32 last_pid;
	u32 last_uid;
};

/* The context of the tracepoint: events/raw_syscalls/sys_enter/format. */
struct sys_enter {
	u64 common;
	s64 id;
	u64 args[6];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 16384);
	__type(key, struct call_key);
	__type(value, struct call_count);
} calls SEC(".maps");

static __always_inline struct call_count *find(const struct call_key *key, u64 now)
{
	struct call_count fresh = { .first = now };
	struct call_count *count = bpf_map_lookup_elem(&calls, key);

	if (count)
		return count;
	bpf_map_update_elem(&calls, key, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&calls, key);
}

SEC("tracepoint/raw_syscalls/sys_enter")
int on_call(struct sys_enter *ctx)
{
	struct call_key key = { .nr = ctx->id };
	u64 now = bpf_ktime_get_ns();
	struct call_count *count;

	bpf_get_current_comm(key.comm, sizeof(key.comm));
	count = find(&key, now);
	if (!count)
		return 0; /* the map is full */
	__sync_fetch_and_add(&count->calls, 1);
	count->last = now;
	count->last_pid = bpf_get_current_pid_tgid() >> 32;
	count->last_uid = bpf_get_current_uid_gid();
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
