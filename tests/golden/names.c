/* Names that Python has other uses for, as types, as members and as enumerators. */
struct class {
	int def;
	int from;
	int self;
	int __init__;
	int _fields_;
	int __private;
};

struct range {
	int start;
};

struct int_ {
	int value;
};

enum names_enum { None, True, name, mro, __private_one };

struct names {
	struct class class;
	struct range range;
	enum names_enum names_enum;
	int int_;
	int bytes;
	int ctypes;
	char type[4];
	void *None;
	_Bool bool_;
	struct int_ int__;
	int _CField;
	int tuple[2];
};

struct names *names;
