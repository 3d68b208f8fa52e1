/* The object of body.py: fields of every shape, maps, globals and a program. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#define SEC(name) __attribute__((section(name), used))

typedef u32 exec_count_t;

enum exec_kind { EXEC_UNREADABLE = -1, EXEC_ABSOLUTE, EXEC_RELATIVE };

struct creds {
	u32 uid, gid;
};

struct exec_event {
	u64 timestamp;
	u32 pid;
	char comm[16];
	u8 mac[6];
	_Bool ok;
	enum exec_kind kind;
	struct creds creds;
	struct creds history[4];
	char names[4][8];
	u32 matrix[2][3];
	void *task;
	u32 argc : 7;
	struct {
		u32 low, high;
	} range;
	exec_count_t counts[3];
};

struct addr {
	u32 ip;
	u16 port;
};
typedef struct addr addr_t;

union word {
	u32 whole;
	u8 bytes[4];
};

struct exec_event *unused_event;
addr_t *unused_addr;
union word *unused_word;

const volatile u32 min_ms SEC(".rodata") = 5;
const volatile char version[8] SEC(".rodata") = "1.0";
u64 seen;

struct {
	int (*type)[1];
	int (*max_entries)[64];
	struct {
		u32 pid, cpu;
	} *key;
	struct {
		u64 count;
	} *value;
} counts SEC(".maps");

struct {
	int (*type)[1];
	int (*max_entries)[64];
	u32 *key;
	struct addr *value;
} addresses SEC(".maps");

struct {
	int (*type)[27];
	int (*max_entries)[4096];
} events SEC(".maps");

int handle_exec(void *context) SEC("tracepoint/syscalls/sys_enter_execve");

int handle_exec(void *context)
{
	return 0;
}
