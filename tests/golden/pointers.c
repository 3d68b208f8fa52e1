/* Pointers: to void, to structs known and unknown, to functions, const at every level. */
struct unknown;

struct node {
	struct node *next;
	void *data;
	const char *name;
	const char *const *names;
	struct unknown *opaque;
	int (*callback)(struct node *node, void *context);
	int (*much)(struct unknown *first, struct unknown *second, const char *const *names, ...);
	int (*table[2])(void);
};

typedef int (*handler_t)(struct node *);
typedef struct node *node_ptr;

struct pointers {
	handler_t handler;
	node_ptr node;
};

struct pointers *pointers;
