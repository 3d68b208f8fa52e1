/* One of two files that bpftool links. Both have a static variable and a static struct of a name. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 64);
	__type(key, __u32);
	__type(value, __u64);
} only_in_a SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shared { __u32 hits; __u32 misses; });
} in_both __weak SEC(".maps");

static volatile int counter = 11;
static volatile char tag_a[5] = "aaaa";
volatile long global_of_a = 12;
const volatile int limit SEC(".rodata.limits") = 13;
__u64 zero_a;

SEC("socket")
int program_a(void *ctx)
{
	return counter++ + tag_a[1] + global_of_a + limit + zero_a;
}
