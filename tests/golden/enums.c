/* Enums: with a tag, with a typedef alone, without either; negative, large, repeated values. */
enum level {
	LEVEL_NONE = 0,
	LEVEL_LOW = 1,
	LEVEL_DEFAULT = LEVEL_LOW,
	__LEVEL_MAX = 3,
};

typedef enum { RED = -1, GREEN, BLUE } color_t;

enum big { SMALL = 1, HUGE = 0xfffffffffffffffULL };

enum hidden { __FIRST, __SECOND };

enum { LIMIT_LOW = 10, LIMIT_HIGH = 20 } limits;

struct enums {
	enum level level;
	color_t color;
	enum big big;
	enum hidden hidden;
	enum { STOPPED, RUNNING } mode;
	enum level history[4];
};

struct enums *enums;
