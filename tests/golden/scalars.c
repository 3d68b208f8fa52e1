/* Every scalar that C has for BPF, arrays of char among them. */
#include <stdbool.h>

typedef unsigned int u32;
typedef u32 port_t;

struct scalars {
	signed char i8;
	unsigned char u8;
	short i16;
	unsigned short u16;
	int i32;
	unsigned int u32_;
	long long i64;
	unsigned long u64;
	bool flag;
	char letter;
	char text[13];
	unsigned char bytes[4];
	port_t port;
	const volatile u32 counter;
};

struct scalars *scalars;
