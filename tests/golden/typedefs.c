/* Typedefs: of scalars, arrays and tags, as the only name of a type, and of the same name. */
typedef unsigned int u32;
typedef u32 pid_type;
typedef unsigned char mac_t[6];
typedef struct {
	u32 value;
} only_t;
typedef only_t second_t;
typedef struct tagged {
	int x;
} tagged;
typedef struct tagged tagged_t;
typedef union {
	int i;
} union_t;

struct typedefs {
	pid_type pid;
	mac_t mac;
	only_t only;
	second_t second;
	tagged a;
	tagged_t b;
	union_t c;
};

struct typedefs *typedefs;
