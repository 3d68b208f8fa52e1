// SPDX-License-Identifier: GPL-2.0
/*
 * Sends one struct exec_event to user space for every execve(2), and counts
 * them by user.  This is an ordinary libbpf program, with nothing special for
 * btf_typing.  The Python side reads every type below from the object's BTF.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef __u8 u8;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;

#define COMM_LEN 16
#define PATH_LEN 64
#define ARGS_SENT 4
#define ARG_LEN_MAX 128
#define ARGC_MAX 64
#define ANY_UID ((u32)-1)

/* How the caller spelled the path of the program. */
enum exec_kind {
	EXEC_UNREADABLE = -1, /* see exec_event.path_error */
	EXEC_ABSOLUTE = 0,
	EXEC_RELATIVE = 1,
};

struct creds {
	u32 uid;
	u32 gid;
};

struct exec_event {
	u64 timestamp; /* CLOCK_MONOTONIC, ns */
	union {
		u64 pid_tgid;
		struct {
			u32 tid;
			u32 pid;
		};
	};
	struct creds creds;
	char comm[COMM_LEN]; /* of the caller: exec has not happened yet */
	enum exec_kind kind;
	u32 argc : 7; /* counted up to ARGC_MAX */
	bool argc_cut : 1; /* there are more than ARGC_MAX */
	s32 path_error : 8; /* 0, or the negative errno of reading the path */
	u8 path_len; /* of the part that fits, without the NUL */
	u32 arg_len[ARGS_SENT]; /* of the first arguments, without the NUL */
	char filename[PATH_LEN];
};

struct exec_count {
	u64 execs;
	u64 last_seen; /* CLOCK_MONOTONIC, ns */
	u32 last_pid;
	char last_comm[COMM_LEN];
};

/* The context of the tracepoint: events/syscalls/sys_enter_execve/format. */
struct sys_enter_execve {
	u64 common;
	s64 syscall_nr;
	const char *filename;
	const char *const *argv;
	const char *const *envp;
};

struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__type(key, u32);
	__type(value, u32);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1024);
	__type(key, u32); /* uid */
	__type(value, struct exec_count);
} exec_counts SEC(".maps");

/* Configuration: set before the object is loaded, a constant afterwards. */
const volatile u32 target_uid = ANY_UID;

/* Counters, in .bss. */
u64 execs_seen;
u64 events_lost;

/*
 * clang leaves a type out of the BTF when only local variables have it.
 * One unused global pointer keeps it in.
 */
struct exec_event *unused __attribute__((unused));

static __always_inline void count(const struct exec_event *event)
{
	struct exec_count fresh = {};
	struct exec_count *entry;
	u32 uid = event->creds.uid;

	bpf_map_update_elem(&exec_counts, &uid, &fresh, BPF_NOEXIST);
	entry = bpf_map_lookup_elem(&exec_counts, &uid);
	if (!entry)
		return;
	__sync_fetch_and_add(&entry->execs, 1);
	entry->last_seen = event->timestamp;
	entry->last_pid = event->pid;
	__builtin_memcpy(entry->last_comm, event->comm, COMM_LEN);
}

static __always_inline void read_path(struct exec_event *event, const char *path)
{
	long n = bpf_probe_read_user_str(event->filename, PATH_LEN, path);

	if (n < 0) {
		event->kind = EXEC_UNREADABLE;
		event->path_error = n;
		return;
	}
	event->path_len = n - 1;
	event->kind = event->filename[0] == '/' ? EXEC_ABSOLUTE : EXEC_RELATIVE;
}

static __always_inline void read_args(struct exec_event *event, const char *const *argv)
{
	char text[ARG_LEN_MAX];
	const char *arg;

	for (u32 i = 0; i <= ARGC_MAX; i++) {
		if (bpf_probe_read_user(&arg, sizeof(arg), &argv[i]) || !arg)
			return;
		if (i == ARGC_MAX) {
			event->argc_cut = true;
			return;
		}
		event->argc = i + 1;
		if (i < ARGS_SENT) {
			long n = bpf_probe_read_user_str(text, sizeof(text), arg);

			event->arg_len[i] = n > 0 ? n - 1 : 0;
		}
	}
}

SEC("tracepoint/syscalls/sys_enter_execve")
int on_execve(struct sys_enter_execve *ctx)
{
	struct exec_event event = {};
	u64 uid_gid = bpf_get_current_uid_gid();

	__sync_fetch_and_add(&execs_seen, 1);
	if (target_uid != ANY_UID && target_uid != (u32)uid_gid)
		return 0;

	event.timestamp = bpf_ktime_get_ns();
	event.pid_tgid = bpf_get_current_pid_tgid();
	event.creds.uid = uid_gid;
	event.creds.gid = uid_gid >> 32;
	bpf_get_current_comm(event.comm, sizeof(event.comm));
	read_path(&event, ctx->filename);
	read_args(&event, ctx->argv);
	count(&event);

	if (bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof(event)))
		__sync_fetch_and_add(&events_lost, 1);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
