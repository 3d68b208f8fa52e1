/* Bitfields: signed, boolean, of enums, over byte boundaries, with gaps, in unions. */
#include <stdbool.h>

enum state { IDLE, BUSY, DONE };

struct bitfields {
	unsigned int low : 3;
	int sign : 5;
	bool yes : 1;
	unsigned int over : 15;
	unsigned int : 4;
	enum state state : 2;
	unsigned long long wide : 33;
	unsigned int : 0;
	unsigned char after;
};

union bits_or_byte {
	unsigned char byte;
	struct {
		unsigned char first : 1;
		unsigned char rest : 7;
	};
};

struct bitfields *bitfields;
union bits_or_byte *bits_or_byte;
