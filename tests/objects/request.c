/* The object of the program that tinybpf's users asked for; see tests/plugin/test_tinybpf.py. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct exec_event {
	__u64 timestamp;
	__u32 pid;
	char comm[];
};

struct exec_event *unused_exec_event __attribute__((unused));

char LICENSE[] SEC("license") = "GPL";
