// Globals by section, and the keys and values of maps, anonymous ones among them.
typedef unsigned int u32;
typedef unsigned long long u64;

#define SEC(name) __attribute__((section(name), used))

struct data { // a type called like a section
	u32 x;
};

const volatile struct {
	u32 pid;
	_Bool verbose;
} config SEC(".rodata") = {.pid = 1};
const volatile char version[8] SEC(".rodata") = "1.0";
enum { IDLE, BUSY = 2 } mode = BUSY;
struct data items[2] = {{1}, {2}};
static volatile u64 hits SEC(".data.counters") = 5;
u64 total;
struct {
	u64 sum;
} per_cpu[4];

struct {
	int (*type)[1];
	int (*max_entries)[64];
	struct {
		u32 pid;
		u32 cpu;
	} *key;
	struct {
		u64 count;
		struct {
			u64 first, last;
		} seen;
	} *value;
} counts SEC(".maps");

struct {
	int (*type)[1];
	int (*max_entries)[64];
	u32 *key;
	struct data *value;
} named SEC(".maps");

struct inner {
	int (*type)[2];
	int (*max_entries)[1];
	u32 *key;
	struct {
		u64 depth;
	} *value;
};

struct {
	int (*type)[12];
	int (*max_entries)[4];
	u32 *key;
	struct inner *values[];
} outer SEC(".maps");

int program(void *context) SEC("socket");

int program(void *context)
{
	hits += 1;
	return 0;
}
