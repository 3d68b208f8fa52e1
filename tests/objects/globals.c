/* Globals of every kind, in every section that libbpf makes a map of. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;

#define SEC(name) __attribute__((section(name), used))

enum mode { OFF, ON, AUTO = 7 };

struct point {
	s32 x, y;
};

struct config {
	u8 level;
	struct point origin;
	char name[8];
	u16 low : 3, high : 13;
};

/* .data */
u8 small = 0x11;
u64 wide = 0x1122334455667788;
char text[6] = "hello";
struct config config = { 1, { -2, 3 }, "abc", 5, 4097 };
enum mode mode = AUTO;
u32 grid[2][3] = { { 1, 2, 3 }, { 4, 5, 6 } };
u16 aligned __attribute__((aligned(64))) = 0x4321;
u32 weak __attribute__((weak)) = 0xabcdef01;
static volatile s32 counter = -7;

/* .data.custom */
_Bool flag SEC(".data.custom") = 1;
u32 custom SEC(".data.custom") = 99;
static volatile u8 hidden SEC(".data.custom") = 98;

/* .rodata */
const volatile u32 limit = 1000;
const volatile struct point corner = { 7, -8 };
static const volatile u8 secret = 0x5a;

/* .rodata.x */
const volatile u64 deadline SEC(".rodata.x") = 5000000000;

/* .bss */
u64 zero;
u8 tail[3];
struct config empty;
static volatile u32 calls;

static int f(void)
{
	static volatile s32 counter = 31; /* a second one of that name */
	return counter++;
}

static int g(void)
{
	static volatile s32 counter = 32; /* and a third */
	static volatile s32 calls; /* in .bss */
	return counter++ + calls++;
}

SEC("socket")
int program(void *ctx)
{
	return counter++ + f() + g() + calls++ + hidden + secret;
}

char LICENSE[] SEC("license") = "GPL";
