// SPDX-License-Identifier: GPL-2.0
/*
 * Counts the threads that end, by user, in a hash map. User space pins the map, so that it
 * outlives this program.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef __u32 u32;
typedef __u64 u64;

#define COMM_LEN 16

struct exit_count {
	u64 exits;
	u64 last; /* CLOCK_MONOTONIC, ns */
	u32 last_pid;
	char last_comm[COMM_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32); /* uid */
	__type(value, struct exit_count);
} exits SEC(".maps");

static __always_inline struct exit_count *find(u32 uid)
{
	struct exit_count fresh = {};
	struct exit_count *count = bpf_map_lookup_elem(&exits, &uid);

	if (count)
		return count;
	bpf_map_update_elem(&exits, &uid, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&exits, &uid);
}

SEC("tracepoint/sched/sched_process_exit")
int on_exit(void *ctx)
{
	struct exit_count *count = find((u32)bpf_get_current_uid_gid());

	(void)ctx;
	if (!count)
		return 0;
	__sync_fetch_and_add(&count->exits, 1);
	count->last = bpf_ktime_get_ns();
	count->last_pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(count->last_comm, sizeof(count->last_comm));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
