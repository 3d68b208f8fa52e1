// What the BTF does not describe, beside what it does: _Atomic members and globals, sections that
// libbpf reads itself, old maps beside new ones, and the globals of an arena.
#define SEC(name) __attribute__((section(name), used))

struct event {
	int pid;
	_Atomic int count;
	_Atomic long sums[3];
	struct {
		_Atomic short inner;
		int z;
	};
	char comm[8];
};
struct outer {
	char first;
	struct event event;
	_Atomic long last;
};
struct event event = {.pid = 5, .z = 6, .comm = "sh"};
struct outer outer;
_Atomic int atomic = 7;
int beside = 8;

struct ops {
	int (*init)(void);
	int flags;
};
SEC("struct_ops/init") int init(void)
{
	return 0;
}
struct ops my_ops SEC(".struct_ops") = {.init = init, .flags = 3};
struct ops my_link SEC(".struct_ops.link") = {.init = init};

struct bpf_map_def {
	unsigned type, key_size, value_size, max_entries, flags;
};
struct bpf_map_def old SEC("maps") = {1, 4, 8, 16};
struct bpf_map_def cache SEC("maps/cache") = {1, 4, 8, 16};
struct {
	int (*type)[1];
	int (*max_entries)[4];
	int *key;
	long *value;
} good SEC(".maps");
struct {
	int (*type)[33];
	int (*map_flags)[1024];
	int (*max_entries)[10];
} arena SEC(".maps");
char license_text[] SEC("license") = "GPL";

extern int CONFIG_HZ __attribute__((section(".kconfig"), weak));
extern const void kernel_symbol __attribute__((section(".ksyms"), weak));

#define __arena __attribute__((address_space(1)))
struct node {
	unsigned long key;
	int value;
};
int __arena hits SEC(".addr_space.1");
struct node __arena head SEC(".addr_space.1") = {7, 9};

SEC("syscall") int program(void *context)
{
	hits += CONFIG_HZ;
	return (long)&kernel_symbol + head.value + (long)&arena;
}
