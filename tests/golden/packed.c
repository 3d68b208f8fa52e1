/* Packed and over-aligned structs, and members that have to follow. */
struct packed {
	char tag;
	long long value;
	short end;
} __attribute__((packed));

struct aligned {
	int value;
} __attribute__((aligned(64)));

struct holder {
	char first;
	struct packed packed;
	struct aligned aligned;
	int last __attribute__((aligned(32)));
};

struct holder *holder;
