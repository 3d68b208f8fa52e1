/* Anonymous structs and unions: members without a name, and members of a type without one. */
struct anonymous {
	int kind;
	union {
		long long number;
		struct {
			int low, high;
		};
		struct {
			short port;
			struct {
				int a;
			} deep;
		} address;
	};
	struct {
		int x;
	} slots[3];
	union {
		int i;
		float f;
	} either;
};

struct anonymous *anonymous;
