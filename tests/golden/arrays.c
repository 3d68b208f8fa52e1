/* Arrays: of one and more dimensions, of structs, pointers and strings, and without a length. */
struct point {
	int x, y;
};

typedef unsigned short row_t[3];

struct arrays {
	int numbers[4];
	int matrix[2][3];
	row_t rows[2];
	_Bool flags[8];
	char names[2][16];
	struct point corners[4];
	struct point grid[2][2];
	void *handles[3];
	int empty[0];
	long long tail[];
};

struct arrays *arrays;
