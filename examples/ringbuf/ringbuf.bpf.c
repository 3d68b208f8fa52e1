// SPDX-License-Identifier: GPL-2.0
/*
 * Sends an event when a signal is sent, and another one when it is delivered. Both
 * kinds share one ring buffer and one struct: a tag, and a union for what differs.
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;

#define COMM_LEN 16

enum signal_step {
	SIGNAL_SENT = 1,
	SIGNAL_DELIVERED = 2,
};

/* The most common values of si_code in siginfo_t. */
enum signal_code {
	CODE_TKILL = -6,
	CODE_QUEUE = -1,
	CODE_USER = 0,
	CODE_KERNEL = 128,
};

struct sent {
	u32 target_pid;
	char target_comm[COMM_LEN];
	bool to_group;
};

struct delivered {
	void *handler; /* NULL: the default action */
	u64 flags; /* SA_… */
};

struct signal_event {
	u64 timestamp; /* CLOCK_MONOTONIC, ns */
	enum signal_step step; /* which member of the union is valid */
	enum signal_code code;
	u32 pid; /* of the sender, or of the receiver: the process that runs */
	u16 signal;
	char comm[COMM_LEN];
	union {
		struct sent sent;
		struct delivered delivered;
	};
};

/* events/signal/signal_generate/format */
struct signal_generate {
	u64 common;
	s32 sig;
	s32 error;
	s32 code;
	char comm[COMM_LEN];
	s32 pid;
	s32 group;
	s32 result;
};

/* events/signal/signal_deliver/format */
struct signal_deliver {
	u64 common;
	s32 sig;
	s32 error;
	s32 code;
	unsigned long sa_handler;
	unsigned long sa_flags;
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* Number of events lost because the ring buffer was full. */
u64 lost;

/* Keeps struct signal_event in the BTF: see execsnoop. */
struct signal_event *unused __attribute__((unused));

static __always_inline struct signal_event *reserve(enum signal_step step)
{
	struct signal_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	if (!event) {
		__sync_fetch_and_add(&lost, 1);
		return NULL;
	}
	__builtin_memset(event, 0, sizeof(*event));
	event->timestamp = bpf_ktime_get_ns();
	event->step = step;
	event->pid = bpf_get_current_pid_tgid() >> 32;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	return event;
}

SEC("tracepoint/signal/signal_generate")
int on_generate(struct signal_generate *ctx)
{
	struct signal_event *event = reserve(SIGNAL_SENT);

	if (!event)
		return 0;
	event->signal = ctx->sig;
	event->code = ctx->code;
	event->sent.target_pid = ctx->pid;
	event->sent.to_group = ctx->group;
	__builtin_memcpy(event->sent.target_comm, ctx->comm, COMM_LEN);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

SEC("tracepoint/signal/signal_deliver")
int on_deliver(struct signal_deliver *ctx)
{
	struct signal_event *event = reserve(SIGNAL_DELIVERED);

	if (!event)
		return 0;
	event->signal = ctx->sig;
	event->code = ctx->code;
	event->delivered.handler = (void *)ctx->sa_handler;
	event->delivered.flags = ctx->sa_flags;
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
