/* 128-bit integers, alone, in arrays and as bitfields; floating point. */
struct wide {
	__int128 number;
	unsigned __int128 plain;
	__int128 pair[2];
	unsigned __int128 part : 100;
	float single;
	double twice;
};

struct wide *wide;
