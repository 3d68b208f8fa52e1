// SPDX-License-Identifier: GPL-2.0
/*
 * Reads fields of the kernel's task_struct when a program starts.  The structs
 * below declare only the fields in use, at made-up offsets.  preserve_access_index
 * makes clang record each access.  libbpf inserts the offsets of the running kernel
 * when it loads the object (CO-RE: compile once, run everywhere).
 */
#include <stdbool.h>
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;

#define COMM_LEN 16
#define DEFAULT_PRIO 120 /* MAX_RT_PRIO + NICE_WIDTH / 2 */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
};

struct task_struct {
	int pid;
	int tgid;
	int static_prio;
	u64 start_time;
	struct task_struct *real_parent;
	struct mm_struct *mm;
	char comm[COMM_LEN];
	unsigned int in_execve : 1;
};

#pragma clang attribute pop

struct task_event {
	u64 start_time; /* CLOCK_MONOTONIC, ns */
	u64 arg_start; /* where the new program's arguments are in its memory */
	u64 arg_end;
	u32 pid;
	u32 parent_pid;
	s32 nice;
	u32 offset_of_comm; /* in task_struct, in bytes, as relocated by libbpf */
	bool in_execve; /* a bitfield of task_struct */
	char comm[COMM_LEN];
	char parent_comm[COMM_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 256 * 1024);
} events SEC(".maps");

/* Keeps struct task_event in the BTF: see execsnoop. */
struct task_event *unused __attribute__((unused));

SEC("tracepoint/sched/sched_process_exec")
int on_exec(void *ctx)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);

	(void)ctx;
	if (!event)
		return 0;
	__builtin_memset(event, 0, sizeof(*event));
	event->start_time = BPF_CORE_READ(task, start_time);
	event->arg_start = BPF_CORE_READ(task, mm, arg_start);
	event->arg_end = BPF_CORE_READ(task, mm, arg_end);
	event->pid = BPF_CORE_READ(task, tgid);
	event->parent_pid = BPF_CORE_READ(task, real_parent, tgid);
	event->nice = BPF_CORE_READ(task, static_prio) - DEFAULT_PRIO;
	event->offset_of_comm = bpf_core_field_offset(struct task_struct, comm);
	event->in_execve = BPF_CORE_READ_BITFIELD_PROBED(task, in_execve);
	BPF_CORE_READ_STR_INTO(&event->comm, task, comm);
	BPF_CORE_READ_STR_INTO(&event->parent_comm, task, real_parent, comm);
	bpf_ringbuf_submit(event, 0);
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
