/* The other one; it shares map in_both. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct shared { __u32 hits; __u32 misses; });
} in_both __weak SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} only_in_b SEC(".maps");

static volatile int counter = 21;
static volatile char tag_b[3] = "bb";
volatile short global_of_b = 22;
extern const volatile int limit;
static volatile __u8 zero_b;

SEC("socket")
int program_b(void *ctx)
{
	return counter++ + tag_b[1] + global_of_b + limit + zero_b++;
}
