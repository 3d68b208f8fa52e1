/*
 * A program for every loader: it counts the calls of getpriority(2) by process, in maps of several
 * kinds, and sends an event for each through a ring buffer and a perf buffer.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#define COMM_LEN 16

struct call_event {
	__u64 timestamp;
	__u32 pid;
	__u32 number : 24, odd : 1;
	char comm[COMM_LEN];
};

struct call_key {
	__u32 pid;
	char comm[COMM_LEN];
};

struct call_count {
	__u64 calls;
	bool odd : 1;
	__u8 last : 7;
};

struct call_event *unused_event __attribute__((unused));

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 64 * 1024);
} ring SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(int));
	__uint(value_size, sizeof(int));
} perf SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, struct call_key);
	__type(value, struct call_count);
} by_key SEC(".maps");

/* pid: calls */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u64);
} by_pid SEC(".maps");

/* a struct of 8 bytes, which some loaders hand out as an int */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, char[COMM_LEN]);
	__type(value, struct { __u32 pid; __s32 negative; });
} by_comm SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(max_entries, 1024);
	__type(key, __u32);
	__type(value, __u32);
} per_cpu SEC(".maps");

const volatile __u32 only_pid = 0;

static __always_inline void count(__u32 pid, const char *comm)
{
	struct call_key key = { .pid = pid };
	struct call_count one = { .calls = 1, .odd = 1, .last = 1 }, *found;
	struct { __u32 pid; __s32 negative; } last = { pid, -5 };
	__u64 start = 1, *calls;
	__u32 first = 1, *on_cpu;

	__builtin_memcpy(key.comm, comm, COMM_LEN);
	found = bpf_map_lookup_elem(&by_key, &key);
	if (found) {
		found->calls++;
		found->odd = found->calls & 1;
		found->last = found->calls & 127;
	} else {
		bpf_map_update_elem(&by_key, &key, &one, BPF_ANY);
	}
	calls = bpf_map_lookup_elem(&by_pid, &pid);
	if (calls)
		++*calls;
	else
		bpf_map_update_elem(&by_pid, &pid, &start, BPF_ANY);
	on_cpu = bpf_map_lookup_elem(&per_cpu, &pid);
	if (on_cpu)
		++*on_cpu;
	else
		bpf_map_update_elem(&per_cpu, &pid, &first, BPF_ANY);
	bpf_map_update_elem(&by_comm, comm, &last, BPF_ANY);
}

SEC("tracepoint/syscalls/sys_enter_getpriority")
int on_call(void *context)
{
	struct call_event event = { .timestamp = bpf_ktime_get_ns() };
	__u64 *calls;

	event.pid = bpf_get_current_pid_tgid() >> 32;
	if (only_pid && event.pid != only_pid)
		return 0;
	bpf_get_current_comm(event.comm, COMM_LEN);
	count(event.pid, event.comm);
	calls = bpf_map_lookup_elem(&by_pid, &event.pid);
	event.number = calls ? *calls : 0;
	event.odd = event.number & 1;
	bpf_ringbuf_output(&ring, &event, sizeof(event), 0);
	bpf_perf_event_output(context, &perf, BPF_F_CURRENT_CPU, &event, sizeof(event));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
