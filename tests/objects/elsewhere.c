// clang 14 lists a union of zeros in .data in the BTF, and puts it into .bss.
union {
	int a;
	long b;
} zeros = {0};
int other = 5;
int program(void)
{
	return other + zeros.a;
}
