/* Compiled for a big-endian target: scalars, bitfields, arrays, pointers. */
struct inner {
	short a, b;
};

struct bigendian {
	int number;
	char text[4];
	unsigned int high : 4;
	unsigned int low : 28;
	void *pointer;
	struct inner inner[2];
	long long many[2];
};

struct bigendian *bigendian;
